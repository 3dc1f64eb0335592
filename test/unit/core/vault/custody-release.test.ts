import { describe, expect, test } from 'vitest';
import { type HttpReply, TransportFailure } from '../../../../src/core/transport.js';
import { Pam } from '../../../../src/core/vault/pam.js';
import {
  type Answering,
  codesOf,
  json,
  type Line,
  lineTo,
  NO_ROUTE,
  NOT_IN_CUSTODY,
  problemsOfPromise,
  refusal,
  sessionOver,
  success,
  token,
} from '../../fakes.js';

const page = (status: number, headers: Record<string, string> = {}): HttpReply => ({
  status,
  headers: { 'content-type': 'text/html', ...headers },
  text: '<html><body>Please sign in</body></html>',
});
const text = (status: number, body: string): HttpReply => ({ status, headers: {}, text: body });
const half = text(200, success().text.slice(0, 40));

/** What something between us and the vault answers in its place, or half of what the vault said. */
const ODD: Record<string, HttpReply | Error> = {
  'a web page (200)': page(200),
  'the page of a filter (403)': page(403),
  'a redirect (302)': page(302, { location: 'https://portal.example/' }),
  'a 401 without a word': page(401),
  'a 404 without a word': page(404),
  'a 410 of a gateway': text(410, 'Gone'),
  'a 400 without a word': text(400, 'Bad Request'),
  'a 405 without a word': text(405, ''),
  'half of the JSON': half,
  'an empty reply': text(200, ''),
  'no object': json(200, []),
  'an error without code or known text': json(400, { response: { status: 400, error: true, message: 'x' } }),
  'an unexpected error (500)': json(500, {
    response: { status: 500, error: true, message: 'Unexpected error' },
  }),
  'a reply that is too large': new TransportFailure('too-large', false, '10 MiB'),
  'a proxy that does not connect': new TransportFailure('proxy', true, 'HTTP 403'),
  'the certificate of a portal': new TransportFailure('tls', true, 'SELF_SIGNED_CERT_IN_CHAIN'),
  'a gateway that speaks no TLS yet': new TransportFailure('tls', true, 'ERR_SSL_WRONG_VERSION_NUMBER'),
  'the certificate of another proxy': new TransportFailure('proxy-tls', true, 'CERT_HAS_EXPIRED'),
};

function releasing(answer: Answering, { isPersistent = true, deadlineMs = 54_000, paths = ['api'] } = {}) {
  let releases = 0;
  const line: Line = lineTo(
    (request, number) => {
      if (request.method === 'POST') return answer(request, number);
      if (!paths.some((prefix) => request.path.startsWith(`/${prefix}/`))) return NO_ROUTE;
      releases += 1;
      return answer(request, releases);
    },
    { isPersistent, deadlineMs, retries: Number.POSITIVE_INFINITY },
  );
  const pam = new Pam(line.exchange, sessionOver(line), 'auto');
  const lines = (method: string) => line.transport.lines.filter((each) => each.startsWith(method));
  return { line, pam, lines };
}

/** `odd` to the first `times` requests of `method`, and what the vault says to the others. */
const first = (method: string, odd: HttpReply | Error, last: HttpReply = success(), times = 1): Answering => {
  let met = 0;
  return (request) => {
    if (request.method === method && met < times) {
      met += 1;
      return odd;
    }
    return request.method === 'POST' ? token() : last;
  };
};

