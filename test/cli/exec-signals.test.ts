import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE, type Desk, type Ended } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksPython, NODE, onTerminal } from '../support/python.js';
import { cannot, lacks } from '../support/skips.js';
import { until } from '../vault/vault-fixture.js';

const KEY = ['--quiet', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY'] as const;
const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;
/** Says each signal that it gets of those that `names` lists, and ends a while after the first. */
const counting = (names: string): string => `
const inVain = setTimeout(() => undefined, 60_000);
const got = (name) => {
  console.log('got', name);
  clearTimeout(inVain);
  setTimeout(() => undefined, 1_500);
};
for (const name of '${names}'.split(' ')) process.on(name, got);
console.log('ready');`;

describe.skipIf(lacks('setsid'))('a signal', () => {
  /** Runs exec as the leader of a group, as a CI runner does, and tells once it is ready. */
  const inGroup = (
    desk: Desk,
    command: readonly string[],
    then: (group: number) => void,
    sign = /^ready$/m,
  ): Promise<Ended> => {
    let isReady = false;
    const leader = ['sh', '-c', 'echo $$ > group; exec "$@"', 'sh', NODE, COMMAND_LINE];
    return desk.spawn('setsid', ['--wait', ...leader, 'exec', ...KEY, ...DEPLOY, '--', ...command], {
      onOutput: (text) => {
        if (isReady || !sign.test(text)) return;
        isReady = true;
        then(Number(readFileSync(join(desk.folder, 'group'), 'utf8')));
      },
    });
  };

  test('to the group of exec reaches the command once', async () => {
    const { vault, desk } = await openDesk();
    for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR2'] as const) {
      const ended = await inGroup(desk, [NODE, '-e', counting(name)], (group) => process.kill(-group, name));
      expect(ended.stdout.toString(), ended.stderr).toBe(`ready\ngot ${name}\n`);
    }
    expect(vault.custodies()).toEqual([]);
  });

  test('to exec and to its group at once, as timeout sends it, reaches the command once', async () => {
    const { desk } = await openDesk();
    const ended = await inGroup(desk, [NODE, '-e', counting('SIGTERM')], (group) => {
      process.kill(group, 'SIGTERM');
      setTimeout(() => process.kill(-group, 'SIGTERM'), 10);
    });
    expect(ended.stdout.toString(), ended.stderr).toBe('ready\ngot SIGTERM\n');
  });

  test('to exec reaches each process of the command once', async () => {
    const { desk } = await openDesk();
    writeFileSync(join(desk.folder, 'counting.cjs'), counting('SIGTERM'));
    const script = `trap : TERM; '${NODE}' counting.cjs & '${NODE}' counting.cjs & wait; wait; wait`;
    const ended = await inGroup(
      desk,
      ['sh', '-c', script],
      (group) => process.kill(group, 'SIGTERM'),
      /ready\s+ready/,
    );
    expect(ended.stdout.toString().match(/got/g), ended.stderr).toEqual(['got', 'got']);
  });

  test.each(['exec alone', 'its whole group'])(
    'that kills %s at once ends all that the command started',
    async (whom) => {
      const { desk } = await openDesk();
      const script = `trap "" TERM HUP; note='echo $$ >> pids'
        sh -c "$note; sh -c '$note; exec sleep 601' & wait" & sh -c "$note; exec sleep 602" &
        eval "$note"; sleep 0.5; echo ready; wait`;
      await inGroup(desk, ['sh', '-c', script], (group) =>
        process.kill(whom === 'exec alone' ? group : -group, 'SIGKILL'),
      );
      const pids = readFileSync(join(desk.folder, 'pids'), 'utf8').trim().split('\n').map(Number);
      expect(new Set(pids).size).toBe(4);
      await until(() => !pids.some(isRunning));
    },
  );

  test('leaves no watcher process behind', async () => {
    const { desk } = await openDesk();
    const seen = await desk.run(['exec', ...KEY, '--', 'ps', '-eo', 'ppid,args']);
    expect(seen.stdout.toString()).toMatch(/^ *\d+ sh -c trap '' HUP/m);
    expect(seen.stdout.toString()).not.toContain(desk.env['SENHASEGURA_CLIENT_SECRET']);
    for (const script of ['exit 0', 'kill -KILL $$'])
      await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
    await desk.run(['exec', ...KEY, '--', './no-such-program']);
    await desk.run(['exec', '--secrets', 'nope/X > X', '--', 'true']);
    await until(() => watchersAlone() === 0);
  });

  test('ends nothing of the command once that has ended', async () => {
    const { desk } = await openDesk();
    const script = 'sleep 20 > /dev/null 2>&1 & echo $! > left';
    const ended = await desk.run(['exec', ...KEY, '--', 'sh', '-c', script]);
    expect(ended.code, ended.stderr).toBe(0);
    await new Promise((done) => setTimeout(done, 1_000));
    expect(process.kill(Number(readFileSync(join(desk.folder, 'left'), 'utf8')))).toBe(true);
  });

  test('of the command also ends exec without a shell for the watcher', async () => {
    const { desk } = await openDesk();
    const ended = await desk.run(['exec', ...KEY, '--', '/bin/sh', '-c', 'echo "$KEY"; kill -TERM $$'], {
      env: { PATH: '/nowhere' },
    });
    expect([ended.stdout.toString(), ended.signal], ended.stderr).toEqual(['***\n', 'SIGTERM']);
  });
});

