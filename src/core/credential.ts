import { SeguraError } from './errors.js';
import { type Field, type Fields, fieldAt, textOfField } from './field.js';
import { child, isObject, malformed, type Node, optionalTextAt } from './json.js';
import { printable } from './printable.js';

export interface Credential {
  readonly id: string | undefined;
  /** Every field that is text, under its English name; null where the vault holds no value. */
  readonly fields: Fields;
  readonly expires: string | undefined;
}

/** Portuguese and older names of the same fields. Source: protocol.md 7.2 and 7.5. */
const ENGLISH = new Map(
  Object.entries({
    senha: 'password',
    content: 'password',
    conteudo: 'password',
    usuario: 'username',
    adicional: 'additional',
    dominio: 'domain',
    porta: 'port',
    modelo: 'model',
    tag: 'identifier',
    datahora_expiracao: 'expiration_time',
    senha_pai_cod: 'parent_credential_cod',
    senha_pai: 'parent_credential',
  }),
);

/**
 * The credential of a reply, in any of the documented and observed shapes.
 *
 * Errors: REPLY_MALFORMED. Source: protocol.md 7.2 (`credential`), 7.5 (`senha`).
 */
export function readCredential(body: Node): Credential {
  const places = [
    child(body, 'credential'),
    child(body, 'senha'),
    child(child(body, 'response'), 'credential'),
    child(body, 'data'),
  ];
  const found = places.find(({ value }) => value !== undefined && value !== null);
  const node = found !== undefined && Array.isArray(found.value) ? child(found, 0) : found;
  if (node === undefined || !isObject(node.value))
    throw malformed(body.endpoint, '$.credential is not there');
  const fields = new Map<string, Field>();
  for (const name of Object.keys(node.value)) {
    const field = child(node, name);
    if (typeof field.value === 'object' && field.value !== null) continue;
    const english = englishName(name);
    const value = fieldAt(field);
    if (isBetter(value, fields.get(english), name === english)) fields.set(english, value);
  }
  return {
    id: optionalTextAt(child(node, 'id')),
    fields,
    expires: textOfField(fields.get('expiration_time')) || undefined,
  };
}

/** Of twins, one that is empty does not hide the one that has a value; of two values the English name's counts. */
function isBetter(value: Field, known: Field | undefined, isEnglish: boolean): boolean {
  if (known === undefined) return true;
  return !isEmpty(value) && (isEnglish || isEmpty(known));
}

function isEmpty(field: Field): boolean {
  return field === null || textOfField(field) === '';
}

export function hasPassword(credential: Credential): boolean {
  return !isEmpty(credential.fields.get('password') ?? null);
}

/** The name that a field goes by here, whatever the reply or a request calls it. */
export function englishName(field: string): string {
  return ENGLISH.get(field) ?? field;
}

/** The credential, unless its password is wanted and missing. Errors: FIELD_NULL. */
export function requirePassword(
  read: Credential | undefined,
  wanted: boolean,
  credential: string,
): Credential {
  if (read !== undefined && (!wanted || hasPassword(read))) return read;
  throw new SeguraError(
    'FIELD_NULL',
    `The vault sends no password for credential ${printable(credential)}.`,
    'Check that it has one, that the authorization may see it, and try another "pam-endpoint".',
  );
}
