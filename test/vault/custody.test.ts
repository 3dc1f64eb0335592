import { expect, test } from 'vitest';
import type { Vault, VaultOptions } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32 and v3-33, GET credential, release custody, credential policies. */
const read = (vault: Vault, token: string, id = '94') =>
  ask(vault, 'GET', `/iso/pam/credential/${id}`, { token });
const release = (vault: Vault, token: string, id = '94') =>
  ask(vault, 'DELETE', `/iso/pam/credential/custody/${id}`, { token });

async function two(options: VaultOptions = {}): Promise<{ vault: Vault; ci: string; other: string }> {
  const vault = await openVault(options);
  const [ci, other] = [await tokenFor(vault, vault.clients.ci), await tokenFor(vault, vault.clients.other)];
  return { vault, ci, other };
}

test('a read takes custody and a release releases it', async () => {
  const { vault, ci } = await two({ now: () => 5_000 });
  await read(vault, ci);
  const holder = vault.clients.ci.clientId;
  expect(vault.custodies()).toEqual([{ credentialId: '94', holder, since: 5_000 }]);
  const released = await release(vault, ci);
  expect(released.status).toBe(200);
  expect(released.body.response.message).toBe('Credential custody 94 released');
  expect(vault.custodies()).toEqual([]);
  expect(vault.everTaken()).toEqual(['94']);
  expect(vault.journal.custody.map(({ event }) => event)).toEqual(['taken', 'released']);
});

test('a release of what the caller does not hold is 1018', async () => {
  const { vault, ci, other } = await two();
  expect((await release(vault, ci)).body.exception.code).toBe(1018);
  await read(vault, ci);
  expect((await release(vault, other)).body.exception.code).toBe(1018);
  await release(vault, ci);
  expect((await release(vault, ci)).body.exception).toEqual({
    code: 1018,
    message: '1018: The credential is not in the user custody',
    detail: null,
  });
});

test('a release names the credential in any of the three ways', async () => {
  const { vault, ci } = await two();
  for (const name of ['95', 'root@web-01', 'web-01-root']) {
    await read(vault, ci, '95');
    expect((await release(vault, ci, name)).status).toBe(200);
  }
});

test('another caller is rejected until the holder releases', async () => {
  const { vault, ci, other } = await two();
  await read(vault, ci);
  const refused = await read(vault, other);
  expect(refused.status).toBe(400);
  expect(refused.body.exception.message).toMatch(/custody/);
  expect(refused.body.exception.code).not.toBe(1018);
  expect(refused.text).not.toContain(vault.clients.ci.clientId);
  expect(vault.journal.custody.at(-1)).toMatchObject({
    event: 'refused',
    holder: vault.clients.other.clientId,
  });
  await release(vault, ci);
  expect((await read(vault, other)).status).toBe(200);
});

test('simultaneous viewing lets both read, and each releases its own', async () => {
  const { vault, ci, other } = await two();
  expect((await read(vault, ci, '96')).status).toBe(200);
  expect((await read(vault, other, '96')).status).toBe(200);
  expect(vault.custodies()).toHaveLength(2);
  await release(vault, ci, '96');
  expect(vault.custodies()).toMatchObject([{ holder: vault.clients.other.clientId }]);
});

test('one holder may read twice, and one release frees', async () => {
  const { vault, ci } = await two();
  await read(vault, ci);
  expect((await read(vault, ci)).status).toBe(200);
  await release(vault, ci);
  expect(vault.custodies()).toEqual([]);
});

test('the reply to a second caller is the configured one', async () => {
  const custodyConflict = { status: 409, code: 1_099, message: 'Credential in custody' };
  const { vault, ci } = await two({ custodyConflict });
  vault.holdBy('94', 'a person');
  const refused = await read(vault, ci);
  expect([refused.status, refused.body.exception.code]).toEqual([409, 1_099]);
  vault.releaseBy('94', 'a person');
  expect((await read(vault, ci)).status).toBe(200);
  expect(vault.everTaken()).toEqual(['94']);
});

