import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import type { Secret } from '../../secret.js';
import type { Client } from '../client.js';
import type { VaultRequest } from '../exchange.js';
import { type Field, fieldAt } from '../field.js';
import { child, objectAt, optionalTextAt, textAt } from '../json.js';
import { JSON_BODY } from '../write/form.js';
import { checkNumber, type Explain, inPath, pamGet } from './pam-get.js';

/** Protected information of PAM: a text. No custody. */
export interface Information {
  readonly id: string;
  readonly identifier: string | undefined;
  readonly type: string | undefined;
  readonly content: Field;
}

/** Protected information as it is sent. */
export interface InfoForm {
  readonly name: string;
  readonly identifier: string;
  readonly type: string;
  readonly content: Secret;
}

/** The prefix of its paths, in every version of the vault. */
export const INFO_PREFIX = 'iso';

const NOT_FOUND = 1023;
const INACTIVE = 1024;

/** What reading came to: it is there, it is disabled, or there is none. */
export type InfoFound = Information | 'inactive' | undefined;

/**
 * Protected information by its number, or by its identifier, as a public client reads it.
 *
 * Errors: ACCESS_DENIED, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
 * Source: GET /iso/pam/info/{id}, docs.senhasegura.io v3-32 and v3-33 "Access protected information".
 */
export async function findInfo(client: Client, name: string): Promise<InfoFound> {
  const [missing, inactive] = [new Error('it is not there'), new Error('it is disabled')];
  const explain: Explain = ({ code }) => {
    if (code === NOT_FOUND) throw missing;
    if (code === INACTIVE) throw inactive;
    return undefined;
  };
  try {
    const { body, endpoint } = await pamGet(client, INFO_PREFIX, `/pam/info/${inPath(name)}`, explain);
    const node = child({ value: body, path: '$', endpoint }, 'info');
    objectAt(node);
    const id = child(node, 'id');
    if (/^\d+$/.test(name)) checkNumber(id, name);
    return {
      id: textAt(id),
      identifier: optionalTextAt(child(node, 'tag')) ?? optionalTextAt(child(node, 'identifier')),
      type: optionalTextAt(child(node, 'type')),
      content: fieldAt(child(node, 'content'), client.decrypt),
    };
  } catch (error) {
    if (error === missing) return undefined;
    if (error === inactive) return 'inactive';
    throw error;
  }
}

/**
 * The request that creates protected information. There is none that changes one: a second with the same identifier is another
 * one.
 *
 * Source: POST /iso/pam/info, docs.senhasegura.io v3-32 and v3-33 "Create protected information".
 */
export function infoRequest({ name, identifier, type, content }: InfoForm): Omit<VaultRequest, 'authorize'> {
  return {
    method: 'POST',
    path: `/${INFO_PREFIX}/pam/info`,
    headers: JSON_BODY,
    body: JSON.stringify({ name, identifier, type, content: content.reveal() }),
  };
}

/** The error for one that is not there, or is disabled. */
export function noInfo(name: string, code: number = NOT_FOUND): SeguraError {
  return new SeguraError(
    'ITEM_NOT_FOUND',
    code === INACTIVE
      ? `The protected information ${printable(name)} is disabled in the vault (code ${code}).`
      : `The vault has no protected information ${printable(name)} (code ${code}).`,
    code === INACTIVE
      ? 'Enable it in the vault, or name another one.'
      : 'Use its number or its identifier, as the vault shows it.',
  );
}

/** What a rejection about one means. Source: the pages of findInfo, and "Disable protected information". */
export function explainInfo(name: string): Explain {
  return ({ code }) => (code === NOT_FOUND ? noInfo(name) : undefined);
}
