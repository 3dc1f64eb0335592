import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk, Ended } from '../../support/command-line.js';
import { deskAt } from '../../support/desk-fixture.js';
import type { Vault, VaultOptions } from '../../vault/index.js';
import { openVault } from '../../vault/vault-fixture.js';

let vault: Vault;
let desk: Desk;

async function open(options: VaultOptions = {}): Promise<void> {
  vault = await openVault({ dialect: 'api', ...options });
  desk = deskAt(vault);
  Object.assign(vault.data.credentials.find(({ id }) => id === 94) ?? {}, { automaticChange: true });
}

beforeEach(() => open());

function rotate(...args: string[]): Promise<Ended> {
  return desk.run(['credential', 'rotate', ...args]);
}

describe('credential rotate', () => {
  test('waits until the vault has changed the password, and says when that was', async () => {
    await open({ changeAfterReleaseMs: 700 });
    const before = vault.password(94);
    const ended = await rotate('94', '--yes', '--output', 'json');
    expect(ended.code, ended.stderr).toBe(0);
    expect(vault.password(94)).not.toBe(before);
    expect(JSON.parse(ended.stdout.toString())).toEqual({
      id: '94',
      outcome: 'changed',
      changed_before: null,
      changed: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    expect(ended.stderr).toMatch(/audit: credential\.rotate 94 by client \w+: done/);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain(before);
    expect(vault.custodies()).toEqual([]);
  });

  test('says after the deadline that the vault has not changed it, and leaves no custody', async () => {
    await open({ changeAfterReleaseMs: Number.POSITIVE_INFINITY });
    const ended = await rotate('94', '--yes', '--deadline', '1');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('CHANGE_UNCERTAIN');
    expect(ended.stderr).toMatch(/audit: credential\.rotate 94 .*: uncertain/);
    expect(vault.custodies()).toEqual([]);
  });

  test('takes no custody of a credential whose password the vault does not change', async () => {
    const ended = await rotate('95', '--yes');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('credential put 95 --password @FILE');
    expect(vault.everTaken()).toEqual([]);
  });

  test('takes no custody without --yes outside of CI, and none with --dry-run', async () => {
    const asked = await rotate('94');
    expect([asked.code, asked.stderr.includes('--yes')]).toEqual([1, true]);
    const dry = await rotate('94', '--dry-run');
    expect(dry.stdout.toString()).toMatch(
      /GET +\/api\/pam\/credential\/94[\s\S]*DELETE +\/api\/pam\/credential\/custody\/94/,
    );
    expect(vault.everTaken()).toEqual([]);
  });

  test('fails with the exit code for custody while another client holds it', async () => {
    vault.holdBy('94', vault.clients.other.clientId);
    const ended = await rotate('94', '--yes');
    expect(ended.code).toBe(6);
    expect(ended.stderr).not.toContain('audit:');
  });

  test('leaves no custody when a signal comes while it reads, and says what it changed', async () => {
    vault.faults.add({ match: { path: '/api/pam/credential/94' }, fault: { kind: 'delayReply', ms: 800 } });
    const ended = await desk.run(['credential', 'rotate', '94', '--yes'], {
      onStart: (pid) => {
        const timer = setInterval(() => {
          if (vault.custodies().length === 0) return;
          clearInterval(timer);
          process.kill(pid, 'SIGTERM');
        }, 10);
      },
    });
    expect(ended.signal ?? ended.code).not.toBe(0);
    expect(vault.custodies()).toEqual([]);
    expect(ended.stderr).toMatch(/audit: credential\.rotate 94 .*: done/);
  });
});

describe('credential rotate that is stopped after its release', () => {
  const stopWhen = (isReached: () => boolean): { onStart: (pid: number) => void } => ({
    onStart: (pid) => {
      const timer = setInterval(() => {
        if (!isReached()) return;
        clearInterval(timer);
        process.kill(pid, 'SIGTERM');
      }, 10);
    },
  });
  const isAsked = (method: string, path: string) => (): boolean =>
    vault.journal.requests.some((request) => request.method === method && request.path === path);
  const RELEASE = '/api/pam/credential/custody/94';

  test.each([
    ['the answer to the release is on its way', { method: 'DELETE', path: RELEASE }, 'DELETE', RELEASE],
    ['it reads', { path: '/api/pam/credential/94' }, 'GET', '/api/pam/credential/94'],
  ] as const)('has a line for the audit that says so: %s', async (_, match, method, path) => {
    await open({ changeAfterReleaseMs: 60_000 });
    vault.faults.add({ match, fault: { kind: 'delayReply', ms: 1_500 } });
    const args = ['credential', 'rotate', '94', '--yes', '--audit-file', 'audit'];
    const ended = await desk.run(args, stopWhen(isAsked(method, path)));
    expect(ended.signal ?? ended.code).toBe('SIGTERM');
    expect(ended.stderr).toMatch(/audit: credential\.rotate 94 by client \w+: interrupted/);
    const file = desk.files().find(({ path: each }) => each.endsWith('/audit'));
    expect(JSON.parse(file?.bytes.toString() ?? '')).toMatchObject({ target: '94', outcome: 'interrupted' });
    expect(vault.custodies()).toEqual([]);
  });

  test('has one while it waits for the change too', async () => {
    await open({ changeAfterReleaseMs: 60_000 });
    const ended = await desk.run(['credential', 'rotate', '94', '--yes'], {
      onOutput: (text, pid) => {
        if (text.includes('waiting until the vault lists')) process.kill(pid, 'SIGTERM');
      },
    });
    expect(ended.stderr).toMatch(/audit: credential\.rotate 94 by client \w+: interrupted/);
    expect(ended.stderr.match(/audit: /g)).toHaveLength(1);
  });
});

describe('credential with', () => {
  test('runs a command with one credential, hides it in the output, and releases it', async () => {
    const script = 'echo "$CREDENTIAL_USERNAME at $CREDENTIAL_HOSTNAME: $CREDENTIAL_PASSWORD"; exit 7';
    const ended = await desk.run(['credential', 'with', 'reader@db-01', '--', 'sh', '-c', script]);
    expect([ended.code, ended.stdout.toString()]).toEqual([7, expect.stringMatching(/: \*\*\*\n$/)]);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['96'], []]);
  });

  test('fetches nothing else that the environment asks for', async () => {
    const env = {
      SENHASEGURA_SECRETS: 'none/SUCH > X',
      SENHASEGURA_UNMASKED: 'Y',
      SENHASEGURA_APPLICATION: 'billing',
    };
    const ended = await desk.run(['credential', 'with', '96', '--', 'true'], { env });
    expect(ended.code, ended.stderr).toBe(0);
    expect((await desk.run(['credential', 'rotate', '94', '--yes'], { env })).code).toBe(0);
    expect(vault.journal.requests.some(({ path }) => path.includes('sctm') || path.includes('dapp'))).toBe(
      false,
    );
  });

  test('names the variables by --prefix', async () => {
    const args = ['credential', 'with', '96', '--prefix', 'DB_', '--', 'sh', '-c', 'test -n "$DB_PASSWORD"'];
    expect((await desk.run(args)).code).toBe(0);
  });

  test('needs a command, and ends as exec does when it cannot run one', async () => {
    const none = await desk.run(['credential', 'with', '96']);
    expect([none.code, none.stderr.includes('credential with CREDENTIAL -- COMMAND')]).toEqual([2, true]);
    expect((await desk.run(['credential', 'with', '4711', '--', 'true'])).code).toBe(125);
    expect((await desk.run(['credential', 'with', '96', '--', './missing'])).code).toBe(127);
    expect(vault.custodies()).toEqual([]);
  });
});
