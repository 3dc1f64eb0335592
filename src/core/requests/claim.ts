import { englishName } from '../credential-name.js';
import type { Place } from '../ports.js';
import type { Text } from '../text.js';
import { type Destination, kindText } from './destination.js';
import { type SecretRequest, type Source, showField } from './request.js';
import { labelled } from './variable-names.js';

/** A claim of one source on one destination. */
export interface NameClaim extends Place {
  readonly source: Source;
  /** What the request asked for. */
  readonly asked: Source;
  /** True when that is more than this one field. */
  readonly wildcard: boolean;
  /** The text before the name in a request line: `output:`, or nothing. */
  readonly place: Text;
  readonly where: Text;
}

/** The claims that are known from the text of the requests, before the vault has named any field. */
export function staticClaims(requests: readonly SecretRequest[], exportEnv: boolean): NameClaim[] {
  return requests.flatMap((request) =>
    request.destinations.flatMap((destination) => {
      const field = request.source.field;
      if ('wildcard' in destination && destination.wildcard && field === undefined) return [];
      return [claimFor(request, destination, request.source, exportEnv)];
    }),
  );
}

/** The claim of a request whose `source`, by now one field, goes to `destination`. */
export function claimFor(
  request: SecretRequest,
  destination: Destination,
  source: Source,
  exportEnv: boolean,
): NameClaim {
  const { kind } = destination;
  const { where, source: asked } = request;
  const common = { source, asked, where, place: kindText(kind) } as const;
  if (kind === 'file') {
    const file = { kind, name: destination.path, content: 'value', env: false, output: false } as const;
    return { ...common, ...file, wildcard: false };
  }
  if (kind === 'inject') {
    // Each of all fields of a source has a name of its own.
    const name = asked.field === undefined ? destination.name + showField(source.field) : destination.name;
    const place = { kind, name, content: 'value', env: false, output: false } as const;
    return { ...common, ...place, wildcard: false };
  }
  const { name, wildcard, named } = destination;
  const label = source.field ?? '';
  return {
    ...common,
    kind: 'name',
    name: wildcard ? (named === undefined ? labelled(name, label) : name + named(label)) : name,
    content: kind === 'path' ? 'path' : 'value',
    env: kind === 'env' || (kind !== 'output' && exportEnv),
    output: kind !== 'env',
    wildcard: asked.field === undefined,
  };
}

/** What the text of requests shows before the vault is asked. A run works it out once. */
export interface Needs {
  /** The names and files that the text of the requests claims. */
  readonly claims: readonly NameClaim[];
  /** Each wanted credential once, with whether its password is wanted. */
  readonly credentials: ReadonlyMap<string, boolean>;
  /** The identities of the secrets that are provisioned, each once. */
  readonly leases: readonly string[];
  /** The names of the secret files that are known already. */
  readonly fileNames: readonly string[];
  /** Whether any private file will be written, also one that the vault has yet to name. */
  readonly writesFiles: boolean;
  /** Whether any file of the job gets a value. */
  readonly changesFiles: boolean;
  /** Those among the credentials that are SSH keys, each once. */
  readonly keys: readonly string[];
  /** What is given of the hosts that ssh is to know; the check of ssh-check.ts reads it. */
  readonly knownHosts: string;
}

export function needsOf(requests: readonly SecretRequest[], exportEnv: boolean, knownHosts = ''): Needs {
  const claims = staticClaims(requests, exportEnv);
  const kinds = new Set(requests.flatMap(({ destinations }) => destinations.map(({ kind }) => kind)));
  return {
    claims,
    credentials: credentialsOf(requests),
    leases: leasesOf(requests),
    fileNames: claims
      .filter(({ kind, content }) => kind === 'file' || content === 'path')
      .map(({ name }) => name),
    writesFiles: knownHosts !== '' || kinds.has('file') || kinds.has('path'),
    changesFiles: kinds.has('inject'),
    keys: keysOf(requests),
    knownHosts,
  };
}

function keysOf(requests: readonly SecretRequest[]): string[] {
  const names = requests.flatMap(({ source }) =>
    source.kind === 'pam' && source.isKey ? [source.credential] : [],
  );
  return [...new Set(names)];
}

function leasesOf(requests: readonly SecretRequest[]): string[] {
  const names = requests.flatMap(({ source }) =>
    source.kind === 'dsm' && source.isDynamic ? [source.identity ?? ''] : [],
  );
  return [...new Set(names)];
}

function credentialsOf(requests: readonly SecretRequest[]): Map<string, boolean> {
  const wanted = new Map<string, boolean>();
  for (const { source } of requests) {
    if (source.kind !== 'pam') continue;
    const needsPassword = source.field === undefined || englishName(source.field) === 'password';
    wanted.set(source.credential, (wanted.get(source.credential) ?? false) || needsPassword);
  }
  return wanted;
}
