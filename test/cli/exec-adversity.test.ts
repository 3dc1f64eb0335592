import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE } from '../support/command-line.js';
import { deskAt, openDesk } from '../support/desk-fixture.js';
import { largeValues, vaultWith } from '../support/nasty.js';

const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;
const KEY = ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;

test('the bytes of a command arrive unchanged at a reader that pauses', async () => {
  const { desk } = await openDesk();
  const bytes = Buffer.alloc(8 * 1024 * 1024);
  for (let at = 0, state = 1; at < bytes.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes.writeInt32LE(state, at);
  }
  writeFileSync(join(desk.folder, 'bytes'), bytes);
  const exec = "segura_secrets exec --secrets 'stripe/STRIPE_SECRET_KEY > KEY' --";
  const paused = '(for i in 1 2 3; do head -c 1000000; sleep .1; done; cat)';
  const { stdout } = await desk.shell(['bash'], `${exec} sh -c 'cat bytes bytes' | ${paused}`);
  expect(stdout.equals(Buffer.concat([bytes, bytes]))).toBe(true);
});

describe('a command that tidies up', () => {
  test.each([
    ['removes everything', 'rm -rf "$TMPDIR"/*; exit 7'],
    [
      'leaves a file next to the state',
      'for d in "$TMPDIR"/segura-secrets-*; do touch "$d/mine"; done; exit 7',
    ],
    [
      'puts a folder in place of the state',
      'for d in "$TMPDIR"/segura-secrets-*; do rm "$d/state"; mkdir "$d/state"; done; exit 7',
    ],
  ])('changes neither the exit code nor the custody: %s', async (_, script) => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', script]);
    expect(ended.code, ended.stderr).toBe(7);
    expect(ended.stderr).not.toMatch(/INTERNAL|at .*segura-secrets.mjs/);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('loses no output that is still printed', async () => {
    const { desk } = await openDesk();
    const script = 'rm -rf "$TMPDIR"/*; (sleep .5; echo late1; sleep .5; echo late2) & exit 0';
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', script]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toBe('late1\nlate2\n');
  });

  test('still loses its secrets when it ignores a signal to stop', async () => {
    const { vault, desk } = await openDesk();
    let isSent = false;
    const script =
      'trap "" TERM; echo ready; rm -rf "$TMPDIR"/*; for i in 1 2 3 4 5; do sleep 1; echo $i; done; exit 3';
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', script], {
      onOutput: (text, pid) => {
        if (isSent || !/^ready$/m.test(text)) return;
        isSent = true;
        process.kill(pid, 'SIGTERM');
      },
    });
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stdout.toString()).toContain('5\n');
    expect(vault.custodies()).toEqual([]);
  });
});

test.each([
  [13, 0],
  [16, 125],
])('values with which the command could not start are rejected: %d of 100 kB', async (count, code) => {
  const values = largeValues(count);
  const vault = await vaultWith(values);
  const desk = deskAt(vault);
  const secrets = Object.keys(values).map((name) => `postgres/${name} > ${name}`);
  const ended = await desk.run([
    ...['exec', '--secrets', secrets.join('\n'), ...DEPLOY],
    ...['--', process.execPath, '-p', 'process.env.K0.length'],
  ]);
  expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([code, code === 0 ? '100000\n' : '']);
  expect(ended.stderr.includes('VALUE_TOO_LARGE')).toBe(code !== 0);
  expect(vault.custodies()).toEqual([]);
  await vault.close();
});

describe('exec does not pass on', () => {
  test('the client secret inside another variable, nor in an encoding', async () => {
    const { desk } = await openDesk();
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    const id = desk.env['SENHASEGURA_CLIENT_ID'] ?? '';
    const env = {
      ADDRESS: `https://x:${secret}@host/`,
      DOCUMENT: JSON.stringify({ secret }),
      BASIC: Buffer.from(`${id}:${secret}`).toString('base64'),
      OTHER: 'kept',
    };
    const ended = await desk.run(
      ['exec', ...KEY, '--', 'sh', '-c', 'echo "$ADDRESS|$DOCUMENT|$BASIC|$OTHER"'],
      { env },
    );
    expect(ended.stdout.toString()).toBe('|||kept\n');
  });

  test.each([
    ['NODE_DEBUG', ['child_process', 'fs,CHILD_PROCESS', '*', 'child*', 'c*', 'stream', 'http', ' ']],
    ['NODE_DEBUG_NATIVE', ['*', 'SPAWN', 'http2']],
  ])('what %s would print, with any value', async (name, values) => {
    const { vault, desk } = await openDesk();
    for (const value of values) {
      const ended = await desk.run(['exec', ...KEY, '--', 'echo', 'ran'], { env: { [name]: value } });
      expect([ended.code, ended.stdout.toString()], value).toEqual([125, '']);
      expect(ended.stderr).toContain('PLATFORM_UNSUPPORTED');
      expect(ended.stderr).toContain(`env -u ${name} segura-secrets exec`);
      for (const secret of vault.secretValues()) expect(ended.stderr).not.toContain(secret);
    }
    const empty = await desk.run(['exec', ...KEY, '--', 'echo', 'ran'], { env: { [name]: '' } });
    expect([empty.code, empty.stdout.toString()], empty.stderr).toEqual([0, 'ran\n']);
    expect(vault.journal.requests.length).toBeLessThan(5);
  });
});

