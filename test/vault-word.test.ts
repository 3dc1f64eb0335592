import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

/** A vault whose reply for 94 is about `id`, though it took custody of both. */
async function lyingVault(id: unknown) {
  const vault = await startVault({ dialect: 'api' });
  const credential = { id, username: 'root', password: 'the-password-of-another' };
  const body = JSON.stringify({ code: 200, response: { status: 200, error: false }, credential });
  const match = { method: 'GET', path: '/api/pam/credential/94' };
  vault.faults.add({ match, fault: { kind: 'reply', status: 200, body, handled: true } });
  vault.holdBy('95', vault.clients.ci.clientId);
  return vault;
}

describe('a reply about a different credential than the requested one', () => {
  test('is rejected, nothing of it is used, and custody of both is released', async () => {
    const vault = await lyingVault('95');
    const job = new Job();
    const main = await job.main(inputsFor(vault, { credentials: '94 > DEPLOY_PASSWORD' }));
    expect([main.code, main.outputs.size, main.env.size]).toEqual([1, 0, 0]);
    expect(main.log).toContain('::error title=REPLY_MALFORMED::');
    expect(main.log).not.toContain('the-password-of-another');
    await job.post(inputsFor(vault, {}));
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  });

  test.each(['../../../iso/pam/credential/95', '95/..', '', {}, 'x'])(
    'never becomes part of a path: %j',
    async (id) => {
      const vault = await lyingVault(id);
      const job = new Job();
      await job.main(inputsFor(vault, { credentials: '94 > DEPLOY_PASSWORD' }));
      await job.post(inputsFor(vault, {}));
      const deletes = vault.journal.requests.filter(({ method }) => method === 'DELETE');
      expect(new Set(deletes.map(({ path }) => path))).toEqual(new Set(['/api/pam/credential/custody/94']));
      expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['95']);
      job.close();
      await vault.close();
    },
  );
});

describe('a read that the vault carried out and whose reply something on the way replaced', () => {
  test.each([
    { kind: 'html', status: 403 },
    { kind: 'html', status: 400 },
    { kind: 'status', status: 451 },
    { kind: 'status', status: 406 },
    { kind: 'echoSecret' },
  ] as const)('leaves no custody taken: %j', async (fault) => {
    const vault = await startVault({ dialect: 'api' });
    const match = { method: 'GET', path: /\/pam\/credential\/94/ };
    vault.faults.add({ match, fault: fault.kind === 'echoSecret' ? fault : { ...fault, handled: true } });
    const job = new Job();
    const main = await job.main(inputsFor(vault, { credentials: '94 > DEPLOY_PASSWORD' }));
    expect(main.code, main.log).toBe(1);
    const post = await job.post(inputsFor(vault, {}));
    expect(vault.custodies(), post.log).toEqual([]);
    job.close();
    await vault.close();
  });
});
