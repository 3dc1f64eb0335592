import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { inputsFor } from '../support/inputs.js';
import { manyAuthorities } from '../support/many-authorities.js';
import { Job } from '../support/runner.js';

const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;

describe('--quiet', () => {
  test('still names the state file when custody is taken without --state', async () => {
    const { vault, desk } = await openDesk();
    let named = '';
    let isKilled = false;
    const ended = await desk.run(['exec', '--quiet', ...DEPLOY, '--', 'sh', '-c', 'echo runs; sleep 20'], {
      onOutput: (text, pid) => {
        named = /segura-secrets release --state (\S+)/.exec(text)?.[1] ?? named;
        if (isKilled || !text.includes('runs')) return;
        isKilled = true;
        process.kill(pid, 'SIGKILL');
      },
    });
    expect(ended.stderr).toMatch(
      /^segura-secrets: if this process is killed, run: segura-secrets release --state \S+\n$/,
    );
    expect([existsSync(named), vault.custodies().length]).toEqual([true, 1]);
    const released = await desk.run(['release', '--quiet', '--state', named]);
    expect([released.code, released.stderr, vault.custodies()]).toEqual([0, '', []]);
  });

  test.each([
    ['a state file is given', [...DEPLOY, '--state', 'state']],
    ['only files are written', ['--secrets', 'tls/TLS_KEY > path:KEY']],
    ['nothing is taken', ['--secrets', 'stripe/STRIPE_SECRET_KEY > KEY']],
  ])('says nothing where %s', async (_, args) => {
    const { desk } = await openDesk();
    // Outside the current folder, where no warning is due.
    const env = { TMPDIR: tmpdir() };
    const ended = await desk.run(['exec', '--quiet', ...args, '--', 'true'], { env });
    expect([ended.code, ended.stderr]).toEqual([0, '']);
  });
});

describe('an internal file is not mentioned in the log', () => {
  test.each([
    ['after a success', DEPLOY, 0],
    ['after a failure', ['--credentials', '94 > A\n999 > B'], 125],
  ])('in exec: %s', async (_, args, code) => {
    const { vault, desk } = await openDesk();
    const env = { SENHASEGURA_CA_CERTIFICATE: manyAuthorities(vault.caCertificate) };
    const ended = await desk.run(['exec', '--state', 'state', ...args, '--', 'true'], { env });
    expect(ended.code, ended.stderr).toBe(code);
    expect(vault.everTaken()).toContain('94');
    expect(ended.stderr).not.toMatch(/removed file|segura-secrets-ca|state/);
    expect(desk.files()).toEqual([]);
  });

  test('in the action, where a fetch that fails releases custody', async () => {
    const { vault } = await openDesk();
    const job = new Job();
    const inputs = {
      ...inputsFor(vault, { credentials: '94 > A\n999 > B' }),
      'ca-certificate': manyAuthorities(vault.caCertificate),
    };
    const main = await job.main(inputs);
    expect(main.code, main.log).toBe(1);
    expect(main.log).toContain('released custody of 94');
    expect(main.log).not.toMatch(/removed file|segura-secrets-ca/);
    expect(job.leftBehind().filter(({ path }) => path.includes('-ca-'))).toEqual([]);
    job.close();
  });
});

describe('the receipt says when custody was not held any more', () => {
  test('at the end of exec, because another run released it', async () => {
    const { vault, desk } = await openDesk();
    const other = ['export', '--format', 'json', '--state', 'other', ...DEPLOY];
    expect((await desk.run(other)).code).toBe(0);
    const file = join(desk.folder, 'secret');
    writeFileSync(file, desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '', { mode: 0o600 });
    const release = [COMMAND_LINE, 'release', '--state', 'other', '--client-secret-file', file];
    const ended = await desk.run(['exec', ...DEPLOY, '--', process.execPath, ...release]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(
      'custody of 94 was not held any more: another job with this client id, or the vault, ended it first',
    );
    expect(vault.custodies()).toEqual([]);
  });
});
