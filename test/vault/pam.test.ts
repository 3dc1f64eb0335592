import { expect, test } from 'vitest';
import type { Vault, VaultOptions } from './index.js';
import { ask, tokenFor } from './raw-client.js';
import { openVault } from './vault-fixture.js';

/** Sources: docs.senhasegura.io v3-32, v3-33 and v4, PAM Core credential pages; the Ansible collection. */
const one = '/iso/pam/credential';

async function opened(options: VaultOptions = {}): Promise<{ vault: Vault; token: string }> {
  const vault = await openVault(options);
  return { vault, token: await tokenFor(vault, vault.clients.ci) };
}

test('gives the password as password and content, with tag up to 3.32 and identifier later', async () => {
  const older = await opened();
  const reply = await ask(older.vault, 'GET', `${one}/94`, { token: older.token });
  expect(reply.status).toBe(200);
  const password = older.vault.password(94);
  expect(reply.body.credential).toMatchObject({
    id: '94',
    tag: 'deploy-app-01',
    password,
    content: password,
  });
  expect(reply.body).not.toHaveProperty('code');
  expect(reply.body.response).not.toHaveProperty('error_code');

  const newer = await opened({ dialect: 'api' });
  const later = await ask(newer.vault, 'GET', '/api/pam/credential/94', { token: newer.token });
  expect(later.body).toMatchObject({ code: 200, response: { error: false, error_code: 0, erro: false } });
  expect(later.body.credential).toMatchObject({ identifier: 'deploy-app-01' });
  expect(later.body.credential).not.toHaveProperty('tag');
});

test('finds a credential by number, by username@hostname and by identifier', async () => {
  const { vault, token } = await opened();
  for (const name of ['95', 'root@web-01', 'root%40web-01', 'web-01-root', '95?credential=95']) {
    expect((await ask(vault, 'GET', `${one}/${name}`, { token })).body.credential.id).toBe('95');
  }
});

test('rejects with the business code in the exception and before the message', async () => {
  const { vault, token } = await opened();
  const unknown = await ask(vault, 'GET', `${one}/7777`, { token });
  expect(unknown.status).toBe(400);
  expect(unknown.body).toEqual({
    code: 400,
    response: {
      status: 400,
      message: '1007: Credential not found',
      error: true,
      error_code: 1,
      detail: '',
      mensagem: '1007: Credential not found',
      erro: true,
      cod_erro: 1,
    },
    exception: { code: 1007, message: '1007: Credential not found', detail: null },
  });
  const codes = async (path: string) => (await ask(vault, 'GET', path, { token })).body.exception.code;
  expect(await codes(`${one}/39`)).toBe(1010);
  expect(await codes(`${one}/98`)).toBe(1008);
  vault.authorization('ci').credentialIds = [95];
  expect(await codes(`${one}/94`)).toBe(1009);
});

test('leaves the password out when configured', async () => {
  const { vault, token } = await opened({ passwordless: true, coe: 'both' });
  const { credential } = (await ask(vault, 'GET', `${one}/94`, { token })).body;
  expect(credential).not.toHaveProperty('password');
  expect(credential).not.toHaveProperty('content');
  const password = vault.password(94);
  expect((await ask(vault, 'GET', '/iso/coe/senha/94', { token })).body.senha.senha).toBe(password);
  expect((await ask(vault, 'GET', '/iso/coe/senha?credentialId=94', { token })).body.senha.conteudo).toBe(
    password,
  );
});

test('lists credentials and keys without passwords and without taking custody', async () => {
  const { vault, token } = await opened();
  const { text, body } = await ask(vault, 'GET', one, { token });
  expect(body.credentials).toHaveLength(56);
  expect(body.credentials[0]).toMatchObject({ id: '94', management_ip: '10.0.0.11', automatic_change: '0' });
  expect(body.credentials.at(-1)).toMatchObject({ id: '39', type: 'SSH Key' });
  expect(text).not.toContain(vault.password(96));
  expect(vault.custodies()).toEqual([]);
  const newer = await opened({ dialect: 'api' });
  const later = await ask(newer.vault, 'GET', '/api/pam/credential', { token: newer.token });
  expect(later.body.credentials[0].automatic_change).toBe(false);
});

