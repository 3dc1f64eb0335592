import { bind } from '../../core/bindings/bind.js';
import { expiryWarning } from '../../core/bindings/expiry.js';
import type { SeguraError } from '../../core/errors.js';
import { notListed } from '../../core/job/dynamic/not-listed.js';
import type { Inputs } from '../../core/job/inputs.js';
import { printable } from '../../core/printable.js';
import { quote } from '../../core/requests/tokens.js';
import type { DsmSecret } from '../../core/vault/dsm.js';
import { systemClock } from '../../platform/process/clock.js';
import type { Context } from '../context.js';

/** The identities and the names of their fields, without any value. */
export function listingLines(secrets: readonly DsmSecret[], isSafe: boolean): string[] {
  if (isSafe) return ['Items of MySafe that the requests name:', ...secrets.flatMap(linesOf)];
  if (secrets.length === 0) return ['This authorization has no DSM secrets.'];
  return ['DSM secrets of this authorization:', ...secrets.flatMap(linesOf)];
}

function linesOf(secret: DsmSecret): string[] {
  const name = printable(quote(secret.identity));
  try {
    return secret.maps.map((map, index) => {
      const at = secret.maps.length === 1 ? '' : `[${index}]`;
      const labels = [...map.keys()].map((label) => printable(quote(label)));
      return `  ${name}${at}: ${labels.join(', ')}`;
    });
  } catch {
    // It is an error only if a request asks for it.
    return [secret.identity === '' ? '  a secret that cannot be read' : `  ${name} cannot be read`];
  }
}

/** What is wrong with the requests in view of what DSM lists; expired secrets are warned about. */
export function problemsWithList(
  { terminal }: Context,
  inputs: Inputs,
  secrets: readonly DsmSecret[],
): SeguraError[] {
  const problems: SeguraError[] = [];
  const requests = inputs.requests.filter(({ source }) => source.kind === 'dsm' && !source.isDynamic);
  const bindings = bind({ ...inputs, requests }, { secrets, credentials: new Map() }, problems);
  const warnings = bindings.flatMap(({ found }) => expiryWarning(found, systemClock.nowMs()) ?? []);
  // Its fields have no values before it is provisioned, so only the secret itself is looked for.
  for (const request of inputs.requests) {
    const { source } = request;
    if (
      source.kind !== 'dsm' ||
      !source.isDynamic ||
      secrets.some(({ identity }) => identity === source.identity)
    )
      continue;
    problems.push(notListed(request, source.identity ?? '', secrets));
  }
  for (const warning of new Set(warnings)) terminal.warning(warning);
  return problems;
}
