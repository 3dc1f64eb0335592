import { afterEach, describe, expect, test } from 'vitest';
import { Desk } from './support/command-line.js';
import { held } from './support/dynamic.js';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { isWindows } from './support/skips.js';
import { startVault, type Vault, type VaultOptions } from './vault/index.js';
import { dynamicSecret } from './vault/sample-secrets.js';

const PROVISION = { method: 'POST', path: '/iso/coe/dapp/provision' };
const DEPROVISION = '/iso/coe/dapp/deprovision';
/** With an entry for each, the state of a job would have no room for them. */
const MANY = 500;
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A vault that reads no identity in a request, and provisions every dynamic secret of the authorization. */
async function allAtOnce(count: number, options: VaultOptions = {}): Promise<Vault> {
  const vault = await startVault({ dialect: 'iso', provisionChooses: false, ...options });
  for (let index = 0; index < count; index += 1) {
    vault.data.secrets.push(dynamicSecret(1_000 + index, `app/database-of-team-${index}`, 900));
    vault.authorization('ci').secretIds.push(1_000 + index);
  }
  ends.push(() => vault.close());
  return vault;
}

function opened(): Job {
  const job = new Job();
  ends.push(() => job.close());
  return job;
}

const TWO = 'app/database-of-team-7/PASSWORD > A\napp/database-of-team-9/PASSWORD > B';

describe('a vault that provisions every secret at once', () => {
  test('is left with the leases of the job while it runs, however many there are, and with none after it', async () => {
    const [vault, job] = [await allAtOnce(MANY), opened()];
    const main = await job.main(inputsFor(vault, { dynamic: TWO }));
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(vault.everLeased()).toHaveLength(2 * MANY);
    expect(main.log).toContain(
      `app/database-of-team-7: the vault also provisioned what no one requested (${MANY - 1}); these leases are ended`,
    );
    expect(vault.leases().map(({ identity }) => identity)).toEqual([
      'app/database-of-team-7',
      'app/database-of-team-9',
    ]);
    expect(vault.leases().map(({ password }) => password)).toEqual([
      main.outputs.get('A'),
      main.outputs.get('B'),
    ]);
    const post = await job.post({});
    expect([post.code, post.stderr, held(vault)], post.log).toEqual([0, '', []]);
    expect(post.log).not.toContain('beside');
  });

  test('is left with none when a step fails after it provisioned', async () => {
    const [vault, job] = [await allAtOnce(MANY), opened()];
    const main = await job.main(inputsFor(vault, { dynamic: 'app/database-of-team-7/NOPE > A' }));
    expect([main.code, held(vault)], main.log).toEqual([1, []]);
    expect(main.log).toContain('FIELD_NOT_FOUND');
    expect(vault.everLeased()).toHaveLength(MANY);
  });

  test('is left with none when its reply never came', async () => {
    const [vault, job] = [await allAtOnce(40), opened()];
    vault.faults.add({ match: PROVISION, times: 1, fault: { kind: 'resetAfter' } });
    const main = await job.main(inputsFor(vault, { dynamic: 'app/database-of-team-7/PASSWORD > A' }));
    expect([main.code, vault.everLeased().length], main.log).toEqual([1, 40]);
    const post = await job.post({});
    expect([post.code, post.stderr, held(vault)], post.log).toEqual([0, '', []]);
  });

  test('is left with none when main cannot end what it did not request, and post can', async () => {
    const [vault, job] = [await allAtOnce(40), opened()];
    vault.faults.add({ match: { path: DEPROVISION }, times: 1, fault: { kind: 'status', status: 403 } });
    const main = await job.main(inputsFor(vault, { dynamic: 'app/database-of-team-7/PASSWORD > A' }));
    expect([main.code, vault.leases().length], main.log).toEqual([0, 2]);
    expect(main.log).toContain('not all of it could be ended now');
    const post = await job.post({});
    expect([post.code, post.stderr, held(vault)], post.log).toEqual([0, '', []]);
    expect(post.log).toMatch(/ended what the vault provisioned beside app\/database-of-team-7 after \d+ s/);
  });

  const done = { response: { status: 200, mensagem: 'done', erro: false } };
  const data = { USERNAME: 'u', PASSWORD: 'a password of the test' };
  const named = (...names: readonly string[]): object[] => names.map((identity) => ({ identity, data }));
  test.each([
    ['cannot be read', { ...done, application: { secrets: 7 } }, 1],
    [
      'has no numbers',
      { ...done, application: { secrets: named('app/database-of-team-1', 'app/database-of-team-2') } },
      0,
    ],
  ])('is left with none when its reply %s', async (_, body, code) => {
    const [vault, job] = [await allAtOnce(3), opened()];
    const fault = { kind: 'wrongShape', handled: true, body } as const;
    vault.faults.add({ match: PROVISION, times: 1, fault });
    const main = await job.main(inputsFor(vault, { dynamic: 'app/database-of-team-1/PASSWORD > A' }));
    expect([main.code, vault.everLeased().length], main.log).toEqual([code, 3]);
    const post = await job.post({});
    expect([post.code, post.stderr, held(vault)], `${main.log}${post.log}`).toEqual([0, '', []]);
  });

  test('that says of a secret of fixed values that it has no profile is left with none', async () => {
    const [vault, job] = [await allAtOnce(3), opened()];
    vault.faults.add({ match: PROVISION, times: 1, fault: { kind: 'resetAfter' } });
    const fault = { kind: 'businessError', code: 1_006, handled: true } as const;
    vault.faults.add({ match: { path: DEPROVISION }, after: 1, times: 1, fault });
    const main = await job.main(inputsFor(vault, { dynamic: 'app/database-of-team-1/PASSWORD > A' }));
    expect(main.code, main.log).toBe(1);
    const post = await job.post({});
    expect([post.code, post.stderr, held(vault)], post.log).toEqual([0, '', []]);
    expect(main.log + post.log).not.toContain('RELEASE_FAILED');
  });

  test('keeps what another run has, whose pod name is not of this one', async () => {
    const [vault, job] = [await allAtOnce(3), opened()];
    const other = opened();
    const wanted = inputsFor(vault, { dynamic: 'app/database-of-team-1/PASSWORD > A' });
    expect((await other.main(wanted)).code).toBe(0);
    const [kept] = vault.leases();
    vault.faults.add({ match: PROVISION, times: 1, fault: { kind: 'resetAfter' } });
    expect((await job.main(wanted)).code).toBe(1);
    expect((await job.post({})).code).toBe(0);
    expect(vault.leases()).toEqual([kept]);
  });
});

