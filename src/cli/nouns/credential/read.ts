import { quote } from '../../../core/requests/tokens.js';
import type { ListedItem } from '../../../core/vault/items/credential-list.js';
import { openRun } from '../../context.js';
import type { OptionName } from '../../options/options.js';
import { allFieldsOf, byLabel, valuesByLabel } from '../../run/field-labels.js';
import type { SecretsRun } from '../../run/secrets-run.js';
import type { NounCall } from '../verb.js';
import { onlyCredentials } from './only-credentials.js';

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
export async function readCredential(call: NounCall, item: ListedItem): Promise<ReadCredential> {
  const { run, fields } = await read(call, item, []);
  return { fields, release: () => run.releaseCustody() };
}

/**
 * Reads a credential once more while its custody is held, with a state file of its own. A failure releases custody here, since
 * the vault may carry out such a read late; otherwise that is left to whoever holds it.
 *
 * Errors: those of SecretsRun.
 */
export async function readBeside(call: NounCall, item: ListedItem): Promise<ReadonlyMap<string, string>> {
  const { run, fields } = await read(call, item, [['state', ['']]]);
  run.leaveCustody();
  return fields;
}

async function read(
  call: NounCall,
  { id }: ListedItem,
  more: readonly [OptionName, string[]][],
): Promise<{ readonly run: SecretsRun; readonly fields: ReadonlyMap<string, string> }> {
  const requested = onlyCredentials(call.settings, [allFieldsOf(quote(id))]);
  const settings = requested.with(new Map([['custody-release', ['true']], ...more]));
  const run = await openRun(call.context, settings, true);
  const writes = await run.fetch(byLabel(run.readInputs(false)), () => []);
  return { run, fields: valuesByLabel(writes) };
}
