import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deskAt, openDesk } from '../support/desk-fixture.js';
import { encodingsOf } from '../support/encodings.js';
import { NASTY, vaultWith } from '../support/nasty.js';
import { until } from '../vault/vault-fixture.js';

const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;

describe('exec', () => {
  test('gives the command its secrets, hides them in both streams, and releases custody', async () => {
    const { vault, desk } = await openDesk();
    const script = 'printf "out:%s\\n" "$DB"; printf "err:%s\\n" "$DEPLOY" >&2; test -n "$DB$DEPLOY"';
    const ended = await desk.run([
      'exec',
      '--secrets',
      'postgres/PASSWORD > DB',
      ...DEPLOY,
      '--',
      'sh',
      '-c',
      script,
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toBe('out:***\n');
    expect(ended.stderr).toContain('err:***\n');
    expect(ended.stderr).toMatch(/released custody of 94 after \d+ s/);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
    expect(desk.files()).toEqual([]);
  });

  test('brings every value to the environment byte for byte', async () => {
    const { LARGE, ...values } = NASTY;
    const vault = await vaultWith(values);
    const desk = deskAt(vault);
    const names = Object.keys(values) as (keyof typeof values)[];
    const lines = names.map((name) => `postgres/${name} > ${name}`).join('\n');
    // What is printed is hidden, so the command writes what it got into a file.
    const script = `require('node:fs').writeFileSync('got.json', JSON.stringify(process.env))`;
    const ended = await desk.run(['exec', '--secrets', lines, '--', process.execPath, '-e', script]);
    expect(ended.code, ended.stderr).toBe(0);
    const got = JSON.parse(
      desk
        .files()
        .find(({ path }) => path.endsWith('got.json'))
        ?.bytes.toString() ?? '{}',
    );
    for (const name of names) expect(got[name], name).toBe(values[name]);
    expect(LARGE.length).toBeGreaterThan(0);
    await vault.close();
  });

  test('removes the client secret from the environment of the command, whatever its name', async () => {
    const { desk } = await openDesk();
    const env = { MY_VAULT_SECRET: desk.env['SENHASEGURA_CLIENT_SECRET'], OTHER: 'kept' };
    const ended = await desk.run(
      [
        'exec',
        '--secrets',
        'postgres/PASSWORD > DB',
        '--',
        'sh',
        '-c',
        'env -0 | tr "\\0" "\\n" | sed "s/=.*//" | sort',
      ],
      { env },
    );
    const names = ended.stdout.toString().split('\n');
    expect(names).toContain('OTHER');
    expect(names).toContain('DB');
    expect(names).not.toContain('MY_VAULT_SECRET');
    expect(names).not.toContain('SENHASEGURA_CLIENT_SECRET');
  });

  test('hides every encoding of every secret it brought', async () => {
    const { vault, desk } = await openDesk();
    const secret = vault.value('stripe', 'STRIPE_SECRET_KEY') ?? '';
    // These two no tool can know: SECURITY.md says that they stay readable.
    const forms = [...encodingsOf(secret)].filter(([name]) => name !== 'reversed' && name !== 'gzip');
    // What base64 of a longer text shows of a value is looked for in just such a text, in lines too.
    const longer = [`x${secret}yy`, `xx${secret}y`].map((text) => Buffer.from(text).toString('base64'));
    const text = Buffer.from(
      'a line of a document before it\n'.repeat(3) + secret + '\nand behind it'.repeat(3),
    );
    const wrapped = (text.toString('base64').match(/.{1,40}/g) ?? []).join('\n');
    const alone = forms.filter(([name]) => !name.includes('shifted')).map(([, form]) => form);
    const lines = [...alone, ...longer, wrapped].flatMap((line) => [Buffer.from(line), Buffer.from('\n')]);
    writeFileSync(join(desk.folder, 'forms'), Buffer.concat(lines));
    const ended = await desk.run([
      'exec',
      '--secrets',
      'stripe/STRIPE_SECRET_KEY > KEY',
      '--',
      'cat',
      'forms',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(forms.length).toBeGreaterThan(10);
    for (const [name, form] of forms) expect(ended.stdout.includes(form), name).toBe(false);
    const joined = ended.stdout.toString().replaceAll('\n', '');
    expect(Buffer.from(wrapped.replaceAll('\n', ''), 'base64').includes(secret)).toBe(true);
    for (const [name, form] of forms)
      expect(joined.includes(form.toString()), `${name} in lines`).toBe(false);
  });

  test('passes on bytes that are not text unchanged', async () => {
    const { desk } = await openDesk();
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7 + (at >> 8)) % 256));
    writeFileSync(join(desk.folder, 'bytes'), bytes);
    const ended = await desk.run([
      'exec',
      '--secrets',
      'stripe/STRIPE_SECRET_KEY > KEY',
      '--',
      'cat',
      'bytes',
    ]);
    expect(ended.stdout.equals(bytes)).toBe(true);
  });

  test('passes on a prompt without a line end', async () => {
    const { desk } = await openDesk();
    let seenAtMs = 0;
    await desk
      .run(
        [
          'exec',
          '--secrets',
          'stripe/STRIPE_SECRET_KEY > KEY',
          '--',
          'sh',
          '-c',
          'printf "Continue? [y/N]: "; sleep 2',
        ],
        {
          onOutput: (text) => {
            if (seenAtMs === 0 && text.includes('Continue? [y/N]: ')) seenAtMs = performance.now();
          },
        },
      )
      .then((ended) => expect(performance.now() - seenAtMs, ended.stderr).toBeGreaterThan(1_000));
  });

  test.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -TERM $$', 'SIGTERM'],
    ['kill -KILL $$', 'SIGKILL'],
  ])('ends as the command ends: %s', async (script, end) => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', script]);
    expect(ended.signal ?? ended.code, ended.stderr).toBe(end);
    expect(vault.custodies()).toEqual([]);
  });

  test.each([
    ['./no-such-program', 127],
    ['./', 126],
  ])('reports that %s cannot be run, and releases custody', async (command, code) => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--', command]);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).toContain(`The command ${command} could not be run`);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('rejects an empty command before anything is fetched', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--', '', 'argument']);
    expect(ended.code, ended.stderr).toBe(127);
    expect(ended.stderr).toContain('The command to run is empty.');
    expect(vault.journal.requests).toEqual([]);
  });

  test('fails with 125 when it cannot fetch, and never runs the command', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--secrets', 'nope/X > X', '--', 'touch', 'ran']);
    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('SECRET_NOT_FOUND');
    expect(existsSync(join(desk.folder, 'ran'))).toBe(false);
    expect(vault.custodies()).toEqual([]);
    expect(desk.files()).toEqual([]);
  });

  test('makes private files that are gone when the command has ended', async () => {
    const { vault, desk } = await openDesk();
    const script = 'cmp "$KEY" expected && ls -l "$KEY" | cut -c 1-10; printf %s "$KEY"';
    writeFileSync(join(desk.folder, 'expected'), vault.value('tls', 'TLS_KEY') ?? '');
    const ended = await desk.run(['exec', '--secrets', 'tls/TLS_KEY > path:KEY', '--', 'sh', '-c', script]);
    expect(ended.code, ended.stderr).toBe(0);
    const [mode, path = ''] = ended.stdout.toString().split('\n');
    expect(mode).toBe('-rw-------');
    expect(existsSync(path)).toBe(false);
    expect(desk.files().map(({ path: file }) => file)).toEqual([join(desk.folder, 'expected')]);
  });

  test('warns when custody could not be released (or fails, with --release-failure), and keeps the state', async () => {
    const { vault, desk } = await openDesk();
    vault.faults.add({
      match: { method: 'DELETE' },
      times: Number.POSITIVE_INFINITY,
      fault: {
        kind: 'businessError',
        code: 1039,
        message: '1039: Without PAM Configuration Access permission',
      },
    });
    const ended = await desk.run([
      'exec',
      '--state',
      'state',
      ...DEPLOY,
      '--release-failure',
      'fail',
      '--',
      'true',
    ]);
    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('RELEASE_FAILED');
    expect(ended.stderr).toContain(`segura-secrets release --state ${join(desk.folder, 'state')}`);
    const mild = await desk.run(['exec', '--state', 'other', ...DEPLOY, '--', 'true']);
    expect(mild.code).toBe(0);
    expect(mild.stderr).toContain('RELEASE_FAILED');

    vault.faults.clear();
    for (const state of ['state', 'other']) {
      const released = await desk.run(['release', '--state', state]);
      expect(released.code, released.stderr).toBe(0);
    }
    expect(vault.custodies()).toEqual([]);
    expect(desk.files()).toEqual([]);
  });
});

