import { execFileSync } from 'node:child_process';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GITHUB_ISSUER, githubClaims } from './identity-claims.js';
import { type Issuer, startIssuer } from './issuer.js';
import { lacks, pathOf } from './skips.js';

let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer({ issuerUrl: GITHUB_ISSUER });
});
afterAll(() => issuer.stop());

function get(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => resolve(text));
    });
    asked.once('error', reject).end();
  });
}

test('serves its public keys over TLS', async () => {
  const served = JSON.parse(await get(issuer.jwksUrl, issuer.caCertificate));
  expect(served).toEqual(issuer.jwks);
  expect(served.keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', kid: expect.any(String) });
  expect(served.keys[0]).not.toHaveProperty('d');
});

const PYTHON = { ...process.env, PYTHONPATH: process.env['SEGURA_TEST_PYJWT'] ?? '' };

describe.skipIf(lacks('PyJWT', hasPyJwt()))('PyJWT', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'accepts a token signed with %s, and its claims',
    async (algorithm) => {
      await issuer.addKey(algorithm);
      const token = await issuer.token(githubClaims('https://vault.example'));
      const key = JSON.stringify(issuer.jwks.keys.at(-1));
      const claims = JSON.parse(
        execFileSync(
          'python3',
          ['-c', VERIFY, token, key, algorithm, GITHUB_ISSUER, 'https://vault.example'],
          {
            encoding: 'utf8',
            env: PYTHON,
          },
        ),
      );
      expect(claims).toMatchObject({
        iss: GITHUB_ISSUER,
        sub: 'repo:acme@1234/billing@5678:ref:refs/heads/main',
      });
    },
  );
});

const VERIFY = `
import json, sys, jwt
token, key, algorithm, issuer, audience = sys.argv[1:]
print(json.dumps(jwt.decode(token, jwt.PyJWK(json.loads(key)).key, [algorithm], audience=audience, issuer=issuer)))
`;

function hasPyJwt(): boolean {
  if (pathOf('python3') === '') return false;
  try {
    execFileSync('python3', ['-c', 'import jwt, cryptography'], { stdio: 'ignore', env: PYTHON });
    return true;
  } catch {
    return false;
  }
}
