import { resolve } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { Context } from '../context.js';
import { readSettings } from '../options/input-files.js';
import type { Settings } from '../options/settings.js';
import { faultOf, isParseError, openYaml } from '../options/yaml.js';
import { unknownKeys } from './mapping-keys.js';
import { readMapping } from './read-mapping.js';

/** The variables of the environment that a mapping file names, with the file as it is. */
export interface Mapping {
  readonly text: string;
  readonly variables: ReadonlyMap<string, string>;
}

/** Only variables that the file names are sent, so without a file none are sent. */
export async function readMappingFile({ world, terminal }: Context, settings: Settings): Promise<Mapping> {
  const given = settings.variable('SENHASEGURA_MAPPING_FILE');
  if (given === '') return { text: '', variables: new Map() };
  const path = resolve(world.directory, given);
  const read = await openYaml();
  let text: string;
  let parsed: unknown;
  try {
    text = await readSettings(path);
    parsed = read(text, 'typed');
  } catch (error) {
    throw new SeguraError(
      'INPUT_INVALID',
      `The mapping file ${printable(path)} cannot be read (${isParseError(error) ? faultOf(error) : codeOf(error)}).`,
      'Check SENHASEGURA_MAPPING_FILE, and that the file is JSON or YAML.',
    );
  }
  const variables = new Map<string, string>();
  const names = readMapping(parsed);
  for (const { path: key, near } of unknownKeys(parsed)) {
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    terminal.warning(`The mapping file has the unknown key ${key}: no variable is read from it.${hint}`);
  }
  if (names.length === 0) {
    const why = parsed === null || parsed === undefined ? 'is empty' : 'names no variable';
    terminal.warning(`The mapping file ${printable(path)} ${why}: no variable is sent.`);
  }
  for (const name of names) {
    const value = Object.hasOwn(world.environment, name) ? (world.environment[name] ?? '') : '';
    if (value !== '') variables.set(name, value);
    else
      terminal.warning(
        `The mapping file names ${name}, which is not set in the environment: it is not sent.`,
      );
  }
  return { text, variables };
}
