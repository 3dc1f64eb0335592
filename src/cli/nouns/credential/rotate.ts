import { commandFor } from '../../../core/changes/argument.js';
import type { ErrorCode } from '../../../core/error-codes.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import { type ListedItem, listItems } from '../../../core/vault/items/credential-list.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { rotateToNew } from '../rotate/new-password.js';
import { wishOf } from '../rotate/wish.js';
import { isGiven, type NounCall } from '../verb.js';
import { awaitChange, changeSoFar } from './await-change.js';
import { getItem, loginOf } from './find.js';
import { readCredential } from './read.js';

/** After these nothing was taken, so nothing was released. */
const NOTHING_TAKEN: readonly ErrorCode[] = [
  'CUSTODY_HELD',
  'CREDENTIAL_NOT_FOUND',
  'CREDENTIAL_INACTIVE',
  'ACCESS_DENIED',
  'INPUT_INVALID',
];

/**
 * Lets the vault change a password: takes custody and releases it, then waits until the list shows another time of the last
 * change.
 *
 * Source: community.senhasegura.io/t/password-change-via-a2a/2893: "To trigger the password change of a credential through
 * A2A, release its custody".
 */
export async function rotate(call: NounCall): Promise<number> {
  const wish = wishOf(call);
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) =>
      wish === undefined ? rotateAt(call, vault, audit) : rotateToNew(call, vault, wish, audit),
    );
  } finally {
    audit.close();
  }
}

async function rotateAt(call: NounCall, vault: OpenVault, audit: Audit): Promise<number> {
  const [name = ''] = call.operands;
  const { items, prefix } = await listItems(vault.client, vault.inputs.endpoints.pam, 'credential');
  const item = getItem(items, name);
  const id = printable(item.id);
  if (item.changesAutomatically === false) throw notAutomatic(item);
  if (isGiven(call, 'dry-run')) {
    const path = `/${prefix}/pam/credential`;
    await printRequests(call, item.id, [
      { method: 'GET', path: `${path}/${item.id}`, fields: [] },
      { method: 'DELETE', path: `${path}/custody/${item.id}`, fields: [] },
    ]);
    return 0;
  }
  await confirm(
    call,
    `Rotate credential ${id} (${printable(loginOf(item))}): take custody and release it, so that the vault changes the password`,
  );
  const change = new RotationReport(call, vault, audit, item);
  await takeAndRelease(call, vault, item, change);
  call.context.terminal.info(`waiting until the vault lists a new time of change for ${id}`);
  const after = await awaitChange(vault, item, call.context.signals.stop);
  change.report(after);
  throwIfCancelled(call.context.signals.stop);
  if (after === undefined) throw notSeen(item, vault.inputs.limits.deadlineMs);
  await print(call, {
    heads: ['ID', 'OUTCOME', 'CHANGED BEFORE', 'CHANGED'],
    rows: [[item.id, 'changed', item.changed ?? '', after]],
    json: { id: item.id, outcome: 'changed', changed_before: item.changed ?? null, changed: after },
  });
  return 0;
}

/** The line for the audit, with the times of change in place of versions. */
class RotationReport {
  readonly #parts: readonly [NounCall, OpenVault, Audit, ListedItem];

  constructor(...parts: readonly [NounCall, OpenVault, Audit, ListedItem]) {
    this.#parts = parts;
  }

  report(after: string | undefined): void {
    const [{ context }, vault, audit, item] = this.#parts;
    const without = context.signals.stop.aborted ? 'interrupted' : 'uncertain';
    audit.report({
      client: vault.client.session.clientId,
      vault: vault.host,
      target: item.id,
      outcome: after === undefined ? without : 'done',
      versionBefore: item.changed ?? null,
      versionAfter: after ?? null,
      requestId: undefined,
      fields: ['password'],
    });
  }
}

/** What fails or is stopped may have been released all the same, and then the vault changes the password. */
async function takeAndRelease(
  call: NounCall,
  vault: OpenVault,
  item: ListedItem,
  change: RotationReport,
): Promise<void> {
  try {
    const read = await readCredential(call, item);
    if (await read.release()) return;
    throw new SeguraError(
      'RELEASE_FAILED',
      `Custody of credential ${printable(item.id)} could not be released, so the vault does not change its password.`,
      'Release it as the lines above say. That also starts the change.',
    );
  } catch (error) {
    const problems = problemsOf(error);
    if (!problems.every(({ code }) => NOTHING_TAKEN.includes(code))) {
      const after = await changeSoFar(vault, item);
      if (after !== undefined || call.context.signals.stop.aborted) change.report(after);
    }
    throw error;
  }
}

function notAutomatic({ id }: ListedItem): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `Automatic change is not configured for credential ${printable(id)}, so a release of custody would not change its password. Nothing was read.`,
    `Configure automatic change for it in the vault, or write a password of your own: ${commandFor('credential put', id, '--password @FILE')}`,
  );
}

function notSeen({ id }: ListedItem, waitedMs: number): SeguraError {
  return new SeguraError(
    'CHANGE_UNCERTAIN',
    `Custody of credential ${printable(id)} was taken and released, but within ${Math.round(waitedMs / 1_000)} s the vault has not listed a new time of change.`,
    `To wait longer, give --deadline SECONDS. Or look later: ${commandFor('credential show', id)}`,
  );
}
