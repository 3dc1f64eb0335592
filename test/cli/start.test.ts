import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../support/command-line.js';
import { startVault, type Vault } from '../vault/index.js';

let vault: Vault;
let desk: Desk;
beforeAll(async () => {
  vault = await startVault({ dialect: 'api' });
  desk = new Desk(vault);
});
afterAll(async () => {
  desk.close();
  await vault.close();
});

/** What the most of the file may be that is needed with so many later parts. */
const SHARES = [0.05, 0.22, 0.56, 0.62];

/** What begins each comment at the end of the file, in which its later parts stand. */
const PART = '\n// A part of this program, compiled when it is needed,';

/** The command line with nothing in its later parts, but for the first `count` of them. */
function beginning(count: number): string {
  const whole = readFileSync(COMMAND_LINE, 'utf8');
  const at = whole.lastIndexOf(`${PART} ${count + 1} of `);
  expect(at).toBeGreaterThan(0);
  expect(at, 'the most of it is read only when it is needed').toBeLessThan(
    whole.length * (SHARES[count] ?? 0),
  );
  const path = join(desk.folder, 'beginning.mjs');
  const later = /(?<=^\/\/ A part of this program, \D* (\d of \w+): ).*(?= \1$)/gm;
  writeFileSync(
    path,
    `${whole.slice(0, at)}${whole.slice(at).replace(later, (part) => ' '.repeat(part.length))}`,
  );
  return path;
}

test.each([
  [['version'], 0, 0],
  [['help'], 0, 0],
  [['help', 'exec'], 0, 0],
  [['exec', '--help'], 0, 0],
  [['help', 'such'], 2, 1],
  [['check', '--secrets', 'postgres/PASSWORD > DB'], 0, 1],
  [['check', '--secrets', 'postgres/PASSWORD >'], 1, 1],
  [['export', '--format', 'sh', '--secrets', 'postgres/PASSWORD > DB'], 0, 2],
  [['exec', '--secrets', 'postgres/PASSWORD > DB', '--', 'true'], 0, 3],
])('the beginning of the command line is all that %j needs', async (args, code, count) => {
  const node = process.env['SEGURA_TEST_NODE'] ?? process.execPath;
  const [whole, part] = [await desk.run(args), await desk.spawn(node, [beginning(count), ...args], {})];
  expect([part.code, part.stderr]).toEqual([code, whole.stderr]);
  expect(part.stdout.toString()).toBe(whole.stdout.toString());
});

const NODE = process.env['SEGURA_TEST_NODE'] ?? process.execPath;

describe('the file of the command line', () => {
  test('that is cut off, or of two versions, is rejected before anything is done', async () => {
    const program = join(desk.folder, 'program.mjs');
    const whole = readFileSync(COMMAND_LINE, 'utf8');
    const at = (part: number): number => whole.lastIndexOf(`${PART} ${part} of `);
    const digest = / 1 of (\w+):/.exec(whole.slice(at(1)))?.[1] ?? '';
    const other = digest.replace(/./g, '0');
    // With its first part whole, a file has all that check needs.
    for (const [text, isFirstWhole] of [
      [whole.slice(0, at(1)), false],
      [whole.slice(0, at(1) + 70), false],
      [whole.slice(0, at(2) - 1), false],
      [whole.slice(0, at(2)), true],
      [whole.slice(0, at(2) + 5_000), true],
      [whole.slice(0, at(3) - 1), true],
      [whole.slice(0, at(1)) + whole.slice(at(1)).replaceAll(digest, other), false],
      [whole.slice(0, at(2) + 5_000) + whole.slice(at(2) + 5_000).replaceAll(digest, other), true],
    ] as const) {
      writeFileSync(program, text);
      for (const [args, code] of [
        ...(isFirstWhole ? [] : ([[['check', '--secrets', 'a/b > C'], 1]] as const)),
        [['export', '--format', 'sh', '--secrets', 'postgres/PASSWORD > DB'], 1],
        [['exec', '--secrets', 'postgres/PASSWORD > DB', '--', 'true'], 125],
      ] as const) {
        const before = vault.journal.requests.length;
        const ended = await desk.spawn(NODE, [program, ...args], {});
        expect([ended.code, ended.stdout.length, vault.journal.requests.length], ended.stderr).toEqual([
          code,
          0,
          before,
        ]);
        expect(ended.stderr).toMatch(
          /^segura-secrets: FILE_REFUSED: The file of this program was replaced .*\n {2}Run .*\n$/,
        );
      }
      expect((await desk.spawn(NODE, [program, 'version'], {})).code).toBe(0);
    }
  });

  test('that is replaced or removed once a command runs changes nothing', async () => {
    const [program, fifo] = [join(desk.folder, 'program.mjs'), join(desk.folder, 'config')];
    for (const change of [() => rmSync(program), () => writeFileSync(program, '')]) {
      copyFileSync(COMMAND_LINE, program);
      rmSync(fifo, { force: true });
      execFileSync('mkfifo', [fifo]);
      const args = ['export', '--format', 'json', '--secrets', 'postgres/PASSWORD > DB', '--config', fifo];
      const ended = await desk.spawn(NODE, [program, ...args], {
        onStart: () => {
          setTimeout(() => {
            change();
            const handle = openSync(fifo, 'w');
            writeSync(handle, 'timeout: 20\n');
            closeSync(handle);
          }, 1_000);
        },
      });
      expect(ended.code, ended.stderr).toBe(0);
    }
  });

  test.each(['--input-type=module -', '-'])('may come through standard input: node %s', async (given) => {
    if (given === '-' && !canGuessModules()) return;
    const run = (words: string): Promise<Ended> =>
      desk.spawn('sh', ['-c', `cat '${COMMAND_LINE}' | '${NODE}' ${given} ${words}`], {});
    const version = await run('version');
    expect(version.stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
    const checked = await run(`check --online --secrets 'postgres/PASSWORD > DB'`);
    expect([checked.code, checked.stdout.toString().includes('No problems found.')]).toEqual([0, true]);
    const request = `--quiet --credentials '94 > A'`;
    const exported = await run(`export --format json --state st ${request}`);
    expect(JSON.parse(exported.stdout.toString()).A).toBe(vault.password('94'));
    expect((await run('release --state st')).code).toBe(0);
    const executed = await run(`exec ${request} -- sh -c 'echo "got $A"'`);
    expect([executed.code, executed.stdout.toString()], executed.stderr).toEqual([0, 'got ***\n']);
    expect(vault.custodies()).toEqual([]);
  });

  test('runs even if a checkout has changed its line ends to CRLF', async () => {
    const program = join(desk.folder, 'program.mjs');
    writeFileSync(program, readFileSync(COMMAND_LINE, 'latin1').replaceAll('\n', '\r\n'), 'latin1');
    const ended = await desk.spawn(
      NODE,
      [program, 'exec', '--quiet', '--credentials', '94 > A', '--', 'sh', '-c', 'echo "got $A"'],
      {},
    );
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, 'got ***\n']);
    expect(vault.custodies()).toEqual([]);
  });
});

/** Whether this Node detects without a flag that its input is a module. */
function canGuessModules(): boolean {
  const [major = 0, minor = 0] = execFileSync(NODE, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    .split('.')
    .map(Number);
  return major > 22 || (major === 22 && minor >= 7) || (major === 20 && minor >= 19);
}