describe('exec with a signal to stop', () => {
  const WAIT = 'trap "echo trapped; exit 5" TERM INT HUP; echo ready; while :; do sleep 0.05; done';

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s passes it on and releases custody',
    async (signal) => {
      const { vault, desk } = await openDesk();
      const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', WAIT], {
        onOutput: onceReady(signal),
      });
      expect(ended.code, ended.stderr).toBe(5);
      expect(ended.stdout.toString()).toContain('trapped');
      expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
      expect(desk.files()).toEqual([]);
    },
  );

  test('ends as the command does when it has no handler', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', 'echo ready; exec sleep 60'], {
      onOutput: onceReady('SIGTERM'),
    });
    expect(ended.signal).toBe('SIGTERM');
    expect(vault.custodies()).toEqual([]);
  });

  test('releases custody although the command does not end', async () => {
    const { vault, desk } = await openDesk();
    let pid = 0;
    const running = desk.run(
      [
        'exec',
        ...DEPLOY,
        '--',
        'sh',
        '-c',
        'trap "" TERM; echo ready; while [ ! -e go ]; do sleep 0.05; done; exit 4',
      ],
      {
        onStart: (started) => {
          pid = started;
        },
        onOutput: onceReady('SIGTERM'),
      },
    );
    await until(() => vault.everTaken().length > 0);
    await until(() => vault.custodies().length === 0);
    expect(pid).toBeGreaterThan(0);
    writeFileSync(join(desk.folder, 'go'), '');
    const ended = await running;
    expect(ended.code, ended.stderr).toBe(4);
  });

  test('while it still fetches never runs the command, and holds nothing', async () => {
    const { vault, desk } = await openDesk();
    vault.faults.add({
      match: { path: /credential\/94/ },
      times: 1,
      fault: { kind: 'delayReply', ms: 3_000 },
    });
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'touch', 'ran'], {
      onStart: (pid) => {
        void until(() => vault.journal.requests.some(({ path }) => path.includes('credential/94'))).then(() =>
          process.kill(pid, 'SIGTERM'),
        );
      },
    });
    await vault.settled();
    expect(ended.signal, ended.stderr).toBe('SIGTERM');
    expect(existsSync(join(desk.folder, 'ran'))).toBe(false);
    expect(vault.custodies()).toEqual([]);
    expect(desk.files()).toEqual([]);
  });

  test('by SIGKILL leaves a state with which release releases everything', async () => {
    const { vault, desk } = await openDesk();
    const killed = await desk.run(
      [
        'exec',
        '--state',
        'state',
        '--secrets',
        'tls/TLS_KEY > path:KEY',
        ...DEPLOY,
        '--',
        'sh',
        '-c',
        'echo ready; sleep 60',
      ],
      { onOutput: onceReady('SIGKILL') },
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(vault.custodies().length).toBe(1);
    expect(desk.files().length).toBe(2);
    const released = await desk.run(['release', '--state', 'state']);
    expect(released.code, released.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
    expect(desk.files()).toEqual([]);
  });

  test('by SIGKILL without a state file has already printed where its own is', async () => {
    const { vault, desk } = await openDesk();
    const killed = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', 'echo ready; sleep 60'], {
      onOutput: onceReady('SIGKILL'),
    });
    const [, state = ''] = /release --state (\S+)/.exec(killed.stderr) ?? [];
    const released = await desk.run(['release', '--state', state]);
    expect(released.code, released.stderr).toBe(0);
    expect(vault.custodies()).toEqual([]);
  });
});