test('a view schedules a change of the password, which ends custody', async () => {
  let now = 1_000_000_000_000;
  const { vault, ci } = await two({ now: () => now, tokenLifetimeSeconds: 86_400 });
  const first = (await read(vault, ci, '97')).body.credential.password;
  now += 1_800_000;
  expect((await read(vault, ci, '97')).body.credential.password).toBe(first);
  now += 1_800_000;
  expect(vault.custodies()).toEqual([]);
  expect(vault.journal.custody.at(-1)?.event).toBe('expired');
  expect((await release(vault, ci, '97')).body.exception.code).toBe(1018);
  const second = (await read(vault, ci, '97')).body.credential.password;
  expect(second).not.toBe(first);
  expect(vault.secretValues()).toEqual(expect.arrayContaining([first, second]));
});

test('a read-only authorization takes custody but cannot release it', async () => {
  const { vault, ci } = await two();
  vault.authorization('ci').permission = 'Read-only';
  expect((await read(vault, ci)).status).toBe(200);
  expect((await release(vault, ci)).body.exception.code).toBe(1039);
});

test('a rejected read takes nothing', async () => {
  const { vault, ci } = await two();
  for (const id of ['7777', '39', '98']) await read(vault, ci, id);
  expect(vault.everTaken()).toEqual([]);
});

/** Source: community.senhasegura.io/t/password-change-via-a2a/2893. */
test('a release changes the password where automatic change is configured, and only there', async () => {
  const { vault, ci } = await two();
  for (const credential of vault.data.credentials) credential.automaticChange = credential.id === 95;
  const [kept, changed] = [vault.password(94), vault.password(95)];
  for (const id of ['94', '95']) {
    await read(vault, ci, id);
    expect((await release(vault, ci, id)).status).toBe(200);
  }
  expect(vault.password(94)).toBe(kept);
  expect(vault.password(95)).not.toBe(changed);
  expect(vault.secretValues()).toContain(changed);
});

test('a second caller sees the changed password after the release, and its own custody has ended', async () => {
  const { vault, ci, other } = await two();
  for (const credential of vault.data.credentials) credential.automaticChange = true;
  const first = (await read(vault, ci, '96')).body.credential.password;
  expect((await read(vault, other, '96')).body.credential.password).toBe(first);
  await release(vault, ci, '96');
  expect(vault.custodies()).toEqual([]);
  expect((await release(vault, other, '96')).body.exception.code).toBe(1018);
  expect((await read(vault, other, '96')).body.credential.password).not.toBe(first);
});

test('the list says where automatic change is configured, and so does the credential unless an option leaves it out', async () => {
  for (const [dialect, flag, none] of [
    ['iso', '1', '0'],
    ['api', true, false],
  ] as const) {
    for (const detailNamesAutomaticChange of [undefined, false]) {
      const vault = await openVault({
        dialect,
        ...(detailNamesAutomaticChange === undefined ? {} : { detailNamesAutomaticChange }),
      });
      for (const credential of vault.data.credentials) credential.automaticChange = credential.id === 94;
      const token = await tokenFor(vault, vault.clients.ci);
      const get = async (path: string) =>
        (await ask(vault, 'GET', `/${dialect}/pam/credential${path}`, { token })).body;
      const [first, second] = (await get('')).credentials;
      expect([first.automatic_change, second.automatic_change]).toEqual([flag, none]);
      const named = detailNamesAutomaticChange === false ? undefined : flag;
      expect((await get('/94')).credential.automatic_change).toBe(named);
      expect((await get('/96')).credential).not.toHaveProperty('automatic_change');
    }
  }
});

test('the list says when a password was changed last, which may be some time after the release', async () => {
  let now = 1_800_000_000_000;
  const { vault, ci } = await two({ changeAfterReleaseMs: 2_000, now: () => now });
  for (const credential of vault.data.credentials) credential.automaticChange = true;
  const listed = async () =>
    (await ask(vault, 'GET', '/iso/pam/credential', { token: ci })).body.credentials[0];
  await read(vault, ci);
  await release(vault, ci);
  const before = vault.password(94);
  expect((await listed()).change).toBeNull();
  now += 2_000;
  expect((await listed()).change).toBe('2027-01-15 08:00:02');
  expect(vault.password(94)).not.toBe(before);
});