test('creates and updates from a form, from JSON and from the query', async () => {
  const { vault, token } = await opened();
  const fields = {
    hostname: 'app-01',
    ip: '10.0.0.11',
    username: 'web',
    identifier: 'web-1',
    content: 'first',
  };
  const made = await ask(vault, 'POST', one, { token, form: fields });
  expect(made.status).toBe(201);
  expect(made.body.response.message).toBe('Credential successfully registered!');
  const { id, tag } = made.body.credential;
  expect(tag).toBe('web-1');
  const json = await ask(vault, 'POST', one, { token, json: { ...fields, content: 'second' } });
  expect(json.body.response.message).toBe('Credential updated successfully!');
  const query = new URLSearchParams({ ...fields, content: 'third' }).toString();
  expect((await ask(vault, 'POST', `${one}?${query}`, { token })).body.credential.id).toBe(id);
  expect(vault.password(id)).toBe('third');
  expect(vault.secretValues()).toEqual(expect.arrayContaining(['first', 'second', 'third']));
});

test('rejects a write that lacks what it needs', async () => {
  const { vault, token } = await opened();
  const fields = { hostname: 'app-01', ip: '10.0.0.11', username: 'web' };
  const code = async (form: Record<string, string>) =>
    (await ask(vault, 'POST', one, { token, form })).body.exception.code;
  expect(await code({ ...fields, hostname: '' })).toBe(1004);
  expect(await code({ ...fields, ip: '' })).toBe(1005);
  expect(await code({ hostname: 'app-01', ip: '10.0.0.11' })).toBe(1042);
  expect(await code({ ...fields, hostname: 'nowhere' })).toBe(1011);
  expect(await code({ ...fields, domain: 'unknown.example' })).toBe(1029);
  vault.authorization('ci').permission = 'Read-only';
  expect(await code(fields)).toBe(1039);
});

test('disables with DELETE and enables with PUT, which changes nothing else', async () => {
  const { vault, token } = await opened();
  const before = vault.password(94);
  const step = async (method: string) =>
    (await ask(vault, method, `${one}/94`, { token, json: { content: 'new' } })).body.response.message;
  expect(await step('PUT')).toBe('1017: Credential is already active');
  expect(await step('DELETE')).toBe('Credential successfully deactivated');
  expect(await step('DELETE')).toBe('1017: Credential inactive');
  expect(await step('PUT')).toBe('Credential successfully activated');
  expect(vault.password(94)).toBe(before);
});

test('returns an SSH key with CRLF line ends and does not take custody', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const { body } = await ask(vault, 'GET', '/api/pam/key/39', { token });
  expect(body.tenant).toBe('senhasegura');
  expect(body.key.private_key).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\r\n/);
  expect(vault.custodies()).toEqual([]);
  const code = async (id: string) =>
    (await ask(vault, 'GET', `/api/pam/key/${id}`, { token })).body.exception.code;
  expect(await code('7777')).toBe(1015);
  expect(await code('94')).toBe(1016);
});

/** Source: docs.senhasegura.io v4-2, API v2 conventions, api-v2-get-list-a-credential. */
test('v2 returns nested, non-sensitive attributes, and dotted fields choose among them', async () => {
  const { vault, token } = await opened({ dialect: 'api', v2: true });
  const v2 = (query: string) => ask(vault, 'GET', `/api/v2/pam/credentials/94${query}`, { token });
  const all = await v2('');
  expect(all.body).toMatchObject({
    id: '94',
    credential: { username: 'deploy', active: true, parent_credential: null, tags: [] },
    device: { id: 1, name: 'app-01' },
  });
  expect(all.text).not.toContain('d3ploy');
  expect((await v2('?fields=id,credential.username,device.id')).body).toEqual({
    id: '94',
    credential: { username: 'deploy' },
    device: { id: 1 },
  });
  expect((await v2('?fields=credential.password')).status).toBe(403);
  for (const unknown of ['credential.colour', 'identifier', 'constructor', 'credential.tags.length'])
    expect((await v2(`?fields=${unknown}`)).status).toBe(422);
  expect(vault.custodies()).toEqual([]);
});