describe('a release that is not to be given up', () => {
  test.each(Object.entries(ODD))('is repeated after %s', async (_, odd) => {
    const { pam, line } = releasing(first('DELETE', odd, success(), 2));
    expect(await pam.release('94', undefined)).toBe('released');
    expect(line.clock.sleeps.every((ms) => ms > 0)).toBe(true);
  });

  test.each(Object.entries(ODD))('logs in once more after %s to the login', async (_, odd) => {
    // The two forms of a login are one try of it.
    const { pam } = releasing(first('POST', odd, success(), 4));
    expect(await pam.release('94', undefined)).toBe('released');
  });

  test.each(Object.entries(ODD))(
    'ends at its deadline, with that, where %s is all that comes',
    async (_, odd) => {
      const { pam, line, lines } = releasing(first('DELETE', odd, success(), Number.POSITIVE_INFINITY));
      const startedMs = line.clock.now;
      const [problem] = await problemsOfPromise(pam.release('94', undefined));
      expect(problem?.code).toMatch(
        /^(ACCESS_DENIED|REDIRECTED|REPLY_MALFORMED|NO_SUCH_ROUTE|VAULT_FAILED|PROXY_FAILED|TLS_UNTRUSTED)$/,
      );
      expect(line.clock.now - startedMs).toBeLessThan(54_000);
      expect(line.clock.now - startedMs).toBeGreaterThan(40_000);
      expect(lines('DELETE').length).toBeLessThan(40);
    },
  );

  test('is not repeated after the vault has rejected the client certificate', async () => {
    const alert = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';
    const failure = new TransportFailure('client-certificate', true, alert);
    const { pam, lines } = releasing(first('DELETE', failure, success(), Number.POSITIVE_INFINITY));
    const [problem] = await problemsOfPromise(pam.release('94', undefined));
    expect(problem?.code).toBe('CLIENT_CERTIFICATE_REJECTED');
    expect(lines('DELETE')).toHaveLength(1);
  });

  test.each<[string, HttpReply, string]>([
    ['no access (1009)', refusal(1009, 'No access to credential'), 'ACCESS_DENIED'],
    ['no permission (1039)', refusal(1039, 'Without PAM Configuration Access permission'), 'ACCESS_DENIED'],
    ['an address that is not allowed', json(403, { message: 'IP not allowed' }), 'ACCESS_DENIED'],
    ['no such route, at both', NO_ROUTE, 'NO_SUCH_ROUTE'],
    ['an error inside a success', { ...refusal(1009, 'No access'), status: 200 }, 'ACCESS_DENIED'],
  ])('takes the own word of the vault at once: %s', async (_, reply, code) => {
    const { pam, line } = releasing(first('DELETE', reply, success(), Number.POSITIVE_INFINITY));
    expect(codesOf(await problemsOfPromise(pam.release('94', undefined)))).toEqual([code]);
    expect(line.clock.sleeps).toEqual([]);
  });

  test('takes the rejection of its login by the vault at once', async () => {
    const rejected = json(401, { error: 'invalid_client' });
    const { pam, line } = releasing(first('POST', rejected, success(), Number.POSITIVE_INFINITY));
    expect(codesOf(await problemsOfPromise(pam.release('94', undefined)))).toEqual(['TOKEN_REJECTED']);
    expect(line.clock.sleeps).toEqual([]);
  });

  test('logs in again once after a 401, for all that are released with that token', async () => {
    const { pam, lines } = releasing(({ method, headers }, number) => {
      if (method === 'POST') return token(`token-${number}`);
      return headers['authorization'] === 'Bearer token-1' ? page(401) : success();
    });
    const released = await Promise.all(['94', '95', '96'].map((name) => pam.release(name, undefined)));
    expect(released).toEqual(['released', 'released', 'released']);
    expect(lines('POST')).toHaveLength(2);
  });

  test('logs in again after each token that expired while the vault was down', async () => {
    let logins = 0;
    let upAtMs: number | undefined;
    const { pam, line, lines } = releasing(({ method }) => {
      if (method === 'POST') {
        logins += 1;
        return token(`token-${logins}`);
      }
      // Each token is sent into an outage of 6 s, and is over when the vault is up.
      upAtMs ??= line.clock.now + 6_000;
      if (line.clock.now < upAtMs) return page(503);
      upAtMs = undefined;
      return logins < 3 ? page(401) : success();
    });
    expect(await pam.release('94', undefined)).toBe('released');
    expect(lines('POST')).toHaveLength(3);
  });

  test('does not log in again and again', async () => {
    const { pam, lines } = releasing(first('DELETE', page(401), success(), Number.POSITIVE_INFINITY));
    expect(codesOf(await problemsOfPromise(pam.release('94', undefined)))).toEqual(['ACCESS_DENIED']);
    expect(lines('POST')).toHaveLength(2);
  });

  test('counts custody that is no longer held as released after an earlier attempt', async () => {
    const { pam } = releasing(first('DELETE', page(403), NOT_IN_CUSTODY));
    expect(await pam.release('94', undefined)).toBe('released');
    const refused = releasing(first('DELETE', page(404), NOT_IN_CUSTODY));
    expect(await refused.pam.release('94', undefined)).toBe('not-held');
  });

  test('finds the prefix of an old vault without a pause', async () => {
    const { pam, line } = releasing(({ method }) => (method === 'POST' ? token() : success()), {
      paths: ['iso'],
    });
    expect(await pam.release('94', undefined)).toBe('released');
    expect(line.clock.sleeps).toEqual([]);
  });

  test('ends when it is aborted', async () => {
    const { pam, line } = releasing(first('DELETE', page(403), success(), Number.POSITIVE_INFINITY));
    line.clock.onSleep = () => line.stop.abort();
    expect(codesOf(await problemsOfPromise(pam.release('94', undefined)))).toEqual(['ACCESS_DENIED']);
    expect(line.clock.sleeps).toHaveLength(1);
  });
});

test('a release that may be given up is tried once', async () => {
  const { pam, lines } = releasing(first('DELETE', page(403)), { isPersistent: false });
  expect(codesOf(await problemsOfPromise(pam.release('94', undefined)))).toEqual(['ACCESS_DENIED']);
  expect(lines('DELETE')).toHaveLength(1);
});
