import { isDots } from '../../credential-name.js';
import { SeguraError } from '../../errors.js';
import { option, say } from '../../text.js';
import type { Client } from '../client.js';
import { ACCEPT_JSON, isMissingRoute } from '../dsm.js';
import type { PamEndpoint } from '../endpoints.js';
import { type RejectedReply, readReply } from '../envelope.js';
import { lateErrors } from '../errors/late-errors.js';
import { type JsonObject, malformed, type Node, textAt } from '../json.js';
import type { Prefix } from '../pam.js';

/** A reply, and the prefix that this vault has its PAM routes under. */
export interface PamReply {
  readonly body: JsonObject;
  readonly prefix: Prefix;
  /** Method and path, for messages. */
  readonly endpoint: string;
}

/** The error for a rejection that has a meaning of its own; undefined for any other. */
export type Explain = (refused: RejectedReply) => SeguraError | undefined;

/**
 * The reply to a GET of what takes no custody, at the first prefix that the vault has. `path` begins after the prefix.
 *
 * Errors: NO_SUCH_ROUTE, those of `explain`, of replyError and of Exchange.
 * Source: docs.senhasegura.io: /iso up to 3.32, /api from 3.33 on.
 */
export async function pamGet(
  client: Client,
  pamEndpoint: PamEndpoint,
  path: string,
  explain: Explain = () => undefined,
): Promise<PamReply> {
  const { exchange, session } = client;
  const prefixes: readonly Prefix[] =
    pamEndpoint === 'api' || pamEndpoint === 'iso' ? [pamEndpoint] : ['api', 'iso'];
  const missing: string[] = [];
  for (const prefix of prefixes) {
    const whole = `/${prefix}${path}`;
    const endpoint = `GET ${whole}`;
    const authorize = await session.authorize();
    const reply = await exchange.send({ method: 'GET', path: whole, headers: ACCEPT_JSON, authorize });
    const opened = readReply(reply, endpoint);
    if (opened.ok) return { body: opened.body, prefix, endpoint };
    if (!isMissingRoute(opened))
      throw explain(opened) ?? (await lateErrors()).replyError(opened, endpoint, session.client);
    missing.push(whole);
  }
  throw new SeguraError(
    'NO_SUCH_ROUTE',
    `The vault does not offer this at any of ${missing.join(', ')}.`,
    say`Check the path of ${option.url}, that PAM Core is licensed, and ${option.pamEndpoint} if it is set.`,
  );
}

/**
 * A name as the last part of a path; "@" may stand there as it is, and some vaults want it so. Errors: INPUT_INVALID for `.` and
 * `..`, by which a server or a proxy in front of it would find another place.
 */
export function inPath(name: string): string {
  if (isDots(name))
    throw new SeguraError(
      'INPUT_INVALID',
      `The name "${name}" would mean another place in the vault.`,
      'Check the name, or use the number that the vault shows.',
    );
  return encodeURIComponent(name).replaceAll('%40', '@');
}

/**
 * Rejects the reply to a request for one item by its number, if it has another one: a job would get what it has not asked for,
 * and a change would be one of the other item. Errors: REPLY_MALFORMED.
 */
export function checkNumber(found: Node, asked: string): void {
  const bare = (text: string): string => text.replace(/^0+(?=\d)/, '');
  if (bare(textAt(found)) !== bare(asked))
    throw malformed(found.endpoint, `${found.path} is not the number that was asked for`);
}