test('v2 has ETag and rate-limit headers on every status, and judges If-None-Match and If-Match', async () => {
  const { vault, token } = await opened({ dialect: 'api', v2: true });
  const path = '/api/v2/pam/credentials';
  const etag = (await ask(vault, 'GET', `${path}/94`, { token })).headers.etag ?? '';
  const replies = [
    await ask(vault, 'GET', `${path}/94`, { token }),
    await ask(vault, 'GET', `${path}/94`, { token, headers: { 'if-none-match': etag } }),
    await ask(vault, 'GET', `${path}/94?fields=password`, { token }),
    await ask(vault, 'GET', `${path}/7777`, { token }),
    await ask(vault, 'PATCH', `${path}/94`, { token, headers: { 'if-match': '"other"' } }),
    await ask(vault, 'PATCH', `${path}/94`, { token, headers: { 'if-match': etag } }),
    await ask(vault, 'GET', `${path}/94`, { token: 'stale' }),
    await ask(vault, 'GET', `${path}/94`),
    await ask(vault, 'GET', path, { token }),
  ];
  expect(replies.map(({ status }) => status)).toEqual([200, 304, 403, 404, 412, 200, 401, 404, 404]);
  const ci = vault.authorization('ci');
  ci.permission = 'Read-only';
  replies.push(await ask(vault, 'PATCH', `${path}/94`, { token }));
  ci.resources = [];
  replies.push(await ask(vault, 'GET', `${path}/94`, { token }));
  expect(replies.slice(-2).map(({ status }) => status)).toEqual([400, 500]);
  for (const { headers } of replies) {
    expect(headers).toMatchObject({
      etag: expect.stringMatching(/^"\w+"$/),
      'x-ratelimit-limit': expect.any(String),
      'x-ratelimit-remaining': expect.any(String),
      'x-ratelimit-reset': expect.any(String),
      'x-request-id': expect.any(String),
    });
  }
});

/** Source: RFC 9110 sections 8.8.3.2, 13.1.1 and 13.1.2. */
test('v2 reads conditions as lists, weak tags and *, and a write with a matching If-None-Match is 412', async () => {
  const { vault, token } = await opened({ dialect: 'api', v2: true });
  const known = vault.data.credentials.find(({ id }) => id === 94);
  if (known !== undefined) known.tags = 'a, b';
  const asked = (method: string, headers: Record<string, string> = {}) =>
    ask(vault, method, '/api/v2/pam/credentials/94', { token, headers });
  const { headers, body } = await asked('GET');
  expect(body.credential.tags).toEqual(['a', 'b']);
  const { etag = '' } = headers;
  const results = [];
  for (const [method, name, value] of [
    ['GET', 'if-none-match', `"x", ${etag}`],
    ['GET', 'if-none-match', `W/${etag}`],
    ['GET', 'if-none-match', '"x"'],
    ['PATCH', 'if-none-match', etag],
    ['PATCH', 'if-match', '*'],
    ['PATCH', 'if-match', `"x", ${etag}`],
    ['PATCH', 'if-match', `W/${etag}`],
  ] as const)
    results.push((await asked(method, { [name]: value })).status);
  expect(results).toEqual([304, 304, 200, 412, 200, 200, 412]);
});

/** Source: release notes of 4.0 (SSGR-3368, SSGR-4522); docs.senhasegura.io v3-33 POST credential. */
test('an update by identifier changes the username, and one by host and username the identifier', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const base = { hostname: 'app-01', ip: '10.0.0.11' };
  const save = async (fields: Record<string, string>) =>
    (await ask(vault, 'POST', '/api/pam/credential', { token, form: { ...base, ...fields } })).body;
  const known = () => vault.data.credentials.find(({ id }) => id === 94);
  const password = vault.password(94);
  await save({ identifier: 'deploy-app-01', username: 'deployer' });
  expect(known()).toMatchObject({ username: 'deployer', identifier: 'deploy-app-01', password });
  await save({ identifier: 'deploy-app-01', username: '' });
  expect(known()?.username).toBe('usr');
  const renamed = await save({ identifier: 'new_name.1', username: 'usr' });
  expect(renamed.credential).toEqual({ id: '94', identifier: 'new_name.1' });
  await save({ username: 'usr' });
  expect(known()?.identifier).toBe('new_name.1');
});