describe('exec ends by the signal that ended the command', () => {
  test.each(['HUP', 'INT', 'KILL', 'PIPE', 'ALRM', 'TERM', 'USR1', 'USR2'])('SIG%s', async (name) => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run([
      'exec',
      ...KEY,
      ...DEPLOY,
      '--',
      'sh',
      '-c',
      `echo last; kill -${name} $$`,
    ]);
    expect([ended.stdout.toString(), ended.signal], ended.stderr).toEqual(['last\n', `SIG${name}`]);
    expect(vault.custodies()).toEqual([]);
  });

  const DUMPING = ['QUIT', 'ABRT', 'SEGV', 'BUS', 'ILL', 'FPE', 'XCPU', 'SYS', 'TRAP'];

  test.skipIf(cannot(process.platform !== 'linux', 'what only Linux has')).each(DUMPING)(
    'SIG%s, where no memory is kept',
    async (name) => {
      const { desk } = await openDesk();
      const limits = (size: string) =>
        `ulimit -c ${size} && exec '${NODE}' '${COMMAND_LINE}' exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' -- sh -c 'ulimit -c 0; kill -${name} $$'`;
      const ended = await desk.spawn('bash', ['-c', limits('0')], {});
      expect(ended.signal, ended.stderr).toBe(`SIG${name}`);
      const dumping = await desk.spawn('bash', ['-c', limits('unlimited')], {});
      expect(dumping.signal, dumping.stderr).toBe(null);
      expect(dumping.code).toBeGreaterThan(128);
      expect(desk.files()).toEqual([]);
    },
  );

  test('and export ends by the signal that stops it while it fetches', async () => {
    for (const args of [['export', '--format', 'sh'], ['exec']]) {
      const { vault, desk } = await openDesk();
      vault.faults.add({ match: { path: /sctm/ }, times: 1, fault: { kind: 'delay', ms: 5_000 } });
      const ended = await desk.run([...args, ...KEY, ...(args[0] === 'exec' ? ['--', 'true'] : [])], {
        onStart: (pid) => {
          void until(() => vault.journal.requests.some(({ path }) => path.includes('sctm'))).then(() =>
            process.kill(pid, 'SIGINT'),
          );
        },
      });
      expect(ended.signal, ended.stderr).toBe('SIGINT');
    }
  });

  test('after a signal to stop, even if no one reads its output', async () => {
    const { vault, desk } = await openDesk();
    const ours = `echo $BASHPID > pid; exec '${NODE}' '${COMMAND_LINE}' exec --credentials '94 > D' -- yes`;
    const running = desk.shell(['bash'], `(${ours}) | (echo $BASHPID > reader; exec sleep 400); exit 0`);
    await until(() => vault.everTaken().length > 0);
    await new Promise((done) => setTimeout(done, 1_000));
    const [pid, reader] = ['pid', 'reader'].map((name) =>
      Number(readFileSync(join(desk.folder, name), 'utf8')),
    );
    process.kill(pid ?? 0, 'SIGTERM');
    await until(() => vault.custodies().length === 0);
    await until(() => !isThere(pid ?? 0));
    process.kill(reader ?? 0);
    await running;
  });
});

