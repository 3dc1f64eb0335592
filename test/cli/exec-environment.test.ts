import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { NODE } from '../support/python.js';
import { cannot } from '../support/skips.js';

const KEY = "--quiet --secrets 'stripe/STRIPE_SECRET_KEY > KEY'";

describe.skipIf(cannot(process.platform !== 'linux', 'what only Linux has'))('what is not UTF-8', () => {
  test.each([
    ["export BAD=$'a\\xffb'", 'env', 'The variable BAD of the environment'],
    ["export BAD=$'\\xc3'", 'env', 'The variable BAD of the environment'],
    [':', "printf '%s' ok $'\\xe4'", 'Argument 3 of the command'],
    [':', "$'./\\xe4'", 'The name of the command'],
  ])('is rejected before anything is fetched: %s; exec -- %s', async (before, command, what) => {
    const { vault, desk } = await openDesk();
    const ended = await desk.shell(['bash'], `${before}; segura_secrets exec ${KEY} -- ${command}`);
    expect(ended.code, ended.stdout.toString()).toBe(125);
    expect(ended.stderr).toContain(`INPUT_INVALID: ${what} has bytes that are not UTF-8`);
    expect(vault.journal.requests).toEqual([]);
  });

  test.each([
    ['BAD', "BAD=$'\\xff'"],
    ['B\ufffdAD', "$'B\\xffAD'=plain"],
    ['\ufffd % \\', "$'\\xe4 % \\\\'=plain"],
    ['EMPTY\ufffd', "$'EMPTY\\xc3='"],
  ])('is accepted with the fix in the message: %s', async (name, entry) => {
    const { vault, desk } = await openDesk();
    // Shells drop variables whose names they cannot have: env hands them on.
    const exec = `'${NODE}' '${COMMAND_LINE}' exec ${KEY} -- echo ran`;
    const refused = await desk.shell(['bash'], `env ${entry} ${exec}`);
    expect(refused.stderr).toContain(
      `INPUT_INVALID: The variable ${name} of the environment has bytes that are not UTF-8`,
    );
    expect([refused.code, vault.journal.requests]).toEqual([125, []]);
    const [, remedy = ''] = /(env -u .*) segura-secrets/.exec(refused.stderr) ?? [];
    const ended = await desk.shell(['bash'], `env ${entry} ${remedy} ${exec}`);
    expect([ended.code, ended.stdout.toString()], ended.stderr).toEqual([0, 'ran\n']);
  });

  test('but text that only looks like it reaches the command unchanged', async () => {
    const { desk } = await openDesk();
    const ended = await desk.shell(
      ['bash'],
      `export MARK=$'\\xef\\xbf\\xbd'; segura_secrets exec ${KEY} -- sh -c 'printf "%s%s" "$MARK" "$1"' sh $'\\xef\\xbf\\xbd\\xf0\\x9f\\x94\\x91'`,
    );
    expect(ended.stdout.toString(), ended.stderr).toBe('\ufffd\ufffd\u{1f511}');
  });
});

