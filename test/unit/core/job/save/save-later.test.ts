import { expect, test } from 'vitest';
import { INPUT_DEFAULTS } from '../../../../../src/core/input-names.js';
import { readInputs } from '../../../../../src/core/job/inputs.js';
import { readSecretLogin } from '../../../../../src/core/job/login/secret-login.js';
import { openSaver } from '../../../../../src/core/job/save/open.js';
import { saveLater } from '../../../../../src/core/job/save/save-later.js';
import { plain } from '../../../../../src/core/text.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FakeClock,
  FakePlatform,
  FakeTransport,
  json,
  NO_IDENTITY,
  success,
  token,
} from '../../../fakes.js';

const VALUE = 'value-of-this-job-4711';

test('a value that the vault sends back as the id of a request is not shown', async () => {
  let isThere = false;
  const secret = { secret_id: '1', secret_name: 'app', identity: 'app', version: '1', engine: 'Generic' };
  const transport = new FakeTransport(({ method, path }) => {
    if (path.includes('token')) return token();
    if (method === 'GET') return success({ secrets: isThere ? [{ ...secret, data: [{ KEY: VALUE }] }] : [] });
    isThere = true;
    const reply = success();
    return json(201, JSON.parse(reply.text), { 'x-request-id': VALUE });
  });
  const platform = new FakePlatform();
  const raw = {
    ...{ ...INPUT_DEFAULTS, url: 'https://vault.example.com', save: 'NAME > app/KEY' },
    ...{ 'client-id': CLIENT_ID, 'client-secret': CLIENT_SECRET },
  };
  const saver = openSaver(raw.save, { variable: () => VALUE, refusal: undefined });
  const inputs = readInputs(raw, {}, () => [], undefined, { login: readSecretLogin, saver });
  await saveLater({
    inputs,
    platform,
    clock: new FakeClock(),
    signal: new AbortController().signal,
    connection: { url: raw.url, proxy: '', noProxy: '', caCertificates: '', tlsVerify: true },
    reach: { connect: async () => transport, secretsOf: () => [] },
    identity: NO_IDENTITY,
  });
  const said = platform.infos.map((text) => plain(text)).join('\n');
  expect(said).toContain('audit: save app');
  expect(said).toContain('request id none');
  expect(said).not.toContain(VALUE);
});
