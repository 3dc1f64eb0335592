import { collect, SeguraError } from '../../core/errors.js';
import type { InputName } from '../../core/input-names.js';
import { type Char, isBlank, lastBareIndex, readLine, textOf, trim } from '../../core/requests/tokens.js';
import { lineOf, option, say, setting, settings, type Text } from '../../core/text.js';
import { FORMAT_NAMES, type Format, readFormat } from '../format.js';

type SettingInput = Extract<InputName, 'inject-format' | 'inject-namespaces'>;

const KEYS = { 'inject-format': 'injectFormat', 'inject-namespaces': 'injectNamespaces' } as const;
/** A name without a colon: Namespaces in XML 1.0, section 4. */
const PREFIX = /^[A-Za-z_][\w.-]*$/;

/** The formats of files by their paths as they are written, one `PATH=FORMAT` a line. Errors, in `problems`: INPUT_INVALID. */
export function readFormats(text: string, problems: SeguraError[]): Map<string, Format> {
  return new Map(
    pairsOf('inject-format', text, problems).flatMap(({ where, key, value }) => {
      const format = readFormat(value);
      if (format !== undefined && key !== '') return [[key, format] as const];
      const shown = setting('injectFormat', `${key || 'PATH'}=${format === undefined ? 'yaml' : value}`);
      problems.push(
        invalid(
          say`${where} is "${key}=${value}".`,
          say`${settings('whole', shown)} (the formats are ${FORMAT_NAMES.join(', ')})`,
        ),
      );
      return [];
    }),
  );
}

/** The namespaces of prefixes in XPaths, one `PREFIX=URI` a line. Errors, in `problems`: INPUT_INVALID. */
export function readNamespaces(text: string, problems: SeguraError[]): Record<string, string> {
  return Object.fromEntries(
    pairsOf('inject-namespaces', text, problems).flatMap(({ where, key, value }) => {
      if (PREFIX.test(key) && value !== '') return [[key, value]];
      const shown = setting('injectNamespaces', `${PREFIX.test(key) ? key : 'x'}=${value || 'URI'}`);
      problems.push(invalid(say`${where} is "${key}=${value}".`, settings('whole', shown)));
      return [];
    }),
  );
}

interface Pair {
  readonly where: Text;
  readonly key: string;
  readonly value: string;
}

/** What stands on both sides of the sign, of each line: the last one of a path, the first one of a prefix. */
function pairsOf(input: SettingInput, text: string, problems: SeguraError[]): Pair[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const where = lineOf(index + 1, KEYS[input]);
    const chars = collect(problems, () => readLine(line, where)) ?? [];
    if (isBlank(chars)) return [];
    const isSign = ({ char, quoted }: Char): boolean => !quoted && char === '=';
    const at = input === 'inject-format' ? lastBareIndex(chars, '=') : chars.findIndex(isSign);
    const [key, value] = at === -1 ? [chars, []] : [chars.slice(0, at), chars.slice(at + 1)];
    return [{ where, key: textOf(trim(key)), value: textOf(trim(value)) }];
  });
}

function invalid(message: Text, remedy: Text): SeguraError {
  return new SeguraError('INPUT_INVALID', message, remedy);
}

/** A format for a file that no line of `inject` names. */
export function unusedFormat(path: string, paths: readonly string[]): SeguraError {
  const [first = 'PATH'] = paths;
  return invalid(
    say`${option.injectFormat} names ${path}, a file that no line of ${option.inject} names.`,
    say`Write the path as it stands there: ${settings('inside', setting('injectFormat', `${first}=ini`))}`,
  );
}
