import { commandFor } from '../../../core/changes/argument.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { ACCEPT_JSON } from '../../../core/vault/dsm.js';
import { inPath } from '../../../core/vault/items/pam-get.js';
import { sendChange } from '../../../core/vault/write/send-change.js';
import { openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';
import { findSecret, getSecret } from './find.js';

const PATH = '/api/dsm/secret/';

/**
 * Deletes a secret at the endpoint that only notes of users name: `--dsm-endpoint api` says that this vault has it. No
 * document of the vault has a way to delete a secret, so nothing is sent otherwise.
 *
 * Source: docs.senhasegura.io v3-32 and v3-33, the pages of DSM secrets: only GET and POST.
 */
export async function deleteSecret(call: NounCall): Promise<number> {
  const [identity = ''] = call.operands;
  if (call.settings.inputs()['dsm-endpoint'] !== 'api') throw undocumented(identity);
  const path = `${PATH}${inPath(identity).replaceAll('@', '%40')}`;
  if (isGiven(call, 'dry-run')) {
    const requests = [{ method: 'DELETE', path, fields: [] }];
    await print(call, {
      heads: ['METHOD', 'PATH', 'FIELDS'],
      rows: [['DELETE', path, '']],
      json: { dry_run: true, identity, requests },
    });
    return 0;
  }
  const audit = openAudit(call);
  try {
    await withVault(call, async (vault) => {
      const before = await getSecret(vault.client, identity);
      const isAsked = await confirm(call, `Delete the DSM secret ${printable(identity)}`);
      const client = isAsked ? await vault.afterQuestion() : vault.client;
      const sent = await sendChange(client, { method: 'DELETE', path, headers: ACCEPT_JSON });
      if (sent.kind === 'rejected') throw sent.problem;
      const isGone = await looksGone(vault, identity);
      if (isGone === false && sent.kind === 'uncertain') throw sent.problem;
      audit.report({
        client: client.session.clientId,
        vault: vault.host,
        target: identity,
        outcome: isGone === true ? 'done' : 'uncertain',
        versionBefore: before.version ?? null,
        versionAfter: null,
        requestId: sent.requestId,
        fields: [],
      });
      if (isGone !== true) throw uncertain(identity, isGone);
    });
  } finally {
    audit.close();
  }
  await print(call, {
    heads: ['IDENTITY', 'OUTCOME'],
    rows: [[identity, 'deleted']],
    json: { identity, outcome: 'deleted' },
  });
  return 0;
}

/** Undefined where the list cannot be read. */
async function looksGone(vault: OpenVault, identity: string): Promise<boolean | undefined> {
  try {
    const client = await vault.afterSignal();
    return (await findSecret(client, identity)) === undefined;
  } catch (error) {
    problemsOf(error);
    return undefined;
  }
}

function undocumented(identity: string): SeguraError {
  return new SeguraError(
    'NO_SUCH_ROUTE',
    'The documents of the vault have no request that deletes a DSM secret, so none is sent.',
    `Delete it in the vault. If this vault has ${PATH}, add --dsm-endpoint api. Or let it expire: ${commandFor('secret put', identity, '--expires 2020-01-01')}`,
  );
}

function uncertain(identity: string, isGone: false | undefined): SeguraError {
  return new SeguraError(
    'CHANGE_UNCERTAIN',
    `The vault ${isGone === false ? `confirmed, but still lists ${printable(identity)}` : `does not say whether ${printable(identity)} is still there`}.`,
    'Look at it: segura-secrets secret list',
  );
}
