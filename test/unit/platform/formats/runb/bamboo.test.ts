import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RUNB_TOOLS } from '../../../../../src/platform/formats/runb/tools.js';
import { lacks } from '../../../../support/skips.js';
import { run } from '../shells.js';
import { assigned, forHardValues, HARD_VALUES } from '../values.js';

const { bamboo } = RUNB_TOOLS;

/** Values of a properties file of plain `name=value` lines, by the rules of java.util.Properties.load. */
function readProperties(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .slice(0, -1)
    .map((line) => {
      const value = line.slice(line.indexOf('=') + 1).replace(/^[ \t\f]+/, '');
      return value.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/gu, (_, unit: string | undefined, char: string) =>
        unit === undefined
          ? ({ n: '\n', r: '\r', t: '\t', f: '\f' }[char] ?? char)
          : String.fromCharCode(Number.parseInt(unit, 16)),
      );
    });
}

/** Prints each value as base64 on a line, in the order of the names. */
const JAVA = `
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
class Read {
  public static void main(String[] files) throws IOException {
    for (String file : files) {
      Properties properties = new Properties();
      try (InputStream in = new FileInputStream(file)) { properties.load(in); }
      for (int at = 0; at < properties.size(); at++) {
        byte[] bytes = properties.getProperty("V" + at).getBytes(StandardCharsets.UTF_8);
        System.out.println(Base64.getEncoder().encodeToString(bytes));
      }
    }
  }
}`;

test('brings back every value by the rules of Java properties, in ASCII', () => {
  forHardValues((values) => {
    const text = bamboo.render(assigned(values), []);
    expect(text).toMatch(/^[\x0a\x20-\x7e]+$/);
    expect(readProperties(text)).toEqual(values);
  }, 100);
});

test.skipIf(lacks('java'))('brings back every value in Java itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'formats-'));
  try {
    writeFileSync(join(folder, 'Read.java'), JAVA);
    writeFileSync(join(folder, 'text'), bamboo.render(assigned(HARD_VALUES), []));
    const { stdout, stderr, status } = run('java', ['Read.java', 'text'], { cwd: folder });
    expect(status, stderr.toString()).toBe(0);
    const values = stdout.toString().split(/\r?\n/).slice(0, -1);
    expect(values.map((value) => Buffer.from(value, 'base64').toString())).toEqual([...HARD_VALUES]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a line is plain to read', () => {
  const value = ' C:\\new = 1 ';
  expect(bamboo.render([{ name: 'DIR', value, source: 'a/b' }], [])).toBe(
    'DIR=\\u0020C:\\\\new = 1\\u0020\n',
  );
  expect(bamboo.check(assigned(['a\nb', '\0']))).toHaveLength(1);
});
