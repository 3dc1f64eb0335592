import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkVariables } from '../../../../src/cli/runb/check-variables.js';
import { readMapping } from '../../../../src/cli/runb/read-mapping.js';
import { Secret } from '../../../../src/core/secret.js';
import { TransportFailure } from '../../../../src/core/transport.js';
import { clientSecretAuth } from '../../../../src/core/vault/auth/client-secret.js';
import {
  type CicdVariables,
  encodeVariables,
  postVariables,
} from '../../../../src/core/vault/cicd-variables.js';
import { Session } from '../../../../src/core/vault/session.js';
import { openTransport } from '../../../../src/http/transport.js';
import { openVault } from '../../../vault/vault-fixture.js';
import {
  CLIENT_SECRET,
  codesOf,
  json,
  lineTo,
  NO_ROUTE,
  problemsIn,
  problemsOfPromise,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

const MAPPING = {
  access_keys: [
    { name: 'AWS', type: 'aws', fields: { access_key_id: 'AWS_ID', secret_access_key: 'AWS_SECRET' } },
  ],
  credentials: [{ name: 'db', fields: { user: 'DB_USER', password: 'DB_PASSWORD', host: 'DB_HOST' } }],
  key_value: [
    { name: 'api', fields: ['API_URL', 'API_TOKEN'] },
    { name: 'again', fields: ['DB_PASSWORD'] },
  ],
};

/** As `runb` sends them. */
async function sent(line: ReturnType<typeof lineTo>, variables: CicdVariables): Promise<void> {
  checkVariables(variables);
  await postVariables(line.exchange, sessionOver(line), variables);
}

describe('a mapping file', () => {
  test('names its variables, each once, in its order', () => {
    expect(readMapping(MAPPING)).toEqual([
      'AWS_ID',
      'AWS_SECRET',
      'DB_USER',
      'DB_PASSWORD',
      'DB_HOST',
      'API_URL',
      'API_TOKEN',
    ]);
  });

  test.each<[unknown]>([
    [{}],
    [null],
    [undefined],
    [{ access_keys: [], credentials: null, other: ['X'] }],
    [{ credentials: [{ name: 'db', fields: { user: '', password: null, port: 'DB_PORT' } }] }],
  ])('%j names none', (mapping) => {
    expect(readMapping(mapping)).toEqual([]);
  });

  test.each<[unknown, string]>([
    ['text', '$ '],
    [[MAPPING], '$ '],
    [{ access_keys: {} }, '$.access_keys '],
    [{ credentials: ['DB'] }, '$.credentials[0] '],
    [{ credentials: [{ name: 'db' }] }, '$.credentials[0].fields '],
    [{ credentials: [{ fields: { user: 7 } }] }, '$.credentials[0].fields.user '],
    [{ key_value: [{ fields: { A: 'B' } }] }, '$.key_value[0].fields '],
    [{ key_value: [{ fields: ['A', 'A B'] }] }, '$.key_value[0].fields[1] '],
    [{ key_value: [{ fields: ['A=hunter2\nB'] }] }, '$.key_value[0].fields[0] '],
  ])('%j is rejected only with its place', (mapping, place) => {
    const [problem, ...others] = problemsIn(() => readMapping(mapping));
    expect(others).toEqual([]);
    expect(problem?.code).toBe('INPUT_INVALID');
    expect(problem?.message).toContain(place);
    expect(problem?.message).not.toContain('hunter2');
  });

  test('with several faults is rejected with all of them at once', () => {
    const mapping = { access_keys: 1, credentials: [2], key_value: [{ fields: ['ok', 3, ' '] }] };
    expect(codesOf(problemsIn(() => readMapping(mapping)))).toHaveLength(4);
  });
});

test('variables are base64 of their bytes, without + / =', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const encoded = encodeVariables(text);
      expect(encoded).toMatch(/^[A-Za-z0-9\-_,]*$/);
      const standard = encoded.replaceAll('-', '+').replaceAll('_', '/').replaceAll(',', '=');
      expect(standard).toBe(Buffer.from(text).toString('base64'));
    }),
  );
  expect(encodeVariables('a?>~')).toBe('YT8-fg,,');
});

const clientSecret = new Secret(CLIENT_SECRET);
const of = (pairs: Record<string, string>, mapping = ''): CicdVariables => ({
  variables: new Map(Object.entries(pairs)),
  mapping,
  loginSecrets: [clientSecret],
});

const SECRET_FORMS: [string, string][] = [
  ['as it is', CLIENT_SECRET],
  ['in base64', Buffer.from(CLIENT_SECRET).toString('base64')],
  ['in base64 without padding', Buffer.from(`${CLIENT_SECRET}\n`).toString('base64url')],
  ['inside a longer text in base64', Buffer.from(`ci:${CLIENT_SECRET}@vault`).toString('base64')],
  ['in hex', Buffer.from(CLIENT_SECRET).toString('hex')],
];

