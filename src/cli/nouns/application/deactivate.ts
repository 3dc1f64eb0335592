import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { readReply } from '../../../core/vault/envelope.js';
import {
  APPLICATION_PATH,
  AUTHORIZATION_PATH,
  deactivateRequest,
} from '../../../core/vault/write/application.js';
import { sendChange } from '../../../core/vault/write/send-change.js';
import { openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';

/** Deactivates the authorization that the command logs in with: that of the application, where one is named. */
export async function deactivate(call: NounCall): Promise<number> {
  const { application } = call.settings.inputs();
  if (isGiven(call, 'dry-run')) {
    const login = {
      method: 'POST',
      path: APPLICATION_PATH,
      fields: ['application', 'system', 'environment'],
    };
    const last = { method: 'DELETE', path: AUTHORIZATION_PATH, fields: [] as string[] };
    const requests = application === '' ? [last] : [login, last];
    await print(call, {
      heads: ['METHOD', 'PATH', 'FIELDS'],
      rows: requests.map(({ method, path, fields }) => [method, path, fields.join(', ')]),
      json: { dry_run: true, requests },
    });
    return 0;
  }
  const audit = openAudit(call);
  try {
    const clientId = await withVault(call, async (vault) => {
      const { clientId } = vault.client.session;
      const isAsked = await confirm(
        call,
        `Deactivate the authorization ${printable(clientId)}${application === '' ? ', with which this command logs in' : ` of ${printable(application)}`}. No job can log in with it afterwards, and what was provisioned for it may end`,
      );
      const client = isAsked ? await vault.afterQuestion() : vault.client;
      const sent = await sendChange(client, deactivateRequest());
      if (sent.kind === 'rejected') throw sent.problem;
      const isActive = sent.kind === 'accepted' ? false : await looksActive(vault);
      if (isActive === true && sent.kind === 'uncertain') throw sent.problem;
      audit.report({
        client: clientId,
        vault: vault.host,
        target: clientId,
        outcome: isActive === false ? 'done' : 'uncertain',
        versionBefore: null,
        versionAfter: null,
        requestId: sent.requestId,
        fields: [],
      });
      if (isActive === false) return clientId;
      throw new SeguraError(
        'CHANGE_UNCERTAIN',
        `Whether the authorization ${printable(clientId)} was deactivated is not known.`,
        // A login as the application would register another authorization.
        application === ''
          ? 'Try to log in with it: segura-secrets application show'
          : 'Look at the authorizations of the application in the vault.',
      );
    });
    await print(call, {
      heads: ['CLIENT ID', 'OUTCOME'],
      rows: [[clientId, 'deactivated']],
      json: { client_id: clientId, outcome: 'deactivated' },
    });
    return 0;
  } finally {
    audit.close();
  }
}

/** Whether the authorization still works; undefined where the vault does not say. */
async function looksActive(vault: OpenVault): Promise<boolean | undefined> {
  const { exchange, session } = await vault.afterSignal();
  try {
    const authorize = await session.authorize();
    const path = '/iso/sctm/secret';
    const reply = await exchange.send({ method: 'GET', path, headers: {}, authorize });
    const read = readReply(reply, `GET ${path}`);
    if (read.ok) return true;
    return read.says === 'inactive-authorization' ? false : undefined;
  } catch (error) {
    problemsOf(error);
    return undefined;
  }
}
