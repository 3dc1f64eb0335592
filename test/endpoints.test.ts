import { describe, expect, test } from 'vitest';
import { HANG_MS, NO_HANG_MS } from './support/hang.js';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { type FaultRule, startVault, type Vault, type VaultOptions } from './vault/index.js';

async function run(
  options: VaultOptions,
  wanted: Record<string, string>,
  faults: readonly FaultRule[] = [],
): Promise<{ vault: Vault; main: StepResult; lines: string[] }> {
  const vault = await startVault(options);
  for (const fault of faults) vault.faults.add(fault);
  const job = new Job();
  const inputs = inputsFor(vault, wanted);
  const main = await job.main(inputs);
  const lines = vault.journal.lines();
  const post = await job.post(inputs);
  expect(post.code, post.log).toBe(0);
  expect(vault.custodies()).toEqual([]);
  job.close();
  await vault.close();
  return { vault, main, lines };
}

const TOKEN = 'POST /iso/oauth2/token';

describe('DSM secrets', () => {
  const secrets = 'postgres/PASSWORD > DB';
  test('cost two requests on one connection', async () => {
    const { vault, main, lines } = await run({}, { secrets });
    expect(lines).toEqual([TOKEN, 'GET /iso/sctm/secret']);
    expect(vault.connections()).toBe(1);
    expect(main.outputs.get('DB')).toBe(vault.value('postgres', 'PASSWORD'));
  });

  test('of an application cost four requests on one connection, with the token of its own authorization', async () => {
    const { vault, lines } = await run(
      {},
      { secrets, application: 'billing', system: 'payments', environment: 'production' },
    );
    expect(lines).toEqual([TOKEN, 'POST /iso/dapp/Application', TOKEN, 'GET /iso/sctm/secret']);
    expect(vault.connections()).toBe(1);
    const clients = vault.journal.requests.map(({ clientId }) => clientId);
    expect(clients[3]).toBe(clients[2]);
    expect(clients[3]).not.toBe(clients[0]);
  });

  test('are found at the older endpoints when the newer ones have no such route', async () => {
    const dapp = await run({ sctm: false }, { secrets });
    expect(dapp.lines).toEqual([TOKEN, 'GET /iso/sctm/secret', 'GET /iso/dapp/application']);
    expect(dapp.main.outputs.get('DB')).toBe(dapp.vault.value('postgres', 'PASSWORD'));
    const api = await run({ sctm: false, dapp: false, apiDsm: true }, { secrets });
    expect(api.lines.slice(-1)).toEqual(['GET /api/dsm/secret']);
    expect(api.main.code, api.main.log).toBe(0);
  });

  test('are not requested elsewhere when the newer endpoint exists but rejects the request', async () => {
    const { main, lines } = await run({}, { secrets }, [
      { match: { path: /sctm/ }, fault: { kind: 'resourceNotAuthorized' } },
    ]);
    expect(lines).toEqual([TOKEN, 'GET /iso/sctm/secret']);
    expect(main.log).toContain('title=ACCESS_DENIED');
  });

  test('are listed only at the chosen endpoint', async () => {
    const { main, lines } = await run({ sctm: false }, { secrets, 'dsm-endpoint': 'sctm' });
    expect(lines).toEqual([TOKEN, 'GET /iso/sctm/secret']);
    expect(main.log).toContain('title=NO_SUCH_ROUTE');
  });

  test('below a base path are fetched there', async () => {
    const { vault, main } = await run({ basePath: '/vault/segura' }, { secrets, credentials: '94 > PW' });
    expect(main.code, main.log).toBe(0);
    expect(vault.url).toContain('/vault/segura');
  });

  test('shaped as an object instead of a list are read the same', async () => {
    const vault = await startVault();
    const job = new Job();
    const main = await job.main(inputsFor(vault, { secrets: 'object-shaped/* > *' }, vault.clients.other));
    expect([...main.outputs.keys()].sort()).toEqual(['APP_VAR1', 'APP_VAR2']);
    job.close();
    await vault.close();
  });
});

