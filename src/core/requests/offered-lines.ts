import { FreeNames, nameKey } from './free-names.js';
import { type Char, lastBareIndex, quote, rawOf, split, textOf, trim } from './tokens.js';

/** Names for the lines that the remedies of one text offer. */
export interface LineNames {
  one(wish: string): string;
  prefix(wish: string): string;
}

/** For each of some lines, names that are in none of the others, nor in `beside`, and were not offered before. */
export function namesAmong(lines: readonly string[], beside = ''): (index: number) => LineNames {
  let known: { readonly free: FreeNames; readonly alone: ReadonlySet<string> } | undefined;
  return (index) => {
    const text = lines[index] ?? '';
    let own: ReadonlySet<string> | undefined;
    const give = (pick: (free: FreeNames, own: ReadonlySet<string>) => string): string => {
      known ??= wordsOf([...lines, beside]);
      const { free, alone } = known;
      own ??= new Set(keysIn(text).filter((key) => alone.has(key)));
      const name = pick(free, own);
      for (const key of withX(name)) free.take(key);
      return name;
    };
    return {
      one: (wish) => give((free, own) => free.one(wish, own)),
      prefix: (wish) => give((free, own) => free.prefix(wish, [], own)),
    };
  };
}

/** The names beside the words of all texts; `alone`: the keys of words that one text alone has. */
function wordsOf(texts: readonly string[]): { free: FreeNames; alone: ReadonlySet<string> } {
  const seen = new Set<string>();
  const alone = new Set<string>();
  for (const key of texts.flatMap(keysIn)) {
    if (seen.has(key)) alone.delete(key);
    else alone.add(key);
    seen.add(key);
  }
  return { free: new FreeNames(seen), alone };
}

/** The keys of the words of a text, each once, with those of the first name of each as a prefix. */
function keysIn(text: string): string[] {
  return [...new Set((text.match(/[A-Za-z_][\w.-]*/g) ?? []).flatMap(withX).map(nameKey))];
}

function withX(word: string): string[] {
  return [word, `${word}X`];
}

/** A line of requests in two parts, as it is shown in a remedy. */
export interface Shown {
  readonly left: readonly Char[];
  /** Undefined without a `>`. */
  readonly right: readonly Char[] | undefined;
}

/** A source as it should have been written, with the destination of the line. */
export function lineWith(source: string, { right }: Shown): string {
  return right === undefined ? source : `${source} > ${rawOf(trim(right))}`;
}

/** The same for all fields of a source: each name becomes a prefix. */
export function wildcardLineWith(source: string, { right }: Shown, names: LineNames): string {
  if (right === undefined) return source;
  const name = textOf(split(right, ',')[0] ?? []).trim();
  const [, kind = '', word = ''] = /^(env:|output:|path:|file:)?(.*?)_?\*?$/.exec(name) ?? [];
  const wish = kind === 'file:' ? 'PREFIX' : word || 'PREFIX';
  return `${source} > ${kind === 'file:' ? 'path:' : kind}${names.prefix(wish)}*`;
}

/** A source with quotes around what needs them: `my secret/b` as `"my secret"/b`. */
export function quotedSource(chars: readonly Char[]): string {
  const slash = lastBareIndex(chars, '/');
  if (slash === -1) return quote(textOf(chars));
  const field = chars.slice(slash + 1);
  const isStar = rawOf(field) === '*';
  return `${quote(textOf(chars.slice(0, slash)))}/${isStar ? '*' : quote(textOf(field))}`;
}

/** The possible meanings of a line with a misplaced space, the likeliest first. */
export function withoutSpaces(shown: Shown, part: readonly Char[]): string[] {
  const { left, right } = shown;
  const raw = rawOf(left);
  if (part !== left) {
    const [, path] = /^file:(.*)$/s.exec(textOf(part)) ?? [];
    return path === undefined ? [] : [`${raw} > file:${quote(path)}`];
  }
  if (right === undefined) {
    const arrow = raw.replace(/\s+(?:->|=>|=|\||:)\s+/, ' > ');
    // A single space may be where the ">" was forgotten.
    return [arrow, raw.replace(/\s+(?=\S+$)/, ' > '), quotedSource(left)].filter((line) => line !== raw);
  }
  const bare = trim(left.slice(0, -1));
  const isArrow = /\s[-=]$/.test(raw);
  return [...(isArrow ? [lineWith(rawOf(bare), shown)] : []), lineWith(quotedSource(left), shown)];
}

/** The possible meanings of a line with several `>`: several destinations, or a name that contains the sign. */
export function withOneArrow(parts: readonly (readonly Char[])[]): string[] {
  const [left = [], ...rights] = parts;
  const last = rights.at(-1) ?? [];
  const before = parts.slice(0, -1).map((chars) => textOf(chars));
  const slash = lastBareIndex(parts.at(-2) ?? [], '/');
  const field = slash === -1 ? '' : textOf((parts.at(-2) ?? []).slice(slash + 1));
  const identity = before.join('>').slice(0, -field.length - 1);
  return [
    `${rawOf(left)} > ${rights.map(rawOf).join(', ')}`,
    ...(slash === -1 ? [] : [`${quote(identity)}/${quote(field)} > ${rawOf(last)}`]),
  ];
}
