import { readApplication } from '../../../core/vault/write/application.js';
import { withVault } from '../open-vault.js';
import { print } from '../print.js';
import type { NounCall } from '../verb.js';

/** Shows the application of the authorization, and the identities of its secrets. */
export async function show(call: NounCall): Promise<number> {
  const { clientId, state } = await withVault(call, async ({ client }) => ({
    clientId: client.session.clientId,
    state: await readApplication(client),
  }));
  const { name, description = '', tags, system, environment, identities } = state;
  await print(call, {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['application', name],
      ['system', system],
      ['environment', environment],
      ['description', description],
      ['tags', tags.join(', ')],
      ['client id', clientId],
      ...identities.map((identity) => ['secret', identity]),
    ],
    json: {
      application: name,
      system,
      environment,
      description: state.description ?? null,
      tags,
      client_id: clientId,
      secrets: identities,
    },
  });
  return 0;
}
