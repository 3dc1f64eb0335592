/** A name as a request line has it: bare, or in quotes. */
const WORD = String.raw`(?:"(?:\\"|[^"])*"|[^\s",>?.]|[?.](?![\s?.]|$))+`;
const SOURCE = String.raw`(?:"(?:\\"|[^"])*"|[^\s">])+`;
const PLACE = String.raw`(?:(?:env|output|path|file):)?${WORD}\*?`;
const LINE = new RegExp(
  `(?<=^|\\s)(${SOURCE} > ${PLACE}(?:, (?!or )${PLACE})*?)(?=[?.]?$|[.,]? (?:Or|or|and|for|instead|Otherwise)\\b|\\. )`,
  'gm',
);

/** The request lines that a remedy offers. */
export function linesIn(remedy: string): string[] {
  return [...remedy.matchAll(LINE)].map(([, line = '']) => line);
}

/** A text of requests with other lines in place of one, counted from 1. */
export function withLines(text: string, number: number, lines: readonly string[]): string {
  return text
    .split('\n')
    .flatMap((line, index) => (index + 1 === number ? lines : [line]))
    .join('\n');
}

/** The line of the requests that a message speaks of first. */
export function lineNumberOf(message: string): number {
  return Number(/Line (\d+) of /.exec(message)?.[1]);
}
