import type { Secret } from '../secret.js';
import { FORM } from './dsm.js';
import { readReply } from './envelope.js';
import { lateErrors } from './errors/late-errors.js';
import type { Exchange } from './exchange.js';
import type { Session } from './session.js';

const PATH = '/iso/cicd/variables';
const ENDPOINT = `POST ${PATH}`;

/** Standard base64 with `-`, `_` and `,` for `+`, `/` and `=`. Source: dsmcli, sdk/dsm/variable_client.go. */
export function encodeVariables(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ',');
}

export interface CicdVariables {
  /** By name; only those that the mapping names. */
  readonly variables: ReadonlyMap<string, string>;
  /** The mapping file as it is. */
  readonly mapping: string;
  /** Never sent: neither by name nor as the value of another variable. */
  readonly loginSecrets: readonly Secret[];
}

/**
 * Registers variables in the vault, which may store them as secrets. No variables, no request.
 *
 * The vault may keep each call, so it is sent again only when it surely was not carried out.
 * Errors: ACCESS_DENIED, NO_SUCH_ROUTE, those of Exchange. Source: POST /iso/cicd/variables, dsmcli; protocol.md section 6.
 */
export async function postVariables(
  exchange: Exchange,
  session: Session,
  { variables, mapping }: Omit<CicdVariables, 'loginSecrets'>,
): Promise<void> {
  if (variables.size === 0) return;
  const authorize = await session.authorize();
  const lines = [...variables].map(([name, value]) => `${name}=${value}`);
  const form = { env: encodeVariables(lines.join('\n')), map: encodeVariables(mapping) };
  const reply = await exchange.send(
    {
      method: 'POST',
      path: PATH,
      headers: FORM,
      authorize,
      body: new URLSearchParams(form).toString(),
    },
    'unsent',
  );
  const opened = readReply(reply, ENDPOINT);
  if (!opened.ok) throw (await lateErrors()).replyError(opened, ENDPOINT, session.client);
}