/** Source: release notes of 4.0, SSGR-3368: "the creation of credentials via API with special characters". */
test('a new identifier with other characters is rejected from 4.0 on, and taken before', async () => {
  const form = { hostname: 'app-01', ip: '10.0.0.11', username: 'web', identifier: 'caf\u00e9 1' };
  const newer = await opened({ dialect: 'api' });
  const refused = await ask(newer.vault, 'POST', '/api/pam/credential', { token: newer.token, form });
  expect([refused.status, refused.body.response.error]).toEqual([400, true]);
  const known = newer.vault.data.credentials.find(({ id }) => id === 94);
  if (known !== undefined) known.identifier = form.identifier;
  const update = await ask(newer.vault, 'POST', '/api/pam/credential', { token: newer.token, form });
  expect(update.body.credential).toEqual({ id: '94', identifier: form.identifier });
  const older = await opened();
  expect((await ask(older.vault, 'POST', one, { token: older.token, form })).status).toBe(201);
  expect((await ask(older.vault, 'GET', `${one}/caf%C3%A9%201`, { token: older.token })).status).toBe(200);
});

/** Source: docs.senhasegura.io v3-33 POST key; v3-32 GET key without an id. */
test('a key needs host, address and both keys only when it is made, and an update changes what it has', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const save = (json: unknown) => ask(vault, 'POST', '/api/pam/key', { token, json });
  const whole = { hostname: 'app-01', ip: '10.0.0.11', private_key: 'priv', public_key: 'pub' };
  const code = async (name: string) =>
    (await save({ ...whole, identifier: 'new', [name]: '' })).body.exception.code;
  expect([
    await code('hostname'),
    await code('ip'),
    await code('public_key'),
    await code('private_key'),
  ]).toEqual([1004, 1005, 1013, 1014]);
  const before = structuredClone(vault.data.keys.find(({ id }) => id === 39));
  const updated = await save({ identifier: 'app-01-key', username: 'other' });
  expect(updated.body.response.message).toBe('Key updated successfully!');
  expect(vault.data.keys.find(({ id }) => id === 39)).toEqual({ ...before, username: 'other' });
});

/** Source: docs.senhasegura.io v3-32 POST key: a creation prints HTTP 200 with 201 in the body, an update 201. */
test('a key is made with HTTP 200, changed with 201, and moved by the name of a device', async () => {
  const { vault, token } = await opened();
  const save = (json: unknown) => ask(vault, 'POST', '/iso/pam/key', { token, json });
  const keys = { private_key: 'priv', public_key: 'pub', identifier: 'k' };
  const made = await save({ ...keys, hostname: 'app-01', ip: '10.0.0.11' });
  expect([made.status, made.body.code, made.body.response.status]).toEqual([200, 201, 201]);
  const moved = await save({ identifier: 'k', hostname: 'web-01', enabled: false });
  expect([moved.status, moved.body.code]).toEqual([201, 201]);
  expect(vault.data.keys.find(({ identifier }) => identifier === 'k')).toMatchObject({
    hostname: 'web-01',
    ip: '10.0.0.12',
    active: true,
  });
  expect((await save({ identifier: 'k', hostname: 'nowhere' })).body.exception.code).toBe(1011);
});

test('a key is made inactive with enabled false, and on devices that are registered', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const whole = { hostname: 'app-01', ip: '10.0.0.11', private_key: 'priv', public_key: 'pub' };
  const json = { ...whole, enabled: false, devices: [{ hostname: 'web-01' }, { hostname: 'nowhere' }] };
  const { key } = (await ask(vault, 'POST', '/api/pam/key', { token, json })).body;
  expect(key.devices).toEqual([{ hostname: 'web-01', ip: '10.0.0.12' }]);
  expect(key.devices_error).toEqual([{ hostname: 'nowhere' }]);
  const read = await ask(vault, 'GET', `/api/pam/key/${key.id}`, { token });
  expect(read.body.exception.code).toBe(1017);
  const alone = (await ask(vault, 'POST', '/api/pam/key', { token, json: whole })).body;
  expect(alone.key.devices).toEqual([]);
  const nowhere = { ...whole, hostname: 'nowhere' };
  expect((await ask(vault, 'POST', '/api/pam/key', { token, json: nowhere })).body.exception.code).toBe(1011);
});