describe.skipIf(lacksPython)('in front of a terminal', () => {
  const loop = `n=0; while [ $n -lt 3 ]; do n=$((n + 1)); '${NODE}' '${COMMAND_LINE}' exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' -- sh -c 'echo ready; exec sleep 3'; done; echo went on`;

  test('ctrl-C ends the loop of a shell around exec', async () => {
    const { desk } = await openDesk();
    const ended = await onTerminal(desk, [['ready', '\\x03']], ['bash', '-c', loop]);
    expect(ended.stdout.toString(), ended.stderr).toContain('ended with -2');
    expect(ended.stdout.toString()).not.toContain('went on');
  });

  test('ctrl-C reaches the command once', async () => {
    const { desk } = await openDesk();
    const ended = await onTerminal(
      desk,
      [['ready', '\\x03']],
      [NODE, COMMAND_LINE, 'exec', ...KEY, '--', NODE, '-e', counting('SIGINT')],
    );
    expect(ended.stdout.toString().match(/got/g), ended.stdout.toString()).toEqual(['got']);
  });

  const GROUP = `import os, signal, subprocess, sys
how, whom, *command = sys.argv[1:]
exec = subprocess.Popen(command, stdin=subprocess.DEVNULL if how == 'null' else None, stdout=subprocess.PIPE)
for line in exec.stdout:
    print(line.decode().strip(), flush=True)
    if line == b'ready\\n':
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if whom == 'group': os.kill(0, signal.SIGTERM)
        else: exec.kill()
`;

  test.each([
    ['standard input is no terminal', 'null', {}],
    ['CI is set', 'terminal', { CI: 'true' }],
    ['GITLAB_CI is set', 'terminal', { GITLAB_CI: 'true' }],
    ['TF_BUILD is set', 'terminal', { TF_BUILD: 'True' }],
  ])('a signal to the group reaches the command once, where %s', async (_, how, env) => {
    const { desk } = await openDesk();
    Object.assign(desk.env, env);
    writeFileSync(join(desk.folder, 'group.py'), GROUP);
    const exec = [NODE, COMMAND_LINE, 'exec', ...KEY, '--', NODE, '-e', counting('SIGTERM')];
    const ended = await onTerminal(desk, [], ['python3', 'group.py', how, 'group', ...exec]);
    expect(ended.stdout.toString().match(/got/g), ended.stdout.toString()).toEqual(['got']);
  });

  test.each([
    ['whose reader is a CI', { CI: 'true' }],
    ['where a person types', {}],
  ])('no command outlives an exec that is killed, at a terminal %s', async (_, env) => {
    const { desk } = await openDesk();
    Object.assign(desk.env, env);
    writeFileSync(join(desk.folder, 'group.py'), GROUP);
    const command = [
      'sh',
      '-c',
      'trap "" HUP TERM; echo $$ > pid; echo ready; for i in $(seq 60); do sleep 1; done',
    ];
    const exec = [NODE, COMMAND_LINE, 'exec', ...KEY, '--', ...command];
    const script = `python3 group.py terminal exec "$@"; sleep 2; ps -o stat= -p $(cat pid) | grep -v Z && echo alive; echo over`;
    const ended = await onTerminal(desk, [], ['bash', '-c', script, 'bash', ...exec]);
    expect(ended.stdout.toString(), ended.stdout.toString()).toContain('over');
    expect(ended.stdout.toString()).not.toContain('alive');
  });

  test.each([
    ['< /dev/zero', {}],
    ['', { CI: '1' }],
  ])('ctrl-C, ctrl-Z and fg work if the command leads its own group: %s %o', async (input, env) => {
    const { desk } = await openDesk();
    Object.assign(desk.env, env);
    const script =
      'trap "echo interrupted; exit 4" INT; echo ready; n=0; while :; do sleep 0.2; n=$((n + 1)); echo "tick $n"; done';
    writeFileSync(join(desk.folder, 'script'), script);
    writeFileSync(
      join(desk.folder, 'line'),
      `'${NODE}' '${COMMAND_LINE}' exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' -- sh script ${input}`,
    );
    const ended = await onTerminal(
      desk,
      [
        ['$ ', '. ./line\\n'],
        ['tick 2', '\\x1a'],
        ['Stopped', 'sleep 1; echo w""aited; fg\\n'],
        ['tick', '\\x03'],
        ['interrupted', 'exit 5\\n'],
      ],
      ['env', 'PS1=$ ', 'bash', '--norc', '--noprofile', '-i'],
    );
    const shown = ended.stdout.toString();
    expect(shown).toContain('ended with 5');
    expect(shown.slice(shown.indexOf('Stopped'), shown.indexOf('waited'))).not.toContain('tick');
  });

  test('ctrl-Z stops exec with its command, and fg continues both', async () => {
    const { desk } = await openDesk();
    writeFileSync(
      join(desk.folder, 'line'),
      `'${NODE}' '${COMMAND_LINE}' exec --quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY' -- sh -c 'echo ready; read -r line; echo "read $line"'`,
    );
    const ended = await onTerminal(
      desk,
      [
        ['$ ', '. ./line\\n'],
        ['ready', '\\x1a'],
        ['Stopped', 'fg\\n'],
        ['line"', 'typed\\n'],
        ['read typed', 'exit 5\\n'],
      ],
      ['env', 'PS1=$ ', 'bash', '--norc', '--noprofile', '-i'],
    );
    expect(ended.stdout.toString(), ended.stderr).toContain('ended with 5');
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether a process is there and no zombie. */
function isRunning(pid: number): boolean {
  return /^[^Z]/.test(
    spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim(),
  );
}

/** How many processes watch for an exec that is gone. */
function watchersAlone(): number {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const rows = lines.flatMap((line) => {
    const [, pid = '', parent = '', args = ''] = /^ *(\d+) +(\d+) (.*)/.exec(line) ?? [];
    return [{ pid, parent, args }];
  });
  const nodes = new Set(rows.filter(({ args }) => args.includes('segura-secrets.mjs')).map(({ pid }) => pid));
  return rows.filter(({ args, parent }) => args.startsWith("sh -c trap '' HUP") && !nodes.has(parent)).length;
}
