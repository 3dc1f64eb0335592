import { expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

/** Source: community.senhasegura.io/t/password-change-via-a2a/2893: a release starts the change of the password. */
async function twoJobs(client: 'ci' | 'other') {
  const vault = await startVault({ dialect: 'api' });
  // 96 allows simultaneous viewing.
  for (const credential of vault.data.credentials) credential.automaticChange = credential.id === 96;
  const [first, second] = [new Job(), new Job()];
  const inputs = inputsFor(vault, { credentials: '96 > PASSWORD' });
  const otherInputs = inputsFor(vault, { credentials: '96 > PASSWORD' }, vault.client(client));
  const [one, two] = [await first.main(inputs), await second.main(otherInputs)];
  expect([one.code, two.code], one.log + two.log).toEqual([0, 0]);
  const close = async (): Promise<void> => {
    first.close();
    second.close();
    await vault.close();
  };
  return { vault, first, second, inputs, otherInputs, before: two.outputs.get('PASSWORD'), close };
}

test.each([
  ['with the same client id', 'ci'],
  ['with another client id, where simultaneous viewing is allowed', 'other'],
] as const)('a release changes the password under a second job %s', async (_, client) => {
  const { vault, first, second, inputs, otherInputs, before, close } = await twoJobs(client);
  expect(before).toBe(vault.password(96));
  expect((await first.post(inputs)).code).toBe(0);
  // The second job still uses the value that it fetched, and the vault has another one.
  expect(vault.password(96)).not.toBe(before);
  const post = await second.post(otherInputs);
  expect(post.code, post.log).toBe(0);
  expect(post.log).toContain('custody of 96 was not held any more');
  await close();
});

test.each([
  ['api', true, '; the vault may now change its password'],
  ['iso', true, '; the vault may now change its password'],
  ['api', false, ''],
] as const)(
  'the receipt names the change only where the reply for the credential does: %s, %s',
  async (dialect, named, end) => {
    const vault = await startVault({ dialect, detailNamesAutomaticChange: named });
    for (const credential of vault.data.credentials) credential.automaticChange = credential.id === 94;
    const job = new Job();
    const flag = named ? '\n94/automatic_change > FLAG' : '';
    const inputs = inputsFor(vault, { credentials: `94 > A\n96 > B${flag}` });
    const main = await job.main(inputs);
    // The flag is no secret: a mask of "true" would hide that word in the whole log, with a warning.
    expect(main.log).not.toContain('::warning::');
    expect(main.outputs.get('FLAG')).toBe(named ? { api: 'true', iso: '1' }[dialect] : undefined);
    const { log } = await job.post(inputs);
    const receipts = log.split('\n').filter((line) => line.startsWith('released custody'));
    expect(receipts.map((line) => line.replace(/\d+ s/, 'T')).toSorted()).toEqual([
      `released custody of 94 after T${end}`,
      'released custody of 96 after T',
    ]);
    job.close();
    await vault.close();
  },
);

/** Source: release notes of 4.0 (SSGR-4522): a save by host, address and username replaces the identifier. */
test.each([
  // Source: the same, SSGR-3368: identifiers of earlier versions may have any characters.
  ['iso', '"café 1/ü%25?#&+"', { identifier: 'new-name' }],
  ['api', 'deploy@app-01', { username: 'usr', hostname: 'moved' }],
] as const)(
  'a credential that gets another name in the job is released (%s, %s)',
  async (dialect, name, renamed) => {
    const vault = await startVault({ dialect });
    const credential = vault.data.credentials.find(({ id }) => id === 94);
    if (credential === undefined) throw new Error('no credential 94');
    if (!name.includes('@')) credential.identifier = name.replaceAll('"', '');
    const job = new Job();
    const inputs = inputsFor(vault, { credentials: `${name} > PASSWORD` });
    const main = await job.main(inputs);
    expect(main.outputs.get('PASSWORD'), main.log).toBe(vault.password(94));
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    Object.assign(credential, renamed);
    const post = await job.post(inputs);
    expect(post.log).toMatch(/^released custody of .+ after \d+ s$/m);
    expect(vault.custodies()).toEqual([]);
    job.close();
    await vault.close();
  },
);
