import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXPORT_FORMATS } from '../../../../src/platform/formats/export-formats.js';
import { lacks } from '../../../support/skips.js';
import { run } from './shells.js';
import { assigned, forHardValues, HARD_VALUES } from './values.js';

const { pwsh } = EXPORT_FORMATS;

const QUOTE = /['\u2018\u2019\u201a\u201b]/;

/**
 * A reader of assignments, not PowerShell: the forms that the text may have, by the rules of the PowerShell language
 * specification: section 2.3.5.2 (verbatim strings, whose quotes are any of five characters, doubled for one), a cast to
 * char, and `-join`, which binds closer than the comma and so wants the parentheses.
 */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  assignment(): [name: string, value: string] {
    const name = this.#take(/\$env:([A-Za-z0-9_]+) = /y);
    const value = this.#text.startsWith('-join (', this.#at) ? this.#joined() : this.#verbatim();
    if (this.#at !== this.#text.length) throw new Error(`more follows at ${this.#at}: ${this.#text}`);
    return [name, value];
  }

  #joined(): string {
    this.#take(/-join \(/y);
    let value = '';
    do value += this.#text[this.#at] === '[' ? this.#char() : this.#verbatim();
    while (this.#skips(','));
    this.#take(/\)/y);
    return value;
  }

  #char(): string {
    return String.fromCharCode(Number.parseInt(this.#take(/\[char\]0x([0-9A-Fa-f]{4})/y), 16));
  }

  #verbatim(): string {
    this.#take(QUOTE);
    let value = '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new Error(`a string has no end: ${this.#text}`);
      this.#at += 1;
      if (!QUOTE.test(char)) value += char;
      else if (QUOTE.test(this.#text[this.#at] ?? '')) value += this.#text[this.#at++];
      else return value;
    }
  }

  #take(pattern: RegExp): string {
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match === null) throw new Error(`no ${pattern.source} at ${this.#at}: ${this.#text}`);
    this.#at = sticky.lastIndex;
    return match[1] ?? match[0];
  }

  #skips(text: string): boolean {
    const found = this.#text.startsWith(text, this.#at);
    if (found) this.#at += text.length;
    return found;
  }
}

test('brings back every value by the rules of the language, line by line, in ASCII', () => {
  forHardValues((all) => {
    const values = [...all, '\ud800 alone'];
    const text = pwsh.render(assigned(values), []);
    expect(text).toMatch(/^[\x0a\x20-\x7e]+$/);
    const read = text
      .split(/\r\n|\r|\n/)
      .slice(0, -1)
      .map((line) => new Reader(line).assignment());
    expect(read).toEqual(values.map((value, index) => [`V${index}`, value]));
  }, 100);
});

test.each<[string, string]>([
  ['plain $HOME `n "x"', `'plain $HOME \`n "x"'`],
  ['', "''"],
  ["it's", "-join ('it',[char]0x0027,'s')"],
  ["'", '-join ([char]0x0027)'],
  ['a\n😀', "-join ('a',[char]0x000a,[char]0xd83d,[char]0xde00)"],
])('%j is written %s', (value, expression) => {
  expect(pwsh.render([{ name: 'N', value, source: 'a/b' }], [])).toBe(`$env:N = ${expression}\n`);
});

test('a NUL character is rejected', () => {
  expect(pwsh.check(assigned(['a\0', 'b'])).map(({ code }) => code)).toEqual(['VALUE_BROKEN']);
});

describe.skipIf(lacks('pwsh'))('in PowerShell', () => {
  const ways = ['Out-String | Invoke-Expression', 'Invoke-Expression'];
  test.each(ways)('every value comes back by | %s', (way) => {
    const folder = mkdtempSync(join(tmpdir(), 'formats-'));
    try {
      // PowerShell before 7.5 has no empty variables.
      const values = HARD_VALUES.filter((value) => value !== '');
      writeFileSync(join(folder, 'text'), pwsh.render(assigned(values), []));
      const print = `foreach ($at in 0..${values.length - 1}) {
        $value = [Environment]::GetEnvironmentVariable("V$at")
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($value))
      }`;
      const command = `node -e "process.stdout.write(fs.readFileSync('text'))" | ${way}\n${print}`;
      const { stdout, stderr } = run('pwsh', ['-NoProfile', '-NonInteractive', '-Command', command], {
        cwd: folder,
      });
      const read = stdout.toString().split(/\r?\n/).slice(0, -1);
      expect(
        read.map((line) => Buffer.from(line, 'base64').toString()),
        stderr.toString(),
      ).toEqual(values);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
