import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../src/core/errors.js';
import { azureDevops } from '../../../src/identity/ci/azure-devops.js';
import { github } from '../../../src/identity/ci/github.js';
import { azureImds } from '../../../src/identity/cloud/azure-imds.js';
import { gcp } from '../../../src/identity/cloud/gcp.js';
import type { IdentityProvider } from '../../../src/identity/provider.js';
import { problemsOfPromise } from '../fakes.js';
import { CHOSEN, DEFAULT, json, type Service, serve, VAULT, World } from './world.js';

const REQUEST_TOKEN = 'request-token-0123456789';
const AZURE_AUDIENCE = 'api://AzureADTokenExchange';

let world: World;
const open: Service[] = [];
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  for (const service of open.splice(0)) service.close();
});

async function service(
  answer: (request: IncomingMessage, response: ServerResponse, number: number) => void,
): Promise<Service> {
  const made = await serve(answer);
  open.push(made);
  world.environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${made.origin}/path-of-run/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    SYSTEM_OIDCREQUESTURI: `${made.origin}/acme/_apis/distributedtask/hubs/build/oidctoken`,
    SYSTEM_TEAMFOUNDATIONSERVERURI: `${made.origin}/acme/`,
    SYSTEM_ACCESSTOKEN: REQUEST_TOKEN,
    GCE_METADATA_HOST: made.origin.replace('http://', ''),
    AZURE_POD_IDENTITY_AUTHORITY_HOST: made.origin,
  };
  return made;
}

/** What each service answers with a token. */
const PROVIDERS: readonly [
  IdentityProvider['name'],
  IdentityProvider,
  (response: ServerResponse, text: string) => void,
][] = [
  ['github', github, (response, value) => json(response, { value })],
  ['azure-devops', azureDevops, (response, oidcToken) => json(response, { oidcToken })],
  ['gcp', gcp, (response, text) => void response.writeHead(200, { 'metadata-flavor': 'Google' }).end(text)],
  [
    'azure-imds',
    azureImds,
    (response, access_token) => json(response, { access_token, expires_in: '86399' }),
  ],
];

async function problemOf(promise: Promise<unknown>): Promise<SeguraError> {
  const [problem] = await problemsOfPromise(promise);
  if (problem === undefined) throw new Error('nothing was wrong');
  return problem;
}

describe('the request', () => {
  test('to GitHub has the audience encoded behind the query that is there, and the bearer', async () => {
    const text = world.token({ aud: 'a b&c=d' });
    const { requests } = await service((_, response) => json(response, { value: text }));
    const { token } = await github.fetchToken({ value: 'a b&c=d', isChosen: true }, world.context);
    expect(token.reveal()).toBe(text);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: '/path-of-run/idtoken?api-version=2.0&audience=a%20b%26c%3Dd',
      headers: { authorization: `Bearer ${REQUEST_TOKEN}` },
    });
  });

  test('to Azure DevOps is an empty POST with the documented headers and version', async () => {
    const text = world.token({ aud: AZURE_AUDIENCE });
    const { requests } = await service((_, response) => json(response, { oidcToken: text }));
    expect((await azureDevops.fetchToken(DEFAULT, world.context)).token.reveal()).toBe(text);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/acme/_apis/distributedtask/hubs/build/oidctoken?api-version=7.1',
      headers: {
        authorization: `Bearer ${REQUEST_TOKEN}`,
        'content-type': 'application/json',
        'content-length': '0',
        'x-tfs-fedauthredirect': 'Suppress',
      },
    });
  });

  test('to Google Cloud and to Azure asks for the audience, with the header that keeps forged requests out', async () => {
    const text = world.token();
    const google = await service((_, response) => PROVIDERS[2]?.[2](response, text));
    await gcp.fetchToken(CHOSEN, world.context);
    expect(google.requests[0]).toMatchObject({
      url: `/computeMetadata/v1/instance/service-accounts/default/identity?audience=${encodeURIComponent(VAULT)}&format=full`,
      headers: { 'metadata-flavor': 'Google' },
    });
    const azure = await service((_, response) => json(response, { access_token: text }));
    world.environment['AZURE_CLIENT_ID'] = 'one-of-two';
    await azureImds.fetchToken(CHOSEN, world.context);
    expect(azure.requests[0]).toMatchObject({
      url: `/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${encodeURIComponent(VAULT)}&client_id=one-of-two`,
      headers: { metadata: 'true' },
    });
  });
});

