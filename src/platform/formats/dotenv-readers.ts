/** The readers of a `.env` file that are known here, by the words of `--readers`. */
export const DOTENV_READERS = ['sh', 'node', 'npm', 'python', 'compose'] as const;

export type DotenvReader = (typeof DOTENV_READERS)[number];

type Judge = (value: string) => boolean;

/** A way to write a value: what stands around it, and by which readers it comes back as it is. */
interface Style {
  readonly quote: string;
  readonly isReadBy: Readonly<Record<DotenvReader, Judge>>;
}

const never: Judge = () => false;
/** A backslash before a quote leads to the next one, whichever line it is in. */
const endsOpen: Judge = (value) => value.endsWith('\\');
/** It reads a file with CR as a line end, whatever is around it. */
const hasCr: Judge = (value) => value.includes('\r');
/** What python-dotenv fills in, between quotes of any kind too. */
const isFilledByPython: Judge = (value) => /\$\{[^}:]*(?::-[^}]*)?\}/.test(value);

/**
 * In the order of preference. Sources: POSIX.1-2017, "Quoting"; `util.parseEnv` (node, src/node_dotenv.cc); `lib/main.js`
 * of the npm package dotenv; `parser.py` and `variables.py` of python-dotenv; `dotenv/parser.go` of compose-go. Each is
 * tried for real in dotenv.test.ts.
 */
const STYLES: readonly Style[] = [
  {
    quote: "'",
    isReadBy: {
      sh: () => true,
      node: (value) => !hasCr(value),
      npm: (value) => !hasCr(value) && !endsOpen(value),
      python: (value) =>
        !hasCr(value) && !endsOpen(value) && !value.includes('\\\\') && !isFilledByPython(value),
      compose: (value) => !endsOpen(value),
    },
  },
  {
    quote: '"',
    isReadBy: {
      sh: (value) => !/[$`\\]/.test(value),
      node: (value) => !hasCr(value) && !value.includes('\\n'),
      npm: (value) => !hasCr(value) && !endsOpen(value) && !/\\[nr]/.test(value),
      python: (value) =>
        !hasCr(value) && !endsOpen(value) && !/\\[\\'"abfnrtv]/.test(value) && !isFilledByPython(value),
      compose: (value) => !endsOpen(value) && !/\$|\\[abcfnrtv0\\]/.test(value),
    },
  },
  {
    quote: '`',
    isReadBy: {
      sh: never,
      node: (value) => !hasCr(value),
      npm: (value) => !hasCr(value) && !endsOpen(value),
      python: never,
      compose: never,
    },
  },
  {
    quote: '',
    isReadBy: {
      sh: isWord,
      node: isPlainUnquoted,
      npm: isPlainUnquoted,
      python: (value) => isPlainUnquoted(value) && !isFilledByPython(value),
      compose: (value) => isPlainUnquoted(value) && !value.includes('$'),
    },
  },
];

/** Without quotes: nothing, or one line of ASCII and the letters of Latin, no space around it, no comment in it. */
function isPlainUnquoted(value: string): boolean {
  return (
    value === '' ||
    (/^[\x21-\x7e\xc0-\u024f](?:[\x20-\x7e\xc0-\u024f]*[\x21-\x7e\xc0-\u024f])?$/.test(value) &&
      !/^['"`]|#/.test(value))
  );
}

/** In an assignment, a shell changes no pattern of file names, but `~` where the name of a user can begin. */
function isWord(value: string): boolean {
  return /^[\w\xc0-\u024f%+,./:=@^!~*?[\]{}-]*$/.test(value) && !/(?:^|[:=])~/.test(value);
}

/** A value as written after the `=`, for all of `readers`; undefined when that is impossible. */
export function writtenFor(readers: readonly DotenvReader[], value: string): string | undefined {
  const [quote] = quotesFor(readers, value);
  return quote === undefined ? undefined : `${quote}${value}${quote}`;
}

/** Those of `readers` that differ from the most that can read a value alike. */
export function readersThatDiffer(readers: readonly DotenvReader[], value: string): readonly DotenvReader[] {
  const differing = stylesOf(value).map(({ isReadBy }) =>
    readers.filter((reader) => !isReadBy[reader](value)),
  );
  return differing.reduce((least, each) => (each.length < least.length ? each : least), readers);
}

/** The quotes between which all of `readers` read a value back, in the order of preference; empty for none around it. */
export function quotesFor(readers: readonly DotenvReader[], value: string): string[] {
  const able = stylesOf(value).filter(({ isReadBy }) => readers.every((reader) => isReadBy[reader](value)));
  return able.map(({ quote }) => quote);
}

function stylesOf(value: string): Style[] {
  if (value.includes('\0')) return [];
  return STYLES.filter(({ quote }) => quote === '' || !value.includes(quote));
}