describe('PAM credentials', () => {
  test('are read under /api, and under /iso when that has no such route', async () => {
    const api = await run({ dialect: 'api' }, { credentials: '94 > PW' });
    expect(api.lines).toEqual([TOKEN, 'GET /api/pam/credential/94']);
    const iso = await run({ dialect: 'iso' }, { credentials: '94 > PW' });
    expect(iso.lines).toEqual([TOKEN, 'GET /api/pam/credential/94', 'GET /iso/pam/credential/94']);
    expect(iso.main.outputs.get('PW')).toBe(iso.vault.password(94));
  });

  test('fifty cost 51 requests on at most eight connections, each read once', async () => {
    const credentials = Array.from(
      { length: 50 },
      (_, at) => `${1_000 + at} > P${at}\n${1_000 + at}/username > U${at}`,
    );
    const { vault, main, lines } = await run({ dialect: 'api' }, { credentials: credentials.join('\n') });
    expect(lines.length).toBe(51);
    expect(main.outputs.size).toBe(100);
    // Those of post are counted too.
    expect(vault.connections()).toBeLessThanOrEqual(16);
    expect(
      new Set(vault.journal.requests.slice(0, 51).map(({ connection }) => connection)).size,
    ).toBeLessThanOrEqual(8);
  });

  for (const coe of ['query', 'path'] as const) {
    test(`without a password in the reply are read at the old endpoint, in its ${coe} form`, async () => {
      const { vault, main, lines } = await run(
        { dialect: 'api', passwordless: true, coe },
        { credentials: '94 > PW\n94/username > U' },
      );
      expect(main.code, main.log).toBe(0);
      expect(main.outputs.get('PW')).toBe(vault.password(94));
      expect(lines.slice(2)).toEqual(
        coe === 'query' ? ['GET /iso/coe/senha'] : ['GET /iso/coe/senha', 'GET /iso/coe/senha/94'],
      );
    });
  }

  test('without a password anywhere are an error, unless no password is wanted', async () => {
    const none = await run({ dialect: 'api', passwordless: true, coe: 'none' }, { credentials: '94 > PW' });
    expect(none.main.log).toContain('title=FIELD_NULL');
    const name = await run(
      { dialect: 'api', passwordless: true, coe: 'none' },
      { credentials: '94/username > U' },
    );
    expect(name.lines).toEqual([TOKEN, 'GET /api/pam/credential/94']);
    expect(name.main.outputs.get('U')).toBe('deploy');
  });

  test('of a vault from 3.33 are read and released at the older path if pam-endpoint says so', async () => {
    const wanted = { credentials: '94 > PW', 'pam-endpoint': 'iso' };
    const { vault, main, lines } = await run({ dialect: 'api' }, wanted);
    expect(main.outputs.get('PW'), main.log).toBe(vault.password(94));
    expect(lines).toEqual([TOKEN, 'GET /iso/pam/credential/94']);
    expect(vault.journal.lines()).toContain('DELETE /iso/pam/credential/custody/94');
  });

  test('of a vault that has only the old endpoint are read there if pam-endpoint says so', async () => {
    const { vault, main } = await run(
      { dialect: 'coe', coe: 'path' },
      { credentials: '94/* > D_*', 'pam-endpoint': 'coe' },
    );
    expect(main.code, main.log).toBe(0);
    expect(main.outputs.get('D_password')).toBe(vault.password(94));
    expect(main.outputs.get('D_username')).toBe('deploy');
  });

  test('are read with the token of the configured client, even if DSM uses an application', async () => {
    const wanted = {
      application: 'billing',
      system: 'payments',
      environment: 'production',
      secrets: 'postgres/PASSWORD > DB',
    };
    const { vault, main } = await run({ dialect: 'api' }, { ...wanted, credentials: '94 > PW' });
    expect(main.code, main.log).toBe(0);
    const read = vault.journal.requests.find(({ path }) => path.includes('/pam/'));
    expect(read?.clientId).toBe(vault.clients.ci.clientId);
  });
});