describe('the command gets nothing that leads to the client secret', () => {
  /** Variables of every kind that lead to a file. */
  const leading = (file: string): Record<string, string> => {
    const [slash, folder] = [file.replaceAll('/', '%2F'), join(file, '..')];
    return {
      URL_PLAIN: `file://${file}`,
      URL_HOST: `file://localhost${file}`,
      URL_SHORT: `FILE:${file}`,
      URL_CODES: `file://${slash}`,
      URL_LETTER: `file://${file.slice(0, -1)}%${file.charCodeAt(file.length - 1).toString(16)}`,
      URL_TWICE: `https://host/?at=${slash.replaceAll('%', '%25')}&x=1`,
      URL_OTHER: `unix+file://${file}?mode=ro#x`,
      SLASHES: `/${file.replaceAll('/', '//')}`,
      DOTS: `/x/..${file}`,
      DOTS_IN_WORDS: `--key ${folder}/./../run//secret --quiet`,
      GLUED: `-f${file} -v`,
      AT: `-d @${file}`,
      JSON_TEXT: JSON.stringify({ file }).replaceAll('/', '\\/'),
      LIST: `/etc/a:${file}:/etc/b`,
      HARD: join(folder, '../hard'),
      HARD_URL: `file://${folder}/../hard`,
      HOME_FILE: '~/run/secret',
      HOME_VARIABLE: 'cat "$HOME/run/secret"',
      LONG: `${'x'.repeat(5_000)} ${file}`,
    };
  };
  const NAMES = "env -0 | tr '\\0' '\\n' | sed 's/=.*//' | sort";

  test('when it is in a file, under every name of that file', async () => {
    const { desk } = await openDesk();
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    mkdirSync(join(desk.folder, 'run'));
    const file = join(desk.folder, 'run/secret');
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    symlinkSync(file, join(desk.folder, 'link'));
    linkSync(file, join(desk.folder, 'hard'));
    const env = {
      SENHASEGURA_CLIENT_SECRET: undefined,
      SENHASEGURA_CLIENT_SECRET_FILE: 'link',
      MY_FILE: file,
      MY_LINK: join(desk.folder, 'link'),
      MY_RELATIVE: './run/../run/secret',
      MY_OPTIONS: `--client-secret-file=${file} --quiet`,
      ...leading(file),
      MY_FOLDER: desk.folder,
      MY_OTHER: `${file}2 ${desk.folder}/run /other${file} file://${desk.folder}/run secret`,
      MY_TEXT: 'a secret, a 100% secret, a ~/secret',
    };
    const ended = await desk.shell(['bash'], `segura_secrets exec ${KEY} -- sh -c "${NAMES}"`, { env });
    const names = ended.stdout.toString().split('\n');
    expect(names, ended.stderr).toEqual(expect.arrayContaining(['KEY', 'SENHASEGURA_URL']));
    const kept = ['MY_FOLDER', 'MY_OTHER', 'MY_TEXT'];
    expect(Object.keys(env).filter((name) => names.includes(name))).toEqual(kept);
  });

  test('when it, or the name of its file, is in a config file, and only then', async () => {
    const { desk } = await openDesk();
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    const config = join(desk.folder, 'config.yaml');
    const env = { SENHASEGURA_CONFIG_FILE: config, MY_CONFIG: config };
    const run = async (text: string, given: Record<string, string | undefined>): Promise<string[]> => {
      writeFileSync(config, text, { mode: 0o600 });
      const ended = await desk.shell(['bash'], `segura_secrets exec ${KEY} -- sh -c "${NAMES}"`, {
        env: { ...env, ...given },
      });
      expect(ended.code, ended.stderr).toBe(0);
      return ended.stdout
        .toString()
        .split('\n')
        .filter((name) => name.endsWith('CONFIG') || name.endsWith('CONFIG_FILE'));
    };
    writeFileSync(join(desk.folder, 'secret'), secret, { mode: 0o600 });
    const without = { SENHASEGURA_CLIENT_SECRET: undefined };
    expect(await run(`client-secret: ${secret}\n`, without)).toEqual([]);
    expect(await run('client-secret-file: secret\n', without)).toEqual([]);
    expect(await run('timeout: 20\n', {})).toEqual(['MY_CONFIG', 'SENHASEGURA_CONFIG_FILE']);
  });

  test.each([
    ['--client-secret-file - < secret', 'cat /dev/stdin; wc -c < /proc/self/fd/0 || true'],
    ['--client-secret-file /dev/stdin < secret', 'cat /proc/self/fd/0'],
    ['--client-secret-file /dev/fd/5 5< secret', 'cat /proc/self/fd/5 || true'],
    ['--client-secret-file /dev/fd/25 25< secret', 'cat /proc/self/fd/25 || true'],
    ['--client-secret-file secret 7< secret', 'cat <&7 || true'],
    ['--client-secret-file secret 25< secret', 'cat /proc/self/fd/25 || true'],
    ['--client-secret-file secret 25< hard', 'cat /proc/self/fd/25 || true'],
    ['--client-secret-file secret < secret', 'cat /proc/self/fd/0'],
    ['--client-secret-file - 7< secret < secret', 'cat /proc/self/fd/7 || true'],
    ['--client-secret-file - 27< secret < secret', 'cat /proc/self/fd/27 || true'],
    ['--client-secret-file /dev/fd/5 5< secret 26< secret', 'cat /proc/self/fd/26 || true'],
    ['--client-secret-file <(cat secret)', 'cat /dev/fd/6* || true'],
  ])('when a descriptor leads to it: %s', async (options, script) => {
    const { desk } = await openDesk();
    const secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
    writeFileSync(join(desk.folder, 'secret'), secret, { mode: 0o600 });
    linkSync(join(desk.folder, 'secret'), join(desk.folder, 'hard'));
    writeFileSync(join(desk.folder, 'script'), `exec > got 2>&1\n${script}\n`);
    const [given = '', ...redirections] = options.split(/ (?=\d*< )/);
    const ended = await desk.shell(
      ['bash'],
      `segura_secrets exec ${KEY} ${given} -- bash script ${redirections.join(' ')}`,
      { env: { SENHASEGURA_CLIENT_SECRET: undefined } },
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(readFileSync(join(desk.folder, 'got'), 'utf8')).not.toContain(secret);
  });

  test('and a nested exec says who removed it', async () => {
    const { desk } = await openDesk();
    const inner = `$(declare -f segura_secrets); segura_secrets exec ${KEY} -- true`;
    const ended = await desk.shell(['bash'], `segura_secrets exec ${KEY} -- bash -c "${inner}"`);
    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('INPUT_MISSING');
    expect(ended.stderr).toContain('An outer segura-secrets exec removed it');
    const alone = await desk.run(['exec', '--secrets', 'a/b > C', '--', 'true'], {
      env: { SENHASEGURA_CLIENT_SECRET: undefined },
    });
    expect(alone.stderr).not.toContain('An outer segura-secrets exec');
  });
});
