import type { Fault, FaultRule } from '../vault/index.js';
import type { ServiceReply } from './token-service.js';

/**
 * What comes instead of the vault's own answer to the release of custody: from a filter, a gateway or a portal on the way,
 * or of a vault that just starts. `handled`: the vault has still released.
 */
export const ODD_ANSWERS: Readonly<Record<string, Fault>> = {
  'a sign-in page (200)': { kind: 'html' },
  'the page of a filter (403)': { kind: 'html', status: 403 },
  'the page of a filter (403) after the release': { kind: 'html', status: 403, handled: true },
  'a redirect': { kind: 'redirect', location: 'https://portal.example.com/' },
  'a 401 without a word': { kind: 'status', status: 401 },
  'a 404 without a word': { kind: 'status', status: 404 },
  'half of the JSON': { kind: 'truncated' },
  'no JSON': { kind: 'notJson' },
  'an unexpected error': { kind: 'unexpectedError' },
};

/** One such answer to each of the first requests that release, and to the first login. */
export function oddRules(fault: Fault, releases = 1): FaultRule[] {
  return [
    { match: { method: 'DELETE' }, times: releases, fault },
    { match: { method: 'POST', path: /oauth2/ }, times: 2, fault },
  ];
}

/** What comes instead of an identity token. */
export const ODD_TOKENS: Readonly<Record<string, ServiceReply>> = {
  'a sign-in page (200)': { status: 200, body: '<!DOCTYPE html><title>Sign in</title>' },
  'the page of a filter (403)': { status: 403, body: '<html><h1>Blocked</h1></html>' },
  'a redirect': { status: 302, body: '', headers: { location: 'https://portal.example.com/' } },
  'JSON without a token': { status: 200, body: { count: 0 } },
  'half of the JSON': { status: 200, body: '{"count": 1200, "val' },
  'a failure (500)': { status: 500, body: 'Internal Server Error' },
};
