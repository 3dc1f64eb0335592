import { closestMatch } from '../../core/did-you-mean.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import type { InputName } from '../../core/input-names.js';
import { printable } from '../../core/printable.js';
import { openToOthers } from './file-mode.js';
import { readSettings } from './input-files.js';
import { faultOf, openYaml } from './yaml.js';

/** Keys of `runb` besides the inputs: those that `dsm runb` reads, and our own. */
const OTHER_KEYS = [
  'SENHASEGURA_MAPPING_FILE',
  'SENHASEGURA_SECRETS_FILE',
  'SENHASEGURA_DISABLE_RUNB',
  'SENHASEGURA_PREFIX_IDENTITY',
] as const;

export interface ConfigFile {
  /** Settings by their key in capitals, such as SENHASEGURA_URL. */
  readonly values: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/**
 * The settings of a YAML file: keys as the vendor's tool has them (SENHASEGURA_URL) or as the inputs are called (url),
 * case ignored; a list stands for lines.
 *
 * Errors: INPUT_INVALID, without any text of the file.
 */
export async function readConfigFile(path: string, known: readonly InputName[]): Promise<ConfigFile> {
  const settings = await parseMap(path, await readText(path));
  const keys = [...known.map(keyOf), ...OTHER_KEYS, keyOf('client-secret-file')];
  const values = new Map<string, string>();
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(settings)) {
    const key = keyOf(name);
    if (!keys.includes(key)) {
      const near = closestMatch(key, keys);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      warnings.push(`The config file ${printable(path)} has the unknown key ${printable(name)}.${hint}`);
      continue;
    }
    if (values.has(key)) throw invalid(path, `gives ${key} twice`, 'Write it once.');
    values.set(key, textOf(path, name, value));
  }
  const open = openToOthers('config file', path);
  if (open !== undefined) warnings.push(open);
  return { values, warnings };
}

function keyOf(name: string): string {
  const key = name.toUpperCase().replaceAll('-', '_');
  return key.startsWith('SENHASEGURA_') ? key : `SENHASEGURA_${key}`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readSettings(path);
  } catch (error) {
    throw invalid(path, `cannot be read (${codeOf(error)})`, 'Check --config or SENHASEGURA_CONFIG_FILE.');
  }
}

async function parseMap(path: string, text: string): Promise<Record<string, unknown>> {
  const read = await openYaml();
  let value: unknown;
  try {
    // Every value stays text: a client id of digits is not a number.
    value = read(text, 'text');
  } catch (error) {
    throw invalid(
      path,
      `is not valid YAML (${faultOf(error)})`,
      'Write lines such as SENHASEGURA_URL: https://vault.example.com, and a lone * in quotes.',
    );
  }
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(
    path,
    'is not a map of settings',
    'Write lines such as SENHASEGURA_URL: https://vault.example.com',
  );
}

function textOf(path: string, name: string, value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('\n');
  throw invalid(path, `has a value for ${printable(name)} that is not text`, 'Write it in quotes.');
}

function invalid(path: string, what: string, remedy: string): SeguraError {
  return new SeguraError('INPUT_INVALID', `The config file ${printable(path)} ${what}.`, remedy);
}