test('a lost reply of a vault that provisions one secret ends no other lease', async () => {
  const [vault, job] = [await allAtOnce(3, { dialect: 'api' }), opened()];
  vault.faults.add({ match: PROVISION, times: 1, fault: { kind: 'resetAfter' } });
  const main = await job.main(inputsFor(vault, { dynamic: 'app/database-of-team-1/PASSWORD > A' }));
  expect([main.code, vault.everLeased().length], main.log).toEqual([1, 1]);
  const post = await job.post({});
  expect([post.code, post.stderr, held(vault)], post.log).toEqual([0, '', []]);
});

test('a credential with an identifier like the name of a lease is released as a credential', async () => {
  const [vault, job] = [await startVault({ dialect: 'api' }), opened()];
  ends.push(() => vault.close());
  const [first] = vault.data.credentials;
  if (first === undefined) throw new Error('the vault has no credential');
  first.identifier = 'lease:1:a:b:c:d';
  const main = await job.main(inputsFor(vault, { credentials: 'lease:1:a:b:c:d > A' }));
  expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
  const post = await job.post({});
  expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
  expect(post.log).toContain('released custody of lease:1:a:b:c:d after');
});

test.skipIf(isWindows())('provision for a pod of the user keeps what the vault made beside it', async () => {
  const vault = await allAtOnce(3);
  const desk = new Desk(vault);
  ends.push(() => desk.close());
  const words = ['provision', 'app/database-of-team-1', '--yes'];
  const ended = await desk.run([...words, '--pod-name', 'web']);
  expect([ended.code, vault.leases().length], ended.stderr).toEqual([0, 3]);
  expect(ended.stderr).toContain('segura-secrets deprovision app/database-of-team-2 --pod-name web');
  const own = await desk.run(words);
  expect([own.code, vault.leases().length], own.stderr).toEqual([0, 4]);
});
