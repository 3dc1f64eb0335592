import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksPython, NODE, onTerminal } from '../support/python.js';
import { cannot, lacks } from '../support/skips.js';
import { until } from '../vault/vault-fixture.js';

const KEY = ['--quiet', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
const WARNING = 'The command left a process running, and no one reads its output any more';

describe('a process that the command leaves behind', () => {
  test('gets a warning when it holds the output, and ends at what it prints next', async () => {
    const { desk } = await openDesk();
    const script = '(sleep 3; echo one; echo two; echo "$?" > survived) & echo "$!" > left';
    const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(WARNING);
    const left = Number(readFileSync(join(desk.folder, 'left'), 'utf8'));
    await until(() => spawnSync('ps', ['-p', String(left)]).status !== 0);
    expect(existsSync(join(desk.folder, 'survived'))).toBe(false);
  });

  test.skipIf(lacksPython)('gets an error if it ignores the signal', async () => {
    const { desk } = await openDesk();
    writeFileSync(
      join(desk.folder, 'left.py'),
      `import errno, time
time.sleep(3)
try: print('one', flush=True)
except OSError as error: open('got', 'w').write(errno.errorcode[error.errno])
`,
    );
    const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', 'python3 left.py 2> log &']);
    expect(ended.stderr).toContain(WARNING);
    // The file is there a moment before its text.
    await until(
      () => existsSync(join(desk.folder, 'got')) && readFileSync(join(desk.folder, 'got')).length > 0,
    );
    expect(readFileSync(join(desk.folder, 'got'), 'utf8')).toBe('EPIPE');
  });

  test('keeps running, without a warning, when it has its own output', async () => {
    const { desk } = await openDesk();
    const script = '(sleep 1; echo one; echo two; echo done > survived) > log 2>&1 &';
    const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    await until(() => existsSync(join(desk.folder, 'survived')));
    expect(readFileSync(join(desk.folder, 'log'), 'utf8')).toBe('one\ntwo\n');
  });
});

describe('what Node changes at its start', () => {
  const exec = `'${NODE}' '${COMMAND_LINE}' exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' --`;

  test.skipIf(lacksPython || lacks('setsid'))(
    'leaves no signal ignored for a command that setsid detaches from the terminal, and keeps its exit code',
    async () => {
      const { desk } = await openDesk();
      const line = `trap '' INT; setsid --wait ${exec} sh -c 'echo ready; sleep 1; echo went on; exit 3'; echo "code $?"`;
      const ended = await onTerminal(desk, [['ready', '\\x03']], ['bash', '-c', line]);
      expect(ended.stdout.toString()).toMatch(/went on\s+code 3\s+ended with 0/);
    },
  );

  test('is the limit of open files, which a shell before the command sets again', async () => {
    const { desk } = await openDesk();
    const script = `ulimit -Sn 300; ${exec} sh -c 'ulimit -Sn 300; exec "$@"' sh bash -c 'ulimit -Sn; ulimit -Hn'; ulimit -Hn`;
    const ended = await desk.shell(['bash'], script);
    const [soft, hard, outside] = ended.stdout.toString().split('\n');
    expect([soft, hard], ended.stderr).toEqual(['300', outside]);
  });
});

const ALONE = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
const canBeFirst = spawnSync('unshare', [...ALONE, 'true']).status === 0;

describe.skipIf(cannot(!canBeFirst, 'process 1, for which `unshare` needs the right to make a namespace'))(
  'exec as process 1',
  () => {
    test('reports that it cannot reap orphans, and ends with 128 + n if it survives its own signal', async () => {
      const { vault, desk } = await openDesk();
      const exec = [NODE, COMMAND_LINE, 'exec', '--credentials', '94 > DEPLOY', '--'];
      const ended = await desk.spawn(
        'unshare',
        [...ALONE, ...exec, 'sh', '-c', 'echo ran; kill -TERM $$'],
        {},
      );
      expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([143, 'ran\n']);
      expect(ended.stderr).toContain('docker run --init');
      expect(vault.custodies()).toEqual([]);
    });

    test('obeys a signal to stop', async () => {
      const { vault, desk } = await openDesk();
      const exec = `exec '${NODE}' '${COMMAND_LINE}' exec --quiet --credentials '94 > DEPLOY' -- sh -c 'echo ready; exec sleep 60'`;
      let isSent = false;
      const ended = await desk.spawn(
        'unshare',
        ['--user', '--map-root-user', '--pid', '--fork', 'sh', '-c', exec],
        {
          onOutput: (text, pid) => {
            if (isSent || !text.includes('ready')) return;
            isSent = true;
            const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
            process.kill(Number(child), 'SIGTERM');
          },
        },
      );
      expect(ended.code, ended.stderr).toBe(143);
      expect(vault.custodies()).toEqual([]);
    });
  },
);
