import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, installStub, tell } from './stub.js';

/** Names that a shell sets by itself. */
const OF_THE_SHELL = /^(_|LINENO|PPID|RANDOM|SECONDS|OPTIND|PIPESTATUS|FUNCNAME|BASH\w*|EPOCH\w*|SRANDOM)$/;
/** What a script can see of its shell. */
const LOOK = (file: string): string =>
  [
    `{ set +o; umask; pwd; trap; printf '%s' "$IFS" | od -c; } >"$HOME/${file}"`,
    `for name in stop say sweep give; do ! type "$name" >/dev/null 2>&1 || echo "$name"; done >>"$HOME/${file}"`,
    `set >"$HOME/${file}-names"`,
  ].join('\n');

describeShells('in %s, before_script', (shell) => {
  let job: GitLabJob;

  beforeEach(() => {
    job = new GitLabJob(shell);
    installStub(job);
  });
  afterEach(() => job.close());

  test('sets the values in the shell of the script, and exports them', async () => {
    const { code, log } = await job.run(['sh -c \'echo "$DB_PASSWORD"\'']);
    expect({ code, log }).toEqual({ code: 0, log: 'from the vault\n' });
    expect(callsOf(job)).toEqual([
      `export --run ${job.private} --format sh --state ${join(job.private, 'state')}`,
    ]);
  });

  test.each([1, 3, 4, 5, 6])(
    'fails the job with the exit code of a fetch that failed, and sets nothing: %i',
    async (failure) => {
      tell(job, 'code', String(failure));
      const { code, log } = await job.run(['echo the script runs']);
      expect({ code, log }).toEqual({ code: failure, log: '' });
    },
  );

  test('fails the job when the fetch fails in a shell without errexit', async () => {
    tell(job, 'code', '1');
    const { code, log } = await job.run(['echo the script runs'], ['set +e']);
    expect({ code, log }).toEqual({ code: 1, log: '' });
  });

  test('changes no option, umask, folder, trap, IFS or name of the shell but the values', async () => {
    const first = ['set -u', 'umask 027', "IFS=' :'", "trap 'echo bye' EXIT", 'cd /', LOOK('before')];
    const { code, log } = await job.run([LOOK('after')], first);
    expect({ code, log }).toEqual({ code: 0, log: 'bye\n' });
    expect(job.read('after')).toBe(job.read('before'));
    const names = (file: string): string[] =>
      [...job.read(file).matchAll(/^(\w+)=/gm)]
        .map(([, name = '']) => name)
        .filter((name) => !OF_THE_SHELL.test(name));
    expect(names('before-names')).toContain('CI_JOB_ID');
    expect(new Set(names('after-names'))).toEqual(new Set([...names('before-names'), 'DB_PASSWORD']));
  });

  test('writes no value to the log, to the checkout or to a file of its own', async () => {
    const { log } = await job.run([
      'grep -rl "from the vault" "$CI_PROJECT_DIR" "$CI_PROJECT_DIR.tmp" || echo none',
    ]);
    expect(log).toBe('none\n');
  });

  test('passes inputs of the component to the tool, if the job has no variable of that name', async () => {
    job.install(
      'segura-secrets',
      `#!/bin/sh\n[ "$1" = version ] && exec cat "$HOME/version"\nenv >"$HOME/env"\n`,
    );
    Object.assign(job.variables, {
      SEGURA_INPUT_URL: 'https://input.example.com',
      SEGURA_INPUT_SECRETS: 'postgres/PASSWORD > A\nodd "$(id)" `x` \\/KEY > B',
      SEGURA_INPUT_DYNAMIC: 'app/db/PASSWORD > C',
      SEGURA_INPUT_APPLICATION: '',
      SEGURA_INPUT_SETTINGS: 'TLS_VERIFY=true TIMEOUT=30',
      SENHASEGURA_URL: 'https://variable.example.com',
      SENHASEGURA_TIMEOUT: '7',
    });
    expect((await job.run(['env >"$HOME/script-env"'])).code).toBe(0);
    const seen = job.read('env');
    expect(seen).toContain('SENHASEGURA_URL=https://variable.example.com\n');
    expect(seen).toContain('SENHASEGURA_SECRETS=postgres/PASSWORD > A\nodd "$(id)" `x` \\/KEY > B\n');
    expect(seen).toContain('SENHASEGURA_DYNAMIC=app/db/PASSWORD > C\n');
    expect(seen).toContain('SENHASEGURA_TLS_VERIFY=true\n');
    expect(seen).toContain('SENHASEGURA_TIMEOUT=7\n');
    expect(seen).not.toContain('SENHASEGURA_APPLICATION');
    expect(job.read('script-env')).not.toMatch(/SENHASEGURA_(SECRETS|TLS_VERIFY)=/);
  });
});
