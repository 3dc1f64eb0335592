import { quote } from '../../../core/requests/tokens.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { openRun } from '../../context.js';
import type { OptionName } from '../../options/options.js';
import type { NounCall } from '../verb.js';
import { onlyCredentials } from './only-credentials.js';

/** Before the name of each field, so that none is the name of a variable that steers programs. */
const PREFIX = 'field_';

/** A credential that was read. Its custody is ours until `release`, which is true when nothing is left to release. */
export interface ReadCredential {
  /** Each field that has a value, in the vault's order. */
  readonly fields: ReadonlyMap<string, string>;
  release(): Promise<boolean>;
}

/**
 * Reads a credential as exec does: its custody is in a state file before the request leaves, and a signal, a failure or
 * the caller releases it.
 *
 * Errors: those of SecretsRun.
 */
export function readCredential(call: NounCall, item: ListedItem): Promise<ReadCredential> {
  return read(call, item, []);
}

/** The same for a credential whose custody is held already: with a state file of its own. */
export function readBeside(call: NounCall, item: ListedItem): Promise<ReadCredential> {
  return read(call, item, [['state', ['']]]);
}

async function read(
  call: NounCall,
  { id }: ListedItem,
  more: readonly [OptionName, string[]][],
): Promise<ReadCredential> {
  const requested = onlyCredentials(call.settings, [`${quote(id)}/* > ${PREFIX}*`]);
  const settings = requested.with(new Map([['custody-release', ['true']], ...more]));
  const run = await openRun(call.context, settings, true);
  const writes = await run.fetch(run.readInputs(false), () => []);
  return {
    fields: new Map(writes.map(({ name, value }) => [name.slice(PREFIX.length), value])),
    release: () => run.releaseCustody(),
  };
}
