import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import type { Secret } from '../secret.js';
import type { ListedItem } from '../vault/items/credential-list.js';
import type { CredentialForm } from '../vault/write/credential-form.js';
import { isIdentifier } from '../vault/write/form.js';
import { commandFor, optionArgument } from './argument.js';
import { checkNewName } from './device-plan.js';

/** What a credential is to become. What is undefined stays as it is. */
export interface CredentialWish {
  readonly identifier?: string | undefined;
  readonly username?: string | undefined;
  readonly hostname?: string | undefined;
  readonly ip?: string | undefined;
  readonly type?: string | undefined;
  readonly domain?: string | undefined;
  readonly tags?: string | undefined;
  readonly password?: Secret | undefined;
  readonly additional?: Secret | undefined;
}

export interface CredentialPlan {
  readonly kind: 'create' | 'update' | 'nothing';
  readonly before: ListedItem | undefined;
  readonly form: CredentialForm;
  /** The names of the fields that get another value, as the vault calls them. */
  readonly changes: readonly string[];
}

/**
 * What is to be sent so that the credential `name` becomes what is wished. `all`: what the vault lists; `before`: what the
 * name means in it. `ip`: the address of a device of the vault, for a new credential without one.
 *
 * A field that is not given is never sent, apart from what names the credential, and its type, which the vault would reset.
 * Errors: INPUT_INVALID, INPUT_MISSING, CREDENTIAL_NOT_FOUND, CHANGE_REFUSED.
 */
export function planCredential(
  name: string,
  before: ListedItem | undefined,
  wish: CredentialWish,
  all: readonly ListedItem[],
): CredentialPlan {
  if (wish.identifier !== undefined && !isIdentifier(wish.identifier)) throw badIdentifier();
  return before === undefined ? planNew(name, wish, all) : planUpdate(before, wish, all);
}

function planUpdate(before: ListedItem, wish: CredentialWish, all: readonly ListedItem[]): CredentialPlan {
  const id = printable(before.id);
  const { identifier = before.identifier, username = before.username, type } = wish;
  for (const key of ['hostname', 'ip'] as const)
    if (wish[key] !== undefined && wish[key] !== before[key])
      throw refused(
        `Credential ${id} belongs to ${printable(before.hostname)} (${printable(before.ip)}), and no documented request moves it to another device.`,
        `Leave --${key} out, or create another credential: segura-secrets credential put USER@HOST --ip ADDRESS`,
      );
  const isOtherName = username !== before.username;
  if (isOtherName && (before.identifier === undefined || identifier !== before.identifier))
    throw refused(
      `The vault finds credential ${id} by its user name here, so the user name cannot be changed in the same request.`,
      `Then change the user name in a second run. Give it an identifier first: ${commandFor('credential put', before.id, '--identifier NAME')}`,
    );
  const owner = all.find((item) => item.id !== before.id && item.identifier === identifier);
  if (identifier !== undefined && owner !== undefined)
    throw refused(
      `Credential ${printable(owner.id)} already has the identifier ${printable(identifier)}, so the vault would change that one.`,
      'Choose another identifier.',
    );
  const isFoundByIdentifier = before.identifier !== undefined && identifier === before.identifier;
  const twin = isFoundByIdentifier
    ? undefined
    : all.find((item) => item.id !== before.id && isAt(item, before));
  if (twin !== undefined)
    throw refused(
      `The vault finds credential ${id} by its user name and device here, and credential ${printable(twin.id)} has the same, so the vault could change that one.`,
      `Give credential ${id} an identifier in the vault.`,
    );
  const form: CredentialForm = {
    identifier,
    username,
    hostname: before.hostname,
    ip: before.ip,
    ...given(wish),
    credential_type: type ?? (before.type || undefined),
  };
  const changes = [
    ...(identifier === before.identifier ? [] : ['identifier']),
    ...(isOtherName ? ['username'] : []),
    ...(type === undefined || type === before.type ? [] : ['credential_type']),
    ...Object.keys(given(wish)),
  ];
  return { kind: changes.length === 0 ? 'nothing' : 'update', before, form, changes };
}

function planNew(name: string, wish: CredentialWish, all: readonly ListedItem[]): CredentialPlan {
  if (/^\d+$/.test(name))
    throw new SeguraError(
      'CREDENTIAL_NOT_FOUND',
      `The vault lists no PAM credential ${printable(name)} for this authorization, and a new one gets its number from the vault.`,
      'Write segura-secrets credential put USER@HOST --ip ADDRESS to create one.',
    );
  checkNewName('credential', name);
  for (const text of [wish.username, wish.hostname, wish.ip]) checkNewName('credential', text ?? '');
  // A host name has no @, and a user name can have one.
  const at = name.lastIndexOf('@');
  const identifier = wish.identifier ?? (at === -1 ? name : undefined);
  if (identifier !== undefined && !isIdentifier(identifier)) throw badIdentifier();
  const username = wish.username ?? (name.slice(0, Math.max(at, 0)) || undefined);
  const hostname = wish.hostname ?? (at === -1 ? undefined : name.slice(at + 1) || undefined);
  const { ip } = wish;
  if (username === undefined || hostname === undefined || ip === undefined)
    throw new SeguraError(
      'INPUT_MISSING',
      `The vault lists no PAM credential ${printable(name)}, and a new one needs a user name, the host name of its device and its address.`,
      `Check the name, or create it: ${commandFor('credential put', name, optionsFor(wish, { username, hostname, ip }))}`,
    );
  const twin = all.find((item) => isAt(item, { hostname, ip, username }));
  if (twin !== undefined)
    throw refused(
      `Credential ${printable(twin.id)} has that user name and device, so the vault would change that one.`,
      `To change it, give the same options to: ${commandFor('credential put', twin.id)}`,
    );
  const form: CredentialForm = {
    identifier,
    username,
    hostname,
    ip,
    ...given(wish),
    credential_type: wish.type,
  };
  const changes = Object.entries(form).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  return { kind: 'create', before: undefined, form, changes };
}

/** What is given already, and what is missing as words to replace: the line is a whole command. */
function optionsFor(given: CredentialWish, known: Readonly<Record<keyof Place, string | undefined>>): string {
  const words = { username: 'USER', hostname: 'HOST', ip: 'ADDRESS' } as const;
  const options = Object.entries(words).flatMap(([name, word]) => {
    const key = name as keyof typeof words;
    if (given[key] !== undefined) return [optionArgument(key, given[key])];
    return known[key] === undefined ? [`--${key} ${word}`] : [];
  });
  return options.join(' ');
}

/** By what the vault finds a credential without its identifier. */
type Place = Pick<ListedItem, 'hostname' | 'ip' | 'username'>;

export function isAt(item: Place, { hostname, ip, username }: Place): boolean {
  return item.hostname === hostname && item.ip === ip && item.username === username;
}

/** What no list shows: it is sent only if it is given. */
function given({
  password,
  additional,
  domain,
  tags,
}: CredentialWish): Pick<CredentialForm, 'content' | 'additional' | 'domain' | 'tags'> {
  return {
    ...(password === undefined ? {} : { content: password }),
    ...(additional === undefined ? {} : { additional }),
    ...(domain === undefined ? {} : { domain }),
    ...(tags === undefined ? {} : { tags }),
  };
}

function badIdentifier(): SeguraError {
  return new SeguraError(
    'INPUT_INVALID',
    'The identifier has characters that the vault rejects.',
    'Use letters, digits, "_", "." and "-".',
  );
}

function refused(message: string, remedy: string): SeguraError {
  return new SeguraError('CHANGE_REFUSED', message, remedy);
}
