import { expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

/** Source: community.senhasegura.io/t/password-change-via-a2a/2893: a release starts the change of the password. */
async function twoJobs(client: 'ci' | 'other', detailSaysAutomaticChange = false) {
  const vault = await startVault({ dialect: 'api', detailSaysAutomaticChange });
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
  [true, 'after T; with this, the vault changes its password'],
  [false, 'after T'],
])('the receipt names the change if the credential says so: %s', async (says, end) => {
  const { first, inputs, close } = await twoJobs('other', says);
  const post = await first.post(inputs);
  const receipt = post.log.split('\n').find((line) => line.startsWith('released custody of 96'));
  expect(receipt?.replace(/\d+ s/, 'T')).toBe(`released custody of 96 ${end}`);
  await close();
});