describe.each(PROVIDERS)('%s', (name, provider, answer) => {
  const bears = ['github', 'azure-devops'].includes(name);
  const fetched = () => provider.fetchToken(DEFAULT, world.context);

  test('hides the request token, the token and its three parts before it is returned', async () => {
    const text = world.token();
    await service((_, response) => answer(response, text));
    const { expiresAtMs } = await fetched();
    expect(world.hidden).toEqual([...(bears ? [REQUEST_TOKEN] : []), text, ...text.split('.')]);
    expect(expiresAtMs).toBe(world.clock.now + 300_000);
  });

  test.each([429, 502, 503, 504])('tries again after HTTP %i', async (status) => {
    const text = world.token();
    const { requests } = await service((_, response, number) =>
      number === 1 ? json(response, { message: 'hunter2' }, status) : answer(response, text),
    );
    expect((await fetched()).token.reveal()).toBe(text);
    expect([requests.length, world.clock.sleeps.length]).toEqual([2, 1]);
  });

  test('tries again after a broken connection', async () => {
    const text = world.token();
    const { requests } = await service((request, response, number) =>
      number === 1 ? request.socket.destroy() : answer(response, text),
    );
    expect((await fetched()).token.reveal()).toBe(text);
    expect(requests).toHaveLength(2);
  });

  test.each([400, 401, 403])('asks once if the service rejects with HTTP %i', async (status) => {
    const { requests } = await service((_, response) => json(response, { message: 'hunter2' }, status));
    const problem = await problemOf(fetched());
    expect([problem.code, requests.length]).toEqual(['IDENTITY_UNAVAILABLE', 1]);
    expect(problem.message).toContain(`HTTP ${status}`);
  });

  test('gives up after six tries, and before the deadline', async () => {
    const first = await service((_, response) => json(response, {}, 503));
    expect((await problemOf(fetched())).code).toBe('IDENTITY_UNAVAILABLE');
    expect(first.requests).toHaveLength(6);
    world.deadlineMs = 2_000;
    const second = await service((_, response) => json(response, {}, 503));
    const before = world.clock.now;
    await problemOf(fetched());
    expect(second.requests.length).toBeLessThan(6);
    expect(world.clock.now - before).toBeLessThan(2_000);
  });

  test('waits as long as Retry-After says', async () => {
    const text = world.token();
    await service((_, response, number) =>
      number === 1 ? void response.writeHead(503, { 'retry-after': '7' }).end() : answer(response, text),
    );
    await fetched();
    expect(world.clock.sleeps).toEqual([7_000]);
  });

  test('a server that hangs ends with the cancellation of the job', async () => {
    let arrived = (): void => undefined;
    const asked = new Promise<void>((done) => {
      arrived = done;
    });
    await service(() => arrived());
    const promise = problemOf(fetched());
    await asked;
    world.stop.abort();
    expect((await promise).code).toBe('CANCELLED');
  });

  test('a server that hangs ends with the timeout of each request', async () => {
    world.timeoutMs = 40;
    const { requests } = await service(() => undefined);
    const problem = await problemOf(fetched());
    expect(problem.message).toContain('the time was over');
    expect(requests.length).toBeGreaterThan(1);
  });

  test('a redirect is not followed', async () => {
    const { requests } = await service((_, response) =>
      response.writeHead(302, { location: '/elsewhere?hunter2' }).end(),
    );
    expect((await problemOf(fetched())).message).toMatch(/a redirect \(HTTP 302\), which is not followed/);
    expect(requests).toHaveLength(1);
  });

  test.each<[string, string, RegExp]>([
    ['a page of a portal', '<html><body>hunter2</body></html>', /HTML|not from Google|no identity token has/],
    ['1 MB', `{"value":"${'x'.repeat(1_000_000)}"}`, /more than 64 KB/],
    ['11 MB', 'x'.repeat(11_000_000), /larger than 10 MiB/],
    ['nothing', '', /not JSON|is empty|not from Google/],
    ['JSON without a token', '{"hunter2":1}', /JSON without|not from Google/],
    ['JSON with a list', '{"value":["x"],"oidcToken":{},"access_token":1}', /JSON without|not from Google/],
    [
      'a token with a line break',
      '{"value":"a\\nb","oidcToken":"a\\nb","access_token":"a\\nb"}',
      /no identity token has|not from Google/,
    ],
  ])('a reply that is %s is rejected', async (_, body, says) => {
    await service((_request, response) => response.end(body));
    const problem = await problemOf(fetched());
    expect(problem.code).toBe('IDENTITY_UNAVAILABLE');
    expect(problem.message).toMatch(says);
  });

  test('no error and no line of the log has the token, the request token, the path or words of the server', async () => {
    const said: string[] = [];
    for (const answerOf of [
      (response: ServerResponse) => json(response, { message: 'hunter2' }, 403),
      (response: ServerResponse) => void response.end('hunter2'),
      (response: ServerResponse) => answer(response, world.token({ aud: 'other' })),
      (response: ServerResponse) => answer(response, 'hunter2 hunter2'),
      (response: ServerResponse) => void response.writeHead(302, { location: 'https://hunter2' }).end(),
    ]) {
      await service((_, response) => answerOf(response));
      const [problem] = await problemsOfPromise(provider.fetchToken(CHOSEN, world.context));
      expect(problem?.code).toBe('IDENTITY_UNAVAILABLE');
      said.push(`${problem?.message} ${problem?.remedy}`);
    }
    const all = [...said, ...world.lines].join('\n');
    expect(all).toContain('iss "https://issuer.example.com", aud "other"');
    expect(all).not.toMatch(/hunter2|path-of-run|api-version=2\.0|c2lnbmF0dXJl|eyJ/);
    expect(all).not.toContain(REQUEST_TOKEN);
  });

  test('a token that seems to have expired as it is issued is used, and the clock is named', async () => {
    const text = world.token({ exp: world.nowSeconds - 600 });
    await service((_, response) => answer(response, text));
    expect((await fetched()).token.reveal()).toBe(text);
    expect(world.lines.join('\n')).toMatch(
      /expired at .+ UTC; the clock of this machine says .+ check the clock/,
    );
  });
});

