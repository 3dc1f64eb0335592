import { describe, expect, test } from 'vitest';
import { type HttpReply, TransportFailure } from '../../../../src/core/transport.js';
import { listSecrets, openApplication } from '../../../../src/core/vault/dsm.js';
import type { DsmEndpoint } from '../../../../src/core/vault/endpoints.js';
import { textOfField } from '../../../../src/core/vault/field.js';
import {
  codesOf,
  json,
  lineTo,
  NO_ROUTE,
  problemsOfPromise,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

const SCTM = '/iso/sctm/secret';
const DAPP = '/iso/dapp/application';
const DSM = '/api/dsm/secret';
const secret = (data: unknown, identity: unknown = 'db') => ({
  secret_id: '7',
  identity,
  version: '2',
  expiration_date: '',
  data,
});

function listing(answers: Record<string, HttpReply>, endpoint: DsmEndpoint = 'auto') {
  const line = lineTo(({ method, path }) => (method === 'POST' ? token() : (answers[path] ?? NO_ROUTE)), {
    retries: 0,
  });
  const listed = listSecrets(line.exchange, sessionOver(line), endpoint);
  const paths = () =>
    line.transport.requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
  return { listed, paths };
}

async function mapsOf(body: Record<string, unknown>) {
  const [first] = await listing({ [SCTM]: success(body) }).listed;
  return first?.maps.map((map) => [...map].map(([label, value]) => [label, textOfField(value) ?? null]));
}

describe('the order of endpoints', () => {
  const list = success({ secrets: [] });

  test.each<[Record<string, HttpReply>, DsmEndpoint, string[]]>([
    [{ [SCTM]: list }, 'auto', [SCTM]],
    [{ [DAPP]: list }, 'auto', [SCTM, DAPP]],
    [{ [DSM]: list }, 'auto', [SCTM, DAPP, DSM]],
    [{ [SCTM]: json(404, {}), [DAPP]: list }, 'auto', [SCTM, DAPP]],
    [{ [SCTM]: json(400, { message: 'Resource sub not found' }), [DAPP]: list }, 'auto', [SCTM, DAPP]],
    [{ [DAPP]: list }, 'dapp', [DAPP]],
    [{ [DSM]: list }, 'api', [DSM]],
  ])('with %j at "%s" is %j', async (answers, endpoint, paths) => {
    const run = listing(answers, endpoint);
    expect(await run.listed).toEqual([]);
    expect(run.paths()).toEqual(paths);
  });

  test.each([
    json(401, {}),
    json(403, {}),
    json(500, {}),
    json(400, {}),
    json(200, { response: { error: true } }),
  ])('stops at a rejection other than a missing route: %j', async (reply) => {
    const run = listing({ [SCTM]: reply, [DAPP]: list });
    expect(await problemsOfPromise(run.listed)).toHaveLength(1);
    expect(run.paths()).toEqual([SCTM]);
  });

  test('that leads nowhere names every endpoint', async () => {
    const [problem] = await problemsOfPromise(listing({}).listed);
    expect(problem?.code).toBe('NO_SUCH_ROUTE');
    for (const path of [SCTM, DAPP, DSM]) expect(problem?.message).toContain(path);
  });
});

describe('every documented shape of secrets', () => {
  const data = [{ user: 'u', TTL: null }, { key: 'v' }];
  const maps = [
    [
      ['user', 'u'],
      ['TTL', null],
    ],
    [['key', 'v']],
  ];

  test('a sibling of response, inside application, inside response', async () => {
    expect(await mapsOf({ secrets: [secret(data)] })).toEqual(maps);
    expect(await mapsOf({ application: { name: 'x', tags: [''], secrets: [secret(data)] } })).toEqual(maps);
    const [first] = await listing({
      [SCTM]: json(200, { response: { status: 200, secrets: [secret(data)] } }),
    }).listed;
    expect(first?.maps).toHaveLength(2);
  });

  test('data as one map, as nothing, with numbers and switches', async () => {
    expect(await mapsOf({ secrets: [secret({ APP: 'v' })] })).toEqual([[['APP', 'v']]]);
    expect(await mapsOf({ secrets: [secret(null)] })).toEqual([]);
    expect(await mapsOf({ secrets: [secret([])] })).toEqual([]);
    expect(await mapsOf({ secrets: [secret([{ port: 5432, on: true }])] })).toEqual([
      [
        ['port', '5432'],
        ['on', 'true'],
      ],
    ]);
  });

  test('labels that objects have by themselves', async () => {
    const body: unknown = JSON.parse('{"__proto__":"a","constructor":"b"}');
    expect(await mapsOf({ secrets: [secret([body])] })).toEqual([
      [
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ],
    ]);
  });
});

describe('a shape that is not documented', () => {
  test.each<[unknown, string]>([
    [{}, 'secrets'],
    [{ secrets: 'hunter2' }, '$.secrets'],
    [{ secrets: ['hunter2'] }, '$.secrets[0]'],
    [{ secrets: [secret([['hunter2']])] }, '$.secrets[0].data[0]'],
    [{ secrets: [secret('hunter2')] }, '$.secrets[0].data'],
    [{ secrets: [secret([], null)] }, '$.secrets[0].identity'],
  ])('%j names the endpoint and the place, never the value', async (body, place) => {
    const { listed } = listing({ [SCTM]: json(200, body) });
    const [problem] = await problemsOfPromise(listed.then((secrets) => secrets.map(({ maps }) => maps)));
    expect(problem?.code).toBe('REPLY_MALFORMED');
    expect(problem?.message).toContain(`GET ${SCTM}`);
    expect(problem?.message).toContain(place);
    expect(problem?.message).not.toContain('hunter2');
  });
});

test('an unusable field fails only the request that asks for it, and the error names its place', async () => {
  const [first] = await listing({
    [SCTM]: json(200, { secrets: [secret([{ a: { b: 'hunter2' }, n: 1.5, good: 'value' }])] }),
  }).listed;
  const [map] = first?.maps ?? [];
  expect(textOfField(map?.get('good'))).toBe('value');
  for (const label of ['a', 'n']) {
    const field = map?.get(label);
    expect(field).toMatchObject({ code: 'REPLY_MALFORMED' });
    expect(String(field)).toContain(`GET ${SCTM}: $.secrets[0].data[0].${label}`);
    expect(String(field)).not.toContain('hunter2');
  }
});

describe('opening an application', () => {
  const TRIPLE = { application: 'my app', system: 'sys', environment: 'env' };
  const opening = (reply: HttpReply | Error) => {
    const line = lineTo(({ path }) => (path.includes('token') ? token() : reply));
    const signatures: string[] = [];
    const opened = openApplication(line.exchange, sessionOver(line), TRIPLE, (each) =>
      signatures.push(each.reveal()),
    );
    return { line, opened, signatures };
  };

  test('sends the three names as a form and gives the client of the application', async () => {
    const { line, opened, signatures } = opening(success({ id: 'app-id', signature: 'app-signature' }));
    const { clientId, clientSecret } = await opened;
    expect([clientId, clientSecret.reveal(), signatures]).toEqual([
      'app-id',
      'app-signature',
      ['app-signature'],
    ]);
    expect(line.transport.requests[1]).toMatchObject({
      method: 'POST',
      path: '/iso/dapp/Application',
      body: 'application=my+app&system=sys&environment=env',
    });
  });

  test('hides the signature even when the id is missing', async () => {
    const { opened, signatures } = opening(success({ signature: 'app-signature' }));
    const [problem] = await problemsOfPromise(opened);
    expect([problem?.code, signatures]).toEqual(['REPLY_MALFORMED', ['app-signature']]);
    expect(problem?.message).not.toContain('app-signature');
  });

  test.each([
    success({}),
    success({ id: 'x', signature: '' }),
    success({ id: 'x', signature: null }),
    NO_ROUTE,
  ])('does not use another client after %j', async (reply) => {
    expect(codesOf(await problemsOfPromise(opening(reply).opened))).toHaveLength(1);
  });

  test.each([
    ['signature', { id: 'app-id', signature: 's'.repeat(16 * 1024 + 1) }],
    ['id', { id: 'i'.repeat(1024 * 1024), signature: 's' }],
  ])('rejects a reply whose %s has more than 16 KB, before it is masked', async (_, body) => {
    const { opened, signatures } = opening(success(body));
    const [problem] = await problemsOfPromise(opened);
    expect(problem?.code).toBe('REPLY_MALFORMED');
    expect(problem?.message).toContain('has more than 16 KB');
    expect(signatures.join('').length).toBeLessThan(2);
  });

  test('is never done twice when it may have been done once', async () => {
    const { line, opened } = opening(new TransportFailure('broken', false, 'ECONNRESET'));
    await problemsOfPromise(opened);
    expect(line.transport.lines.filter((each) => each.endsWith('Application'))).toHaveLength(1);
  });
});
