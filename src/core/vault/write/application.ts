import { Secret } from '../../secret.js';
import type { Client } from '../client.js';
import { ACCEPT_JSON, type Application, FORM } from '../dsm.js';
import { readReply } from '../envelope.js';
import { lateErrors } from '../errors/late-errors.js';
import type { VaultRequest } from '../exchange.js';
import { child, elementsAt, type JsonObject, loginAt, objectAt, optionalTextAt } from '../json.js';

/** The DSM application of an authorization, as the vault lists it, without its values. */
export interface ApplicationState {
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  readonly system: string;
  readonly environment: string;
  /** The identities of the secrets of all its authorizations. */
  readonly identities: readonly string[];
}

export const APPLICATION_PATH = '/iso/dapp/Application';
export const AUTHORIZATION_PATH = '/iso/dapp/application/authorization';
const READ_PATH = '/iso/dapp/application';
const READ = `GET ${READ_PATH}`;

/**
 * The application of the calling authorization.
 *
 * Errors: ACCESS_DENIED, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
 * Source: GET /iso/dapp/application, docs.senhasegura.io v3-32 and v3-33 "GET | Application".
 */
export async function readApplication({ exchange, session }: Client): Promise<ApplicationState> {
  const authorize = await session.authorize();
  const reply = await exchange.send({ method: 'GET', path: READ_PATH, headers: ACCEPT_JSON, authorize });
  const opened = readReply(reply, READ);
  if (!opened.ok) throw (await lateErrors()).replyError(opened, READ, session.client);
  const node = child({ value: opened.body, path: '$', endpoint: READ }, 'application');
  objectAt(node);
  const text = (name: string): string => optionalTextAt(child(node, name)) ?? '';
  const listOf = (name: string): ReturnType<typeof elementsAt> => {
    const list = child(node, name);
    return list.value === undefined || list.value === null ? [] : elementsAt(list);
  };
  return {
    name: text('name'),
    description: text('description') || undefined,
    tags: listOf('tags').flatMap((tag) => optionalTextAt(tag) ?? []),
    system: text('system'),
    environment: text('environment'),
    identities: listOf('secrets').flatMap((secret) => optionalTextAt(child(secret, 'identity')) ?? []),
  };
}

/**
 * The request that makes or finds an application and the authorization of its triple.
 *
 * Source: POST /iso/dapp/Application, docs.senhasegura.io v3-33 "POST | Application"; dsmcli sends the form.
 */
export function registerRequest(application: Application): Omit<VaultRequest, 'authorize'> {
  const body = new URLSearchParams({ ...application }).toString();
  return { method: 'POST', path: APPLICATION_PATH, headers: FORM, body };
}

/** The login that a registration returns. Errors: REPLY_MALFORMED. */
export function registeredLogin(body: JsonObject): { clientId: string; clientSecret: Secret } {
  const node = { value: body, path: '$', endpoint: `POST ${APPLICATION_PATH}` };
  return {
    clientId: loginAt(child(node, 'id')),
    clientSecret: new Secret(loginAt(child(node, 'signature'))),
  };
}

/**
 * The request by which an authorization deactivates itself.
 *
 * Source: DELETE /iso/dapp/application/authorization, docs.senhasegura.io v3-32 "DELETE | Authorization".
 */
export function deactivateRequest(): Omit<VaultRequest, 'authorize'> {
  return { method: 'DELETE', path: AUTHORIZATION_PATH, headers: ACCEPT_JSON };
}
