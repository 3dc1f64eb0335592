import { resolve } from 'node:path';
import { codeOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import type { Secret } from '../../../core/secret.js';
import type { Application } from '../../../core/vault/dsm.js';
import { APPLICATION_PATH, registeredLogin, registerRequest } from '../../../core/vault/write/application.js';
import { sendChange } from '../../../core/vault/write/send-change.js';
import { probeReplace, replaceFile } from '../../../platform/disk/atomic-write.js';
import { diskRemedy } from '../../../platform/disk/disk-remedy.js';
import { UsageError } from '../../options/usage-error.js';
import { openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { readCall, withVault } from '../open-vault.js';
import { isRevealing, print } from '../print.js';
import { isGiven, lastOf, type NounCall } from '../verb.js';

/** Makes or finds the authorization of an application, and gives its client id, and its client secret where that is wanted. */
export async function register(call: NounCall): Promise<number> {
  const { application } = (await readCall(call)).inputs.login;
  if (application === undefined)
    throw new UsageError(
      'No application is named.',
      'Write segura-secrets application register -a APPLICATION -s SYSTEM -e ENVIRONMENT.',
    );
  if (isGiven(call, 'dry-run')) {
    const requests = [{ method: 'POST', path: APPLICATION_PATH, fields: Object.keys(application) }];
    await print(call, {
      heads: ['METHOD', 'PATH', 'FIELDS'],
      rows: requests.map(({ method, path, fields }) => [method, path, fields.join(', ')]),
      json: { dry_run: true, requests },
    });
    return 0;
  }
  const isRevealed = isRevealing(call);
  const file = lastOf(call, 'secret-file');
  const path = resolve(call.context.world.directory, file);
  if (file !== '') atFile(file, () => probeReplace(path));
  const { clientId, clientSecret } = await send(call, application);
  if (file !== '') atFile(file, () => replaceFile(path, clientSecret.reveal()));
  await print(call, {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['application', nameOf(application)],
      ['client id', clientId],
      [
        'client secret',
        isRevealed ? { value: clientSecret.reveal() } : file === '' ? '(not shown)' : `in ${file}`,
      ],
    ],
    json: {
      ...application,
      client_id: clientId,
      ...(isRevealed ? { client_secret: clientSecret.reveal() } : {}),
    },
  });
  if (!isRevealed && file === '')
    call.context.terminal.info(
      'The client secret is not shown. Run the command again with --secret-file FILE to get it: the same authorization is found.',
    );
  return 0;
}

async function send(
  call: NounCall,
  application: Application,
): Promise<{ clientId: string; clientSecret: Secret }> {
  const audit = openAudit(call);
  try {
    return await withVault(
      call,
      async (vault) => {
        const isAsked = await confirm(
          call,
          `Register the application ${nameOf(application)}, which may make a new authorization`,
        );
        const client = isAsked ? await vault.afterQuestion() : vault.client;
        const sent = await sendChange(client, registerRequest(application));
        if (sent.kind === 'rejected') throw sent.problem;
        audit.report({
          client: client.session.clientId,
          vault: vault.host,
          target: nameOf(application),
          outcome: sent.kind === 'accepted' ? 'done' : 'uncertain',
          versionBefore: null,
          versionAfter: null,
          requestId: sent.requestId,
          fields: Object.keys(application),
        });
        if (sent.kind === 'accepted') {
          const login = registeredLogin(sent.body);
          vault.hide(login.clientSecret);
          return login;
        }
        throw new SeguraError(
          'CHANGE_UNCERTAIN',
          `Whether the application ${nameOf(application)} was registered is not known (${sent.problem.code}).`,
          'Run the same command again: an authorization that was made is found by its names.',
          { cause: sent.problem },
        );
      },
      { isOwnLogin: true },
    );
  } finally {
    audit.close();
  }
}

function nameOf({ application, system, environment }: Application): string {
  return [application, system, environment].map(printable).join('/');
}

function atFile(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new SeguraError(
      'FILE_REFUSED',
      `The file ${printable(file)} for the client secret cannot be written (${codeOf(error)}).`,
      diskRemedy(codeOf(error)) ?? 'Give a file that this user may write: --secret-file FILE.',
    );
  }
}