describe('what the shells make of a value with quotes', () => {
  test.each([
    ['bash', 'export -p; set; set -x; : "$V"'],
    ['dash', 'export -p; set; set -x; : "$V"'],
    ['busybox ash', 'export -p; set; set -x; : "$V"'],
  ])('is hidden too: %s', async (shell, script) => {
    const value = 'it\'s a $HOME "q" `x` and more';
    const vault = await vaultWith({ V: value });
    const desk = deskAt(vault);
    const ended = await desk.run([
      'exec',
      '--secrets',
      'postgres/V > V',
      '--',
      ...shell.split(' '),
      '-c',
      script,
    ]);
    if (ended.code === 127) {
      expect(shell).toBe('busybox ash');
      return;
    }
    expect(ended.code, ended.stderr).toBe(0);
    const text = ended.stdout.toString() + ended.stderr;
    expect(text).toContain('V=');
    for (const part of ['s a ', '"q', 'and more', 'HOME "']) expect(text).not.toContain(part);
    await vault.close();
  });
});

test('a secret that comes late on standard input is waited for', async () => {
  const { desk } = await openDesk();
  const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
  const ended = await desk.shell(
    ['bash'],
    "{ sleep 1; printf '%s\\n' \"$LATE\"; } | segura_secrets exec --client-secret-file - --secrets 'stripe/* > *' -- echo ran",
    { env: { SENHASEGURA_CLIENT_SECRET: undefined, LATE: secret } },
  );
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.toString()).toBe('ran\n');
});

test('a full disk is an error', async () => {
  const { vault, desk } = await openDesk();
  const ended = await desk.shell(
    ['bash'],
    "segura_secrets exec --credentials '94 > DEPLOY' -- cat /etc/passwd > /dev/full",
  );
  expect(ended.code, ended.stderr).toBe(125);
  expect(ended.stderr).toContain('Some of the output of the command could not be written');
  expect(vault.custodies()).toEqual([]);
});

test('exec stops waiting for a process that keeps printing after 10 s', async () => {
  const { desk } = await openDesk();
  const script = 'n=0; (while [ $n -lt 30 ]; do n=$((n + 1)); echo tick; sleep .7; done) & exit 0';
  const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout.toString().match(/tick/g)?.length).toBeLessThan(30);
});

test('a missing folder for private files is reported with the setting to change', async () => {
  const { vault, desk } = await openDesk();
  const ended = await desk.run(['exec', ...DEPLOY, '--', 'true'], {
    env: { TMPDIR: join(desk.folder, 'nowhere') },
  });
  expect(ended.code).toBe(125);
  expect(ended.stderr).toContain('FILE_REFUSED');
  expect(ended.stderr).toContain('Set TMPDIR');
  expect(vault.everTaken()).toEqual([]);
});

test('installed by a link it runs in a folder whose package.json says commonjs', async () => {
  const { desk } = await openDesk();
  mkdirSync(join(desk.folder, 'bin'));
  writeFileSync(join(desk.folder, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(desk.folder, 'bin/segura-secrets.mjs'), readFileSync(COMMAND_LINE), { mode: 0o755 });
  symlinkSync('segura-secrets.mjs', join(desk.folder, 'bin/segura-secrets'));
  const ended = await desk.spawn(join(desk.folder, 'bin/segura-secrets'), ['bogus'], {});
  expect(ended.code).toBe(2);
});

test('a state of another run of a job is not obeyed', async () => {
  const { vault, desk } = await openDesk();
  const taken = await desk.run(['export', '--format', 'sh', '--state', 'state', '--run', '2005', ...DEPLOY]);
  expect(taken.code, taken.stderr).toBe(0);
  for (const run of [['--run', '7'], []]) {
    const refused = await desk.run(['release', '--state', 'state', ...run]);
    expect([refused.code, vault.custodies().length]).toEqual([1, 1]);
    expect(refused.stderr).toContain('STATE_INVALID: The saved state was written with another --run.');
    expect(refused.stderr).toContain('If --run is missing or mistyped, correct it.');
  }
  const released = await desk.run(['release', '--state', 'state', '--run', '2005']);
  expect(released.code, released.stderr).toBe(0);
  expect(vault.custodies()).toEqual([]);
});
