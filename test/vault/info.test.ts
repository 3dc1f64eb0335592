import { expect, test } from 'vitest';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/**
 * Sources: docs.senhasegura.io v3-32 and v3-33, protected information (the same bodies in both, and /iso in both); a
 * third-party Rust client for the identifier in place of the number.
 */
const path = '/iso/pam/info';
const content = 'login: mt4adm, password: "mt4admp4ss" é\\';

test.each(['iso', 'api'] as const)(
  'protected information is created, read and disabled by number and by identifier (%s)',
  async (dialect) => {
    const vault = await openVault({ dialect, isoPamKept: false });
    const token = await tokenFor(vault, vault.clients.ci);
    const json = { name: 'saas_vault1', content, identifier: 'INFOSAASVAULT1', type: 'access credential' };
    const made = await ask(vault, 'POST', path, { token, json });
    // HTTP 200 with 201 in the body, the content once more, and no number.
    expect([made.status, made.body]).toEqual([
      200,
      {
        response: {
          status: 201,
          message: 'Information successfully registered!',
          error: false,
          mensagem: 'Information successfully registered!',
          erro: false,
        },
        info: { ...json, service: '', url: '', users_allowed: '' },
      },
    ]);
    const read = await ask(vault, 'GET', `${path}/INFOSAASVAULT1`, { token });
    const info = { id: '1', tag: 'INFOSAASVAULT1', type: 'access credential', content };
    expect(read.body).toMatchObject({
      code: 200,
      response: { status: 200, message: 'Information 1', error_code: 0, detail: '', cod_erro: 0 },
      info,
    });
    expect((await ask(vault, 'GET', `${path}/1`, { token })).body.info).toEqual(info);
    expect(vault.secretValues()).toContain(content);
    expect((await ask(vault, 'DELETE', `${path}/INFOSAASVAULT1`, { token })).body).toEqual({
      response: {
        status: 200,
        message: 'Information successfully disabled',
        error: false,
        mensagem: 'Information successfully disabled',
        erro: false,
      },
    });
    for (const [method, named] of [
      ['GET', '1'],
      ['DELETE', 'INFOSAASVAULT1'],
    ] as const)
      expect((await ask(vault, method, `${path}/${named}`, { token })).body.exception.code).toBe(1024);
    expect(vault.everTaken()).toEqual([]);
  },
);

test('a number names protected information before an identifier of the same digits does', async () => {
  const vault = await openVault();
  const token = await tokenFor(vault, vault.clients.ci);
  for (const json of [{ content: 'one' }, { content: 'two', identifier: '1' }])
    await ask(vault, 'POST', path, { token, json });
  expect((await ask(vault, 'GET', `${path}/1`, { token })).body.info.content).toBe('one');
});

test('errors of protected information have no code, error_code and detail in any generation', async () => {
  for (const dialect of ['iso', 'api'] as const) {
    const vault = await openVault({ dialect });
    const token = await tokenFor(vault, vault.clients.ci);
    const replies = [
      await ask(vault, 'GET', `${path}/28`, { token }),
      await ask(vault, 'DELETE', `${path}/28`, { token }),
      await ask(vault, 'POST', path, { token, json: { name: 'empty' } }),
    ];
    const texts = [
      '1023: Information not found',
      '1023: Information not found',
      '1026: The information content was not informed',
    ];
    expect(replies.map(({ status, body }) => [status, body])).toEqual(
      texts.map((message) => [
        400,
        {
          response: { status: 400, message, error: true, mensagem: message, erro: true },
          exception: { code: Number(message.slice(0, 4)), message, detail: null },
        },
      ]),
    );
  }
});