test('a key without an id is an unexpected error', async () => {
  const { vault, token } = await opened();
  const { status, body } = await ask(vault, 'GET', '/iso/pam/key', { token });
  expect([status, body.response.message, body.exception.code]).toEqual([500, 'Unexpected error', 500]);
});

/** Source: docs.senhasegura.io v3-32 and v3-33 POST, GET and list of devices: tags are one text in each. */
test('a device is answered whole, with its tags in the list, and only in a registered domain', async () => {
  const { vault, token } = await opened({ dialect: 'api' });
  const named = { hostname: 'new-01', ip: '10.0.0.99', site: 's', model: 'm', vendor: 'v', type: 't' };
  const form = { ...named, connectivities: 'SSH:22', session_remote_config: 'rdp', device_tags: 'a, b' };
  const path = '/api/pam/device';
  const refused = await ask(vault, 'POST', path, {
    token,
    form: { ...form, device_domain: 'nowhere.example' },
  });
  expect(refused.body.exception.code).toBe(1029);
  vault.data.domains.push('here.example');
  const several = { ...form, device_domain: 'corp.example,nowhere.example' };
  expect((await ask(vault, 'POST', path, { token, form: several })).body.exception.code).toBe(1029);
  const made = await ask(vault, 'POST', path, { token, form: { ...form, device_domain: 'here.example' } });
  expect(made.status).toBe(201);
  const { device } = made.body;
  expect(device).toMatchObject({
    ...named,
    device_domain: 'here.example',
    connectivities: 'SSH:22',
    session_remote_config: 'rdp',
    device_tags: 'a, b',
  });
  expect((await ask(vault, 'GET', `${path}/${device.id}`, { token })).body.device).toEqual(device);
  const { devices } = (await ask(vault, 'GET', path, { token })).body;
  expect(devices.at(-1)).toMatchObject({ hostname: 'new-01', tags: 'a, b' });
  expect(devices[0].tags).toBe('');
});

/** Source: docs.senhasegura.io v3-32 "List devices", and the later page of GET one device. */
test('one device is answered without code and detail in every generation', async () => {
  for (const dialect of ['iso', 'api'] as const) {
    const { vault, token } = await opened({ dialect });
    const { body } = await ask(vault, 'GET', `/${dialect}/pam/device/1`, { token });
    const message = 'Device 1';
    const form = { hostname: 'n', ip: '10.0.0.9', site: 's', model: 'm', vendor: 'v', type: 't' };
    const saved = await ask(vault, 'POST', `/${dialect}/pam/device`, { token, form });
    expect(saved.body.code).toBe(dialect === 'iso' ? undefined : 201);
    expect(body).toEqual({
      response: {
        status: 200,
        message,
        error: false,
        error_code: 0,
        mensagem: message,
        erro: false,
        cod_erro: 0,
      },
      device: expect.objectContaining({ id: '1', device_tags: '' }),
    });
  }
});

/** Source: examples of docs.senhasegura.io v3-32 and v3-33: list credentials, list and GET device, POST credential and device. */
test('up to 3.32, lists and some errors have no code, error_code and detail', async () => {
  for (const dialect of ['iso', 'api'] as const) {
    const { vault, token } = await opened({ dialect });
    const pam = `/${dialect}/pam`;
    const replies = [
      await ask(vault, 'GET', `${pam}/credential`, { token }),
      await ask(vault, 'GET', `${pam}/device`, { token }),
      await ask(vault, 'GET', `${pam}/device/7777`, { token }),
      await ask(vault, 'POST', `${pam}/credential`, { token, form: {} }),
      await ask(vault, 'POST', `${pam}/device`, { token, form: {} }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 400, 400, 400]);
    for (const { body } of replies) {
      const keys = [...Object.keys(body), ...Object.keys(body.response)];
      const newer = keys.filter((key) => ['code', 'error_code', 'cod_erro', 'detail'].includes(key));
      expect(newer).toHaveLength(dialect === 'iso' ? 0 : 4);
    }
  }
});
