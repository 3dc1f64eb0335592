import { type Claim, checkClaims, claim } from './claims.js';
import type { Credential } from './credential.js';
import type { DsmSecret } from './dsm.js';
import { collect, type SeguraError } from './errors.js';
import { type Found, findInCredential, findInDsm } from './lookup.js';
import type { SecretRequest } from './plan.js';

/** One value bound to one place. */
export interface Binding {
  readonly found: Found;
  readonly custody: boolean;
  readonly target: Target;
}

export type Target =
  /** `content` "path": the value goes to a private file, and the name gets its path. */
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly content: 'value' | 'path';
      readonly env: boolean;
      readonly output: boolean;
    }
  | { readonly kind: 'file'; readonly path: string };

/**
 * What was fetched, bound to where it was asked to go; every problem at once goes to `problems`.
 *
 * Errors put there: those of lookup.ts, NAME_COLLISION, NAME_RESERVED. `credentials` lacks those that could not be read.
 */
export function bind(
  requests: readonly SecretRequest[],
  secrets: readonly DsmSecret[],
  credentials: ReadonlyMap<string, Credential>,
  exportEnv: boolean,
  problems: SeguraError[],
): Binding[] {
  const bindings = new Map<string, Binding>();
  const claims: Claim[] = [];
  for (const request of requests) {
    const found = collect(problems, () => find(request, secrets, credentials)) ?? [];
    for (const each of found) {
      for (const destination of request.destinations) {
        const wish = claim(request, destination, each.origin, exportEnv);
        claims.push(wish);
        const output = destination.kind !== 'env';
        const target: Target =
          wish.kind === 'file'
            ? { kind: 'file', path: wish.name }
            : { kind: 'name', name: wish.name, content: wish.content, env: wish.env, output };
        // Two lines may ask for the same thing, a wildcard and a name for instance: it is written once.
        bindings.set(JSON.stringify(target), {
          found: each,
          custody: request.source.kind === 'pam',
          target,
        });
      }
    }
  }
  problems.push(...checkClaims(claims));
  return [...bindings.values()];
}

function find(
  request: SecretRequest,
  secrets: readonly DsmSecret[],
  credentials: ReadonlyMap<string, Credential>,
): Found[] {
  const { source } = request;
  if (source.kind === 'dsm') return findInDsm(request, source, secrets);
  const credential = credentials.get(source.credential);
  return credential === undefined ? [] : findInCredential(request, source, credential);
}
