/** What the demonstration says, kept so that all of it can be searched for secrets afterwards. */
export class Paper {
  readonly #print: (line: string) => void;
  readonly #isPlain: boolean;
  #text = '';

  constructor(print: (line: string) => void, isPlain: boolean) {
    this.#print = print;
    this.#isPlain = isPlain;
  }

  get text(): string {
    return this.#text;
  }

  heading(title: string): void {
    this.line();
    this.line(this.#isPlain ? `== ${title} ==` : `\x1b[1m${title}\x1b[0m`);
  }

  line(text = ''): void {
    this.#text += `${text}\n`;
    this.#print(text);
  }

  lines(texts: readonly string[]): void {
    for (const text of texts) this.line(`  ${text}`);
  }

  /** Rows in columns as wide as their widest cell. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = rows.reduce<number[]>(
      (most, row) => row.map((cell, at) => Math.max(cell.length, most[at] ?? 0)),
      [],
    );
    this.lines(
      rows.map((row) =>
        row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd(),
      ),
    );
  }
}

const COMMAND = /^::(debug|notice|warning|error)(?: ([^:]*(?:%3A[^:]*)*))?::/;

/** The log as a reader sees it: debug lines hidden, annotations as words. */
export function readableLog(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    const [command, level, properties = ''] = COMMAND.exec(line) ?? [];
    if (level === 'debug' || line.trim() === '') return [];
    if (command === undefined) return [line];
    const title = /title=([^,]*)/.exec(properties)?.[1];
    return [`${level}: ${title === undefined ? '' : `${title}: `}${line.slice(command.length)}`];
  });
}

/** The rows of the first table of a job summary. */
export function summaryRows(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| ---'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => unescapeCell(cell.trim())),
    );
}

function unescapeCell(cell: string): string {
  return cell.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