describe('the output of exec', () => {
  test('releases custody when no one reads any more', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.shell(
      ['bash'],
      "segura_secrets exec --credentials '94 > DEPLOY' -- yes | head -n 1; echo $PIPESTATUS",
    );
    const [first, code] = ended.stdout.toString().split('\n');
    expect(first).toBe('y');
    expect(Number(code), ended.stderr).toBe(141);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('has arrived whole though the command was silent until its end', async () => {
    const { desk } = await openDesk();
    const script = 'sleep 1.3; head -c 200000 /dev/zero | tr "\\0" x; echo end >&2';
    const runs = await Promise.all(
      Array.from({ length: 6 }, () =>
        desk.run(['exec', '--secrets', 'stripe/STRIPE_SECRET_KEY > KEY', '--', 'sh', '-c', script]),
      ),
    );
    expect(runs.map(({ stdout }) => stdout.length)).toEqual(runs.map(() => 200_000));
    for (const { stderr } of runs) expect(stderr).toContain('end\n');
  });

  test('is a pipe to the command, that can be opened by its name', async () => {
    const { desk } = await openDesk();
    const script =
      'echo "out $KEY" > /dev/stdout; echo "err $KEY" > /dev/stderr; echo x | tee /dev/stderr >/dev/null';
    const ended = await desk.run([
      'exec',
      '--secrets',
      'stripe/STRIPE_SECRET_KEY > KEY',
      '--',
      'sh',
      '-c',
      script,
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.toString()).toBe('out ***\n');
    expect(ended.stderr).toContain('err ***\nx\n');
    expect(desk.files()).toEqual([]);
  });

  test('does not wait for what the command left behind', async () => {
    const { vault, desk } = await openDesk();
    const ended = await desk.run(['exec', ...DEPLOY, '--', 'sh', '-c', 'sleep 600 & echo started $!']);
    expect(ended.code, ended.stderr).toBe(0);
    const [, pid] = /started (\d+)/.exec(ended.stdout.toString()) ?? [];
    process.kill(Number(pid));
    expect(vault.custodies()).toEqual([]);
  });

  test('releases custody while its reader reads nothing', async () => {
    const { vault, desk } = await openDesk();
    const running = desk.shell(
      ['bash'],
      "segura_secrets exec --credentials '94 > DEPLOY' -- sh -c 'yes | head -c 3000000' | { while [ ! -e go ]; do sleep 0.05; done; wc -c; }",
    );
    await until(() => vault.everTaken().length > 0);
    setTimeout(() => writeFileSync(join(desk.folder, 'go'), ''), 1_000);
    const ended = await running;
    expect(ended.stdout.toString().trim()).toBe('3000000');
    expect(vault.custodies()).toEqual([]);
  });
});

/** Sends `signal` to the process that prints `ready`, once. */
function onceReady(signal: NodeJS.Signals): (text: string, pid: number) => void {
  let isSent = false;
  return (text, pid) => {
    if (isSent || !text.includes('ready\n') || !/^ready$/m.test(text)) return;
    isSent = true;
    process.kill(pid, signal);
  };
}
