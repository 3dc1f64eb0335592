import { expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { LIBRARY_WORDS } from '../../../../src/core/library/words.js';
import { render } from '../../../../src/core/text.js';
import { type HttpReply, TransportFailure } from '../../../../src/core/transport.js';
import { readUrl } from '../../../../src/core/vault/connection/url.js';
import { listSecrets } from '../../../../src/core/vault/dsm.js';
import { Pam } from '../../../../src/core/vault/pam.js';
import {
  HELD_BY_ANOTHER,
  json,
  lineTo,
  problemsIn,
  problemsOfPromise,
  sessionOver,
  token,
} from '../../fakes.js';

/** An error as the caller of a library would read it: only the words are of the library. */
function asCallerSees([problem]: readonly SeguraError[]): string[] {
  if (problem === undefined) throw new Error('nothing failed');
  const { code, messageText, remedyText } = problem;
  return [code, ...[messageText, remedyText].map((text) => render(text, LIBRARY_WORDS))];
}

const witness = {
  leaves: async () => undefined,
  givenUp: () => undefined,
  replied: () => undefined,
  refused: () => undefined,
  notTaken: () => undefined,
};

async function readOver(answer: HttpReply | Error, endpoint: 'auto' | 'coe' = 'auto', name = '94') {
  const line = lineTo(({ path }) => (path.includes('oauth') ? token() : answer), { retries: 0 });
  const pam = new Pam(line.exchange, sessionOver(line), endpoint);
  return asCallerSees(await problemsOfPromise(pam.read(name, true, witness)));
}

test('an invalid address', () => {
  expect(asCallerSees(problemsIn(() => readUrl('vault.example.com')))).toEqual([
    'INPUT_INVALID',
    'Option `url` is "vault.example.com", which is not a valid URL.',
    'Pass `url: "https://vault.example.com"`',
  ]);
});

test('a login that the vault rejects', async () => {
  const line = lineTo(() => json(401, { error: 'invalid_client' }));
  const problems = await problemsOfPromise(listSecrets(line.exchange, sessionOver(line), 'auto'));
  expect(asCallerSees(problems)).toEqual([
    'TOKEN_REJECTED',
    'POST /iso/oauth2/token: the vault rejected the client credentials (HTTP 401).',
    "Check `clientId` and `clientSecret`, and in the vault that the authorization is active, has not expired, and allows this machine's address.",
  ]);
});

test('a vault that is not reached', async () => {
  const [, , remedy] = await readOver(new TransportFailure('unreachable', true, 'ECONNREFUSED'));
  expect(remedy).toBe('Check `url`, that this machine can reach the vault, and `proxy` if you use one.');
});

test('custody that another client holds', async () => {
  expect(await readOver(HELD_BY_ANOTHER)).toEqual([
    'CUSTODY_HELD',
    'Credential 94 is in the custody of another client (HTTP 400, code 1050).',
    'Let those who share it run one after another, or let its policy allow simultaneous viewing.',
  ]);
});

test("a user's name is not changed", async () => {
  expect(await readOver(json(200, {}), 'coe', 'the runner"client-id"')).toEqual([
    'CREDENTIAL_NOT_FOUND',
    'Credential the runner"client-id" cannot be read by name at `pamEndpoint: "coe"`.',
    'Ask for it by its number, or pass `pamEndpoint: "auto"`.',
  ]);
});