describe('variables that are posted', () => {
  test('arrive in the vault as they were, with the mapping as it was', async () => {
    const vault = await openVault();
    const connection = {
      url: vault.url,
      caCertificates: vault.caCertificate,
      proxy: undefined,
      noProxy: '',
      tlsVerify: true,
    };
    const transport = await openTransport(connection, () => import('../../../../src/http/undici.js'));
    try {
      const { clientId, clientSecret: own } = vault.clients.ci;
      const line = lineTo((request) => transport.send(request, AbortSignal.timeout(5_000)));
      const session = new Session({
        exchange: line.exchange,
        clock: line.clock,
        auth: clientSecretAuth(clientId, new Secret(own)),
        onToken: () => undefined,
      });
      const mapping = '{"key_value": [{"name": "ção", "fields": ["A", "B"]}]}\n';
      const variables = of({ A: 'ção?>~ 😀', B: '', C: 'x=y&z' }, mapping);
      await postVariables(line.exchange, session, variables);
      expect(vault.data.variables).toEqual([{ clientId, environment: 'A=ção?>~ 😀\nB=\nC=x=y&z', mapping }]);
    } finally {
      await transport.close();
    }
  });

  test('travel in a form, with an empty map when there is no file', async () => {
    const line = lineTo(({ path }) => (path.endsWith('token') ? token() : success()));
    await postVariables(line.exchange, sessionOver(line), of({ A: 'b' }));
    const sent = line.transport.requests[1];
    expect(sent?.body).toBe('env=QT1i&map=');
    expect(sent?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  test('are none: nothing is sent', async () => {
    const line = lineTo(() => token());
    await postVariables(line.exchange, sessionOver(line), of({}, '{}'));
    expect(line.transport.requests).toEqual([]);
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['several lines', { KEY: 'a\nb', FINE: 'a', WINDOWS: 'a\r' }, ['VALUE_BROKEN', 'VALUE_BROKEN']],
    ['the client secret by its name', { SENHASEGURA_CLIENT_SECRET: 'x' }, ['INPUT_INVALID']],
    ['its name in lower case', { senhasegura_client_secret: 'x' }, ['INPUT_INVALID']],
    ['the client secret by another name', { OTHER: `x:${CLIENT_SECRET}` }, ['INPUT_INVALID']],
  ])('with %s are rejected before anything is sent', async (_, pairs, codes) => {
    const line = lineTo(() => token());
    const problems = await problemsOfPromise(sent(line, of(pairs)));
    expect(codesOf(problems)).toEqual(codes);
    for (const { message } of problems) expect(message).not.toContain(CLIENT_SECRET);
    expect(problems[0]?.message).toContain(Object.keys(pairs)[0]);
    expect(line.transport.requests).toEqual([]);
  });

  test.each(SECRET_FORMS)(
    'with the client secret %s are rejected before anything is sent',
    async (_, form) => {
      const line = lineTo(() => token());
      const variables = of({ FINE: 'a', OTHER: `before ${form} after` });
      const problems = await problemsOfPromise(sent(line, variables));
      expect(codesOf(problems)).toEqual(['INPUT_INVALID']);
      expect(problems[0]?.message).toContain(
        'The mapping file names OTHER, which contains the client secret',
      );
      expect(`${problems[0]?.message}${problems[0]?.remedy}`).not.toContain(form);
      expect(line.transport.requests).toEqual([]);
    },
  );

  test.each(SECRET_FORMS)(
    'with a mapping file that holds the client secret %s are not sent',
    async (_, form) => {
      for (const pairs of [{ A: 'b' }, {}]) {
        const line = lineTo(() => token());
        const variables = of(pairs, `client-secret: "${form}"\nkey_value: []\n`);
        const problems = await problemsOfPromise(sent(line, variables));
        expect(codesOf(problems)).toEqual(['INPUT_INVALID']);
        expect(problems[0]?.message).toContain('The mapping file contains the client secret');
        expect(`${problems[0]?.message}${problems[0]?.remedy}`).not.toContain(form);
        expect(line.transport.requests).toEqual([]);
      }
    },
  );

  test('may contain text that only looks like the client secret', async () => {
    const line = lineTo(({ path }) => (path.endsWith('token') ? token() : success()));
    const part = CLIENT_SECRET.slice(0, -1);
    await postVariables(line.exchange, sessionOver(line), of({ A: part }, `{"name": "${part}"}`));
    expect(line.transport.requests).toHaveLength(2);
  });

  test.each([
    [json(502, {}), 'VAULT_FAILED', 1],
    [new TransportFailure('broken', false, 'ECONNRESET'), 'VAULT_UNREACHABLE', 1],
    [new TransportFailure('unreachable', true, 'ECONNREFUSED'), 'VAULT_UNREACHABLE', 5],
    [json(200, { response: { status: 403, message: 'x', error: true } }), 'VAULT_FAILED', 1],
    [json(401, { message: 'You are not authorized to access this resource' }), 'ACCESS_DENIED', 1],
    [NO_ROUTE, 'NO_SUCH_ROUTE', 1],
  ])('are sent again only when they surely did not arrive: %o', async (answer, code, times) => {
    const line = lineTo(({ path }) => (path.endsWith('token') ? token() : answer));
    const problems = await problemsOfPromise(postVariables(line.exchange, sessionOver(line), of({ A: 'b' })));
    expect(codesOf(problems)).toEqual([code]);
    expect(line.transport.requests).toHaveLength(times + 1);
  });
});
