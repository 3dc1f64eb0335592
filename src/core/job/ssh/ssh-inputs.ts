import { collect, SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import { showRepository } from '../../requests/destination.js';
import type { SecretRequest } from '../../requests/request.js';
import { lineOf, option, say, type Text } from '../../text.js';
import type { DraftInputs } from '../inputs.js';

/** `@marker`, then names or hashes of hosts, the kind of key, and the key. Source: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
const HOST_LINE = /^(?:@(?:cert-authority|revoked)\s+)?\S+\s+[a-z][\w.@-]*\s+[A-Za-z0-9+/]+={0,2}(?:\s.*)?$/;

/** Errors given: INPUT_INVALID, REQUEST_INVALID, NAME_COLLISION. */
export function sshProblems({ requests, needs }: Pick<DraftInputs, 'requests' | 'needs'>): SeguraError[] {
  const problems = keyProblems(requests);
  collect(problems, () => readKnownHosts(needs.knownHosts));
  return problems;
}

/** The lines of `known-hosts`, each ended by LF; empty for none. Errors: INPUT_INVALID. */
export function readKnownHosts(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const bad = lines.findIndex((line) => line !== '' && !line.startsWith('#') && !HOST_LINE.test(line));
  if (bad !== -1) {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${lineOf(bad + 1, 'knownHosts')} is not the line of a known host.`,
      'Write HOST KIND KEY as ssh-keyscan prints it, after you have compared the key with what its operator publishes.',
    );
  }
  return lines.some((line) => line !== '' && !line.startsWith('#')) ? `${lines.join('\n').trim()}\n` : '';
}

/** What only a run with SSH keys sets. */
const OWN_NAMES = ['SSH_AUTH_SOCK', 'SEGURA_SSH_CONFIG'];

/** What requests for keys cannot have together with others. Errors given: REQUEST_INVALID, NAME_COLLISION. */
export function keyProblems(requests: readonly SecretRequest[]): SeguraError[] {
  const credentials = new Set(
    requests.flatMap(({ source }) => (source.kind === 'pam' && !source.isKey ? [source.credential] : [])),
  );
  const repositories = new Map<string, string>();
  return requests.flatMap(({ source, where, agents = [], destinations }) => {
    const names = destinations.flatMap((each) => (each.kind === 'file' ? [] : [each.name.toUpperCase()]));
    const taken = OWN_NAMES.find((name) => names.includes(name));
    const problems = taken === undefined ? [] : [ownName(where, taken)];
    if (source.kind !== 'pam' || !source.isKey) return problems;
    const key = source.credential;
    // One item cannot be both: each is asked for in its own input.
    if (credentials.has(key)) problems.push(alsoCredential(where, key));
    for (const { repository } of agents) {
      const shown = repository === undefined ? '' : showRepository(repository);
      const earlier = repositories.get(shown) ?? key;
      if (shown !== '') repositories.set(shown, earlier);
      if (earlier !== key) problems.push(twoKeys(where, shown, earlier));
    }
    return problems;
  });
}

function ownName(where: Text, name: string): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    say`${where} asks for the name ${name}, which ${option.sshKeys} and ${option.knownHosts} set.`,
    'Use another name.',
  );
}

function alsoCredential(where: Text, key: string): SeguraError {
  return new SeguraError(
    'REQUEST_INVALID',
    say`${where} asks for the SSH key ${printable(key)}, which ${option.credentials} asks for too.`,
    say`Leave ${printable(key)} out of ${option.credentials} or ${option.sshKeys}.`,
  );
}

function twoKeys(where: Text, repository: string, earlier: string): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    say`${where} gives ${repository} a second key: it has ${printable(earlier)}.`,
    'Use one key for each repository.',
  );
}