describe('a login', () => {
  test('to a vault that accepts only Basic is tried with the body first', async () => {
    const { main, lines } = await run({ tokenAuth: 'basic' }, { secrets: 'stripe/*' });
    expect(main.code, main.log).toBe(0);
    expect(lines).toEqual([TOKEN, TOKEN, 'GET /iso/sctm/secret']);
  });

  test('that is rejected costs two requests, and no credential is read or released', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const inputs = {
      ...inputsFor(vault, { credentials: '94 > A\n95 > B' }),
      'client-secret': 'f'.repeat(32),
    };
    const main = await job.main(inputs);
    expect(main.log).toContain('title=TOKEN_REJECTED');
    expect(vault.journal.lines()).toEqual([TOKEN, TOKEN]);
    const post = await job.post(inputs);
    expect([post.code, post.stdout]).toEqual([0, '']);
    job.close();
    await vault.close();
  });

  test('is not repeated when a request is answered 401', async () => {
    const { main, lines } = await run({ dialect: 'api' }, { credentials: '94 > A' }, [
      { match: { path: /credential\/94/ }, fault: { kind: 'inactiveAuthorization' } },
    ]);
    expect(main.log).toContain('title=ACCESS_DENIED');
    expect(lines).toEqual([TOKEN, 'GET /api/pam/credential/94']);
  });
});

describe('a reply that cannot be used', () => {
  const replies: Record<string, [FaultRule['fault'], string]> = {
    'is HTML': [
      { kind: 'html' },
      'GET /iso/sctm/secret: the reply (HTTP 200) is a web page (HTML), not JSON.',
    ],
    'is cut short': [{ kind: 'truncated', cut: 'body' }, 'incomplete or damaged JSON'],
    'is too large': [{ kind: 'oversize' }, 'the reply is larger than 10 MiB'],
    'is not JSON': [{ kind: 'notJson' }, 'GET /iso/sctm/secret: the reply (HTTP 200) is'],
    'has another shape': [
      { kind: 'wrongShape', body: { secrets: [{ identity: 7, data: [{ A: {} }] }] } },
      '$.secrets[0].data[0].A is not text',
    ],
    'says error with 200': [{ kind: 'errorWith200' }, 'title=VAULT_FAILED'],
    'is a redirect': [
      { kind: 'redirect', location: 'https://login.example/x?y' },
      'to the host login.example',
    ],
  };
  for (const [name, [fault, message]] of Object.entries(replies)) {
    test(`because it ${name} names the endpoint and is not requested again`, async () => {
      const { main, lines } = await run({}, { secrets: '*' }, [{ match: { path: /sctm/ }, times: 9, fault }]);
      expect(main.code).toBe(1);
      expect(main.log).toContain(message);
      expect(main.log).toMatch(
        /^::error title=(REPLY_MALFORMED|VAULT_FAILED|REDIRECTED)::GET \/iso\/sctm\/secret: /m,
      );
      expect(lines).toEqual([TOKEN, 'GET /iso/sctm/secret']);
    });
  }
});

describe('a request', () => {
  test('to register the application is sent again only when it was not carried out', async () => {
    const wanted = {
      application: 'billing',
      system: 'payments',
      environment: 'production',
      secrets: 'stripe/*',
    };
    const path = /dapp\/Application/;
    const broken = await run({}, wanted, [{ match: { path }, fault: { kind: 'resetAfter' } }]);
    expect(broken.main.log).toContain('title=VAULT_UNREACHABLE');
    expect(broken.lines.filter((line) => path.test(line)).length).toBe(1);
    const busy = await run({}, wanted, [
      { match: { path }, fault: { kind: 'tooManyRequests', retryAfterSeconds: 1 } },
    ]);
    expect(busy.main.code, busy.main.log).toBe(0);
  });

  test('that the vault asks to repeat later than the deadline fails at once', async () => {
    const { main } = await run({}, { secrets: '*', deadline: '100' }, [
      { match: { path: /sctm/ }, times: 9, fault: { kind: 'tooManyRequests', retryAfterSeconds: 600 } },
    ]);
    expect(main.log).toContain('title=RATE_LIMITED');
    expect(main.tookMs).toBeLessThan(NO_HANG_MS);
  });

  test('without a reply is interrupted at its timeout, and the step at its deadline', async () => {
    const { main } = await run({}, { secrets: '*', timeout: '1', deadline: '3' }, [
      { match: { path: /sctm/ }, times: 99, fault: { kind: 'delay', ms: HANG_MS } },
    ]);
    expect(main.log).toContain('title=TIMED_OUT');
    expect(main.tookMs).toBeLessThan(NO_HANG_MS);
  });
});
