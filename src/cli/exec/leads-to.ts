import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProcessContext } from '../process.js';

/** What separates paths in a list, a command line, a URL, JSON or code. */
const BETWEEN = /[\s:;,='"`()<>[\]{}|&?#@!$*^]+/;
/** A descriptor of this process. Once it is closed, its number may mean another file. */
const DESCRIPTOR = /^\/(?:dev|proc\/(?:self|\d+))\/(?:fd\/|std)/;

/**
 * Whether a text names one of `places`: as a whole, or as a path among other words, in a URL, percent-encoded, with an
 * extra slash, or under another name of the same file.
 */
export function leadsTo(
  places: readonly string[],
  { directory, home, system }: Pick<ProcessContext, 'directory' | 'home' | 'system'>,
): (text: string) => boolean {
  const paths = places.filter((place) => place !== '-');
  if (paths.length === 0) return () => false;
  const normal = (path: string): string =>
    system === 'win32' ? path.replaceAll('\\', '/').toLowerCase() : path;
  const names = [...new Set([...paths, ...paths.map(realOf)].map(normal))];
  const files = new Set(paths.filter((path) => !DESCRIPTOR.test(path)).flatMap(fileOf));
  const isPlace = (text: string): boolean =>
    pathsIn(text).some((path) => {
      const whole = resolve(directory, path);
      return names.includes(normal(whole)) || fileOf(whole).some((file) => files.has(file));
    });
  return (text) =>
    readingsOf(text, home).some(
      (reading) =>
        isPlace(reading) ||
        names.some((name) => stands(name, normal(reading))) ||
        // A word without a slash is more often something else than the name of a file.
        reading.split(BETWEEN).some((word) => word.includes('/') && isPlace(word)),
    );
}

/** A text as it is, and as programs may read it. */
function readingsOf(text: string, home: string): string[] {
  if (text === '') return [];
  const decoded = decode(text);
  const readings = [text, decoded, decode(decoded), text.replaceAll('\\/', '/')];
  const expand = (reading: string): string =>
    home === '' ? reading : reading.replaceAll(/\$HOME\b|\$\{HOME\}|(?<![\w./~])~(?=\/)/g, () => home);
  return [...new Set(readings.flatMap((reading) => [reading, expand(reading)]))];
}

function decode(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (codes) =>
    Buffer.from(codes.replaceAll('%', ''), 'hex').toString(),
  );
}

/** The paths that one word may mean: the part of a URL after its scheme and host, the part after a short option. */
function pathsIn(word: string): string[] {
  const [, path] = /^(?:[a-z][\w+.-]*:)?\/\/[^/]*(\/.*)$/is.exec(word) ?? [];
  const [, behindScheme] = /^[a-z][\w+.-]+:(.+)$/is.exec(word) ?? [];
  const [, behindOption] = /^-+\w*(\/.*)$/s.exec(word) ?? [];
  return [word, path, behindScheme, behindOption].filter((each) => each !== undefined);
}

/** Whether a text contains a name that is not part of a longer one. */
function stands(name: string, text: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const [before = ' ', after = ' '] = [text[at - 1], text[at + name.length]];
    if (!/[\w.~-]/.test(before) && !/[\w.~/-]/.test(after)) return true;
  }
  return false;
}

/** The identity of a file, whatever its name. */
function fileOf(path: string): string[] {
  try {
    const file = statSync(path, { bigint: true });
    return file.ino !== 0n && (file.isFile() || file.isFIFO()) ? [`${file.dev}:${file.ino}`] : [];
  } catch {
    return [];
  }
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
