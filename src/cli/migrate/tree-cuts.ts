/** A part of a text that is taken out, with what comes in its place. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly put?: string;
}

/** The pairs of a map in a text, each from its key to the end of its value. */
export interface PlacedMap {
  /** In braces. */
  readonly isFlow: boolean;
  readonly pairs: readonly (Cut & { readonly isGone: boolean })[];
}

/** What is to be cut so that the maps lose their pairs; comments stay, but for those on lines that go. */
export function cutsOf(text: string, maps: readonly PlacedMap[]): Cut[] {
  return maps.flatMap(({ isFlow, pairs }) => {
    const [first, last] = [pairs[0], pairs.at(-1)];
    if (first === undefined || last === undefined) return [];
    const kept = pairs.findLastIndex(({ isGone }) => !isGone);
    if (kept === -1 && isFlow) return [{ start: first.start, end: last.end, put: '' }];
    return pairs.flatMap((pair, at): Cut[] => {
      if (!pair.isGone) return [];
      const next = pairs[at + 1];
      // A map without pairs is one in braces, as nothing at all would be null.
      if (kept === -1 && at === 0) return [{ start: pair.start, end: textEnd(text, pair.end), put: '{}' }];
      if (!isFlow) return [blockCut(text, pair, next?.start)];
      if (at < kept) return [{ start: pair.start, end: next?.start ?? pair.end }];
      // The last ones go together with the comma before them.
      return at === kept + 1 ? [{ start: pairs[kept]?.end ?? pair.start, end: last.end }] : [];
    });
  });
}

export function withoutCuts(text: string, cuts: readonly Cut[]): string {
  let rest = '';
  let at = 0;
  for (const { start, end, put = '' } of cuts.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    rest += text.slice(at, start) + put;
    at = end;
  }
  return rest + text.slice(at);
}

/** Whole lines, or up to what comes next where something else stands before the key, as the dash of a list. */
function blockCut(text: string, { start, end }: Cut, next: number | undefined): Cut {
  const lineEndBefore = text.lastIndexOf('\n', start - 1);
  // A byte order mark stays.
  const lineStart = lineEndBefore === -1 && text.startsWith('\ufeff') ? 1 : lineEndBefore + 1;
  const newLine = text.indexOf('\n', textEnd(text, end));
  const lineEnd = newLine === -1 ? text.length : newLine + 1;
  if (text.slice(lineStart, start).trim() === '' || next === undefined)
    return { start: lineStart, end: lineEnd };
  const gap = /\S/.exec(text.slice(lineEnd, next))?.index ?? next - lineEnd;
  return { start, end: lineEnd + gap };
}

/** Without the line end that a block of text ends with. */
function textEnd(text: string, end: number): number {
  return text[end - 1] === '\n' ? end - 1 : end;
}
