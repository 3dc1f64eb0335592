import { resolve } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { readBytes, toText } from '../../platform/disk/read-text.js';
import { isSameFile } from '../../platform/disk/same-file.js';
import { allOf, lastOf, type NounCall } from '../nouns/verb.js';
import { UsageError } from '../options/usage-error.js';
import type { SettingsFile } from './file.js';
import { readSettingsFile } from './settings-file.js';

/** The largest file of settings. */
const MAX_MIB = 8;

/** The files of a call, each once, whatever it is called. Errors: INPUT_INVALID. */
export async function readFiles(directory: string, names: readonly string[]): Promise<SettingsFile[]> {
  const paths = names.map((name) => resolve(directory, name));
  const isFirst = (at: number): boolean =>
    !paths.slice(0, at).some((path) => isSameFile(path, paths[at] ?? ''));
  return Promise.all(names.filter((_, at) => isFirst(at)).map((name) => read(directory, name)));
}

async function read(directory: string, file: string): Promise<SettingsFile> {
  let text: string;
  try {
    text = toText(await readBytes(resolve(directory, file), MAX_MIB), true);
  } catch (error) {
    throw new SeguraError(
      'INPUT_INVALID',
      `The file ${printable(file)} cannot be read (${codeOf(error)}).`,
      'Give a file of UTF-8 text that exists.',
    );
  }
  return readSettingsFile(file, text);
}

/** The identity that is given, or the name of the application in the characters that every vault accepts. Errors: UsageError. */
export function identityOf(call: NounCall): string {
  const given = lastOf(call, 'identity');
  if (given.trim() !== '') return given;
  const name = call.settings.inputs().application.replaceAll(/[^\w.-]+/g, '-');
  if (name !== '') return name;
  throw new UsageError(
    'It is not said which secret gets the fields.',
    'Write --identity IDENTITY, or name the application: -a APPLICATION -s SYSTEM -e ENVIRONMENT.',
  );
}

/** The names that an option gives, separated by commas, unless the whole text is the name of an entry. */
export function namesIn(
  call: NounCall,
  option: 'include' | 'exclude',
  files: readonly SettingsFile[],
): string[] {
  const known = new Set(files.flatMap(({ entries }) => entries.map(({ name }) => name)));
  return allOf(call, option).flatMap((text) =>
    known.has(text)
      ? [text]
      : text
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
  );
}