describe('what a job lacks', () => {
  test.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])(
    'on GitHub without %s the error has the permission to add, and names forks',
    async (name) => {
      world.environment = {
        ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com/?a=b',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
        [name]: '',
      };
      const problem = await problemOf(github.fetchToken(DEFAULT, world.context));
      expect([problem.code, problem.message]).toEqual([
        'IDENTITY_UNAVAILABLE',
        `GitHub gives this job no identity token: ${name} is missing.`,
      ]);
      expect(problem.remedy).toMatch(/permissions: \{ contents: read, id-token: write \}.+fork/);
    },
  );

  test('in Azure Pipelines an old agent, and a script without the token of the job, have their own words', async () => {
    const old = await problemOf(azureDevops.fetchToken(DEFAULT, world.context));
    expect(`${old.message} ${old.remedy}`).toMatch(/System\.OidcRequestUri is missing.+Update the agent/);
    world.environment = { SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/acme' };
    const script = await problemOf(azureDevops.fetchToken(DEFAULT, world.context));
    expect(script.remedy).toContain('env: { SYSTEM_ACCESSTOKEN: $(System.AccessToken) }');
  });

  test('an address that is not https gets no request token, and is not shown', async () => {
    for (const url of ['http://token.example.com/hunter2', 'hunter2', 'file:///hunter2']) {
      world.environment = {
        ACTIONS_ID_TOKEN_REQUEST_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
      };
      const problem = await problemOf(github.fetchToken(DEFAULT, world.context));
      expect(problem.message).toBe('Environment variable ACTIONS_ID_TOKEN_REQUEST_URL is not an https URL.');
    }
  });

  test('a metadata host that is neither of a cloud, nor loopback, nor https is rejected', async () => {
    world.environment = {
      GCE_METADATA_HOST: 'evil.example.com',
      AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://10.0.0.1',
    };
    for (const provider of [gcp, azureImds])
      expect((await problemOf(provider.fetchToken(DEFAULT, world.context))).code).toBe('INPUT_INVALID');
  });

  test('Azure says that a chosen audience has to be its own', async () => {
    await service((_, response) => json(response, { oidcToken: world.token({ aud: AZURE_AUDIENCE }) }));
    const problem = await problemOf(azureDevops.fetchToken(CHOSEN, world.context));
    expect(problem.message).toContain(`for the audience "${AZURE_AUDIENCE}", not for "${VAULT}"`);
    expect(problem.remedy).toContain('Leave "oidc-audience" out');
  });

  test('the metadata service of Azure is asked again while it restarts', async () => {
    const text = world.token();
    const { requests } = await service((_, response, number) =>
      number < 3 ? json(response, {}, number === 1 ? 404 : 410) : json(response, { access_token: text }),
    );
    await azureImds.fetchToken(DEFAULT, world.context);
    expect(requests).toHaveLength(3);
  });
});

