import { problemsOf, type SeguraError, throwIfAny } from '../errors.js';
import type { FoundField } from '../requests/found-field.js';
import type { SecretRequest } from '../requests/request.js';
import type { Credential } from '../vault/credential.js';
import type { DsmSecret } from '../vault/dsm.js';
import { findInCredential, findInDsm } from './find.js';

/** The secrets and credentials from the vault. */
export interface Fetched {
  readonly secrets: readonly DsmSecret[];
  /** Those that were provisioned for this run, by identity. */
  readonly leased?: ReadonlyMap<string, readonly DsmSecret[]> | undefined;
  /** Lacks those that could not be read. */
  readonly credentials: ReadonlyMap<string, Credential>;
}

interface Outcome {
  /** The object that was searched: a credential that is read again may have a different password. */
  readonly searched: Searched;
  readonly found: readonly FoundField[];
  readonly problems: readonly SeguraError[];
}

type Searched = readonly DsmSecret[] | Credential;

/**
 * The fields that each request means. Each request is searched only once, although its fields are needed twice: first for
 * masks, then for names.
 */
export class Finder {
  readonly #outcomes = new Map<SecretRequest, Outcome>();

  /** Empty for a credential that was not read. Errors: those of findInDsm and findInCredential, the same ones each time. */
  find(request: SecretRequest, fetched: Fetched): readonly FoundField[] {
    const outcome = this.#outcome(request, fetched);
    throwIfAny(outcome?.problems ?? []);
    return outcome?.found ?? [];
  }

  /** The same, but empty if the request has problems: the binding reports them. */
  findAny(request: SecretRequest, fetched: Fetched): readonly FoundField[] {
    return this.#outcome(request, fetched)?.found ?? [];
  }

  #outcome(request: SecretRequest, { secrets, leased, credentials }: Fetched): Outcome | undefined {
    const { source } = request;
    const ofDsm = source.kind === 'dsm' && source.isDynamic ? leased?.get(source.identity ?? '') : secrets;
    const searched = source.kind === 'dsm' ? ofDsm : credentials.get(source.credential);
    if (searched === undefined) return undefined;
    const earlier = this.#outcomes.get(request);
    if (earlier?.searched === searched) return earlier;
    const outcome = outcomeOf(request, searched);
    this.#outcomes.set(request, outcome);
    return outcome;
  }
}

function outcomeOf(request: SecretRequest, searched: Searched): Outcome {
  const { source } = request;
  try {
    const found =
      source.kind === 'dsm'
        ? findInDsm(request, source, searched as readonly DsmSecret[])
        : findInCredential(request, source, searched as Credential);
    return { searched, found, problems: [] };
  } catch (error) {
    return { searched, found: [], problems: problemsOf(error) };
  }
}
