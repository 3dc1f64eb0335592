import type { IdentityExchange } from './auth-settings.js';

/** What a field of a login gets that is not the same in each. */
export type Slot = {
  readonly slot: 'token' | 'clientId' | 'assertionType' | 'tenant' | 'uniqueKey';
};
export type ExchangeForm = Readonly<Record<string, string | Slot>>;

const TOKEN: Slot = { slot: 'token' };
/** A field whose slot is empty is not sent. */
const ALWAYS: ExchangeForm = {
  client_id: { slot: 'clientId' },
  tenant: { slot: 'tenant' },
  unique_key: { slot: 'uniqueKey' },
};

/**
 * How an identity token is presented at a token endpoint: the fields of a form, in order. Each is an assumption, see
 * IDENTITY_EXCHANGES: the RFCs describe the forms, and no document of the vault says which it takes.
 *
 * `client_id` is optional in all three: RFC 7521 sections 4.1 and 4.2, RFC 8693 section 2.1. `tenant` and `unique_key` are the vault's own.
 */
export const EXCHANGE_FORMS: Readonly<Record<IdentityExchange, ExchangeForm>> = {
  // RFC 7523 section 2.2: the token takes the place of the client secret.
  'client-assertion': {
    grant_type: 'client_credentials',
    client_assertion_type: { slot: 'assertionType' },
    client_assertion: TOKEN,
    ...ALWAYS,
  },
  // RFC 7523 section 2.1: the token is the grant.
  'jwt-bearer': {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: TOKEN,
    ...ALWAYS,
  },
  // RFC 8693 section 2.1.
  'token-exchange': {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: TOKEN,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    ...ALWAYS,
  },
};

/** The form of one login, without the fields that have nothing to say. */
export function formOf(
  exchange: IdentityExchange,
  values: Readonly<Record<Slot['slot'], string>>,
): Record<string, string> {
  const fields = Object.entries(EXCHANGE_FORMS[exchange]).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : values[value.slot],
  ]);
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}