describe('the access token of an Azure job', () => {
  const SERVICES = 'https://app.vstoken.visualstudio.com';
  const job = (address: string, server: string, issuer?: string): void => {
    world.environment = {
      SYSTEM_OIDCREQUESTURI: address,
      SYSTEM_TEAMFOUNDATIONSERVERURI: server,
      SYSTEM_ACCESSTOKEN: issuer === undefined ? REQUEST_TOKEN : world.token({ iss: issuer }),
    };
  };
  const asked: string[] = [];
  const outcome = async (): Promise<string> => {
    asked.length = 0;
    const send = async (url: URL) => {
      asked.push(url.host);
      return { status: 403, headers: {}, text: '' };
    };
    return (await problemOf(azureDevops.fetchToken(DEFAULT, { ...world.context, send }))).message;
  };

  test.each([
    ['https://dev.azure.com/acme/x', 'https://dev.azure.com/acme/'],
    ['https://acme.visualstudio.com/x', 'https://acme.visualstudio.com/'],
    ['https://dev.azure.com/acme/x', 'https://vsrm.dev.azure.com/acme/'],
    ['https://tfs.corp.example/x', 'https://tfs.corp.example/tfs/'],
  ])('goes to %s if the server is %s', async (address, server) => {
    job(address, server);
    expect(await outcome()).toContain('refused to issue a token (HTTP 403)');
    expect(asked).toEqual([new URL(address).host]);
  });

  test.each([
    ['https://evil.example/x', 'https://dev.azure.com/acme/', undefined],
    ['https://dev.azure.com.evil.example/x', 'https://dev.azure.com/acme/', undefined],
    ['https://notvisualstudio.com/x', 'https://dev.azure.com/acme/', undefined],
    ['http://dev.azure.com/x', 'https://dev.azure.com/acme/', undefined],
    ['http://127.0.0.1:9/x', 'https://dev.azure.com/acme/', undefined],
    ['https://evil.example/x', '', undefined],
    // A step that sets one of these variables can set both.
    ['https://evil.example/x', 'https://evil.example/', SERVICES],
    ['https://evil.example/x', 'https://evil.example/', 'app.vstoken.visualstudio.com'],
  ])('does not go to %s if the server is %s (%#)', async (address, server, issuer) => {
    job(address, server, issuer);
    expect(await outcome()).toMatch(/which is not Azure DevOps|is not an https URL/);
    expect(asked).toEqual([]);
  });
});
