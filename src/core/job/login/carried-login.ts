import { IDENTITY_EXCHANGES } from '../../assumptions.js';
import { Secret } from '../../secret.js';
import { has, isMaybe, isOneOf, isReadBy, isText, type Judge } from '../../shape.js';
import { LEADING_VARIABLES } from '../../tokens/leading-variables.js';
import { type AuthSettings, type IdentitySettings, secretsOf } from '../../vault/auth/auth-settings.js';
import type { CarriedLogin, FoundLogin, PackedLogin } from './packed-login.js';
import { readTokenEndpoint } from './token-endpoint.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A login for the state: as JSON where nothing of it is private, else encrypted with AES-256-GCM under a new key, which is
 * for a file. Neither the state nor the file shows anything by itself.
 */
export function packCarried(login: CarriedLogin): PackedLogin {
  const text = JSON.stringify(plainOf(login));
  const isPrivate =
    login.clientCertificate !== undefined || secretsOf(login.auth).some((each) => each.reveal() !== '');
  if (!isPrivate) return { text };
  // Not imported: most logins need none of it.
  const { createCipheriv, randomBytes } = process.getBuiltinModule('node:crypto');
  const key = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  const encrypted = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return { text: encrypted.toString('base64url'), key: key.toString('base64url') };
}

/** The login of a state that anyone may have written; undefined when it is not one, or its key is gone. */
export function unpackCarried(
  { text, key }: FoundLogin,
  readFile: (path: string) => string,
): CarriedLogin | undefined {
  try {
    const json = key === undefined ? text : decrypted(text, readFile(key.path));
    const login: unknown = JSON.parse(json, (_name, value: unknown) =>
      isWrapped(value) ? new Secret(value.secret) : value,
    );
    if (!isCarried(login)) return undefined;
    const carried = login as CarriedLogin;
    return isFoundFor(carried.auth, carried.found) ? carried : undefined;
  } catch {
    return undefined;
  }
}

/** A value with each secret of it in plain text, marked as one. */
function plainOf(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainOf(each)]));
}

function decrypted(text: string, keyText: string): string {
  const { createDecipheriv } = process.getBuiltinModule('node:crypto');
  const bytes = Buffer.from(text, 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, Buffer.from(keyText, 'base64url'), nonce);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const middle = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([middle, decipher.final()]).toString();
}

function isWrapped(value: unknown): value is { secret: string } {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && typeof Reflect.get(value, 'secret') === 'string';
}

const isSecret: Judge = (value) => value instanceof Secret;
const isToken: Judge = (value) => value instanceof Secret && /^[\x21-\x7e]+$/.test(value.reveal());
const isParameters = has({
  tokenEndpoint: isReadBy((text) => readTokenEndpoint(text, undefined)),
  tenant: isText,
  uniqueKey: isText,
});
const isWellFormed: Judge = (value) => typeof value === 'string' && value.isWellFormed();

/** Where an identity token comes from in post: never the name of a variable, of which post has more than scripts have. */
const isIdentity: Judge = (value) => {
  if (!has({ provider: isText, token: isSecret, audience: isWellFormed })(value)) return false;
  const { provider, token } = value as IdentitySettings;
  return token.reveal() === ''
    ? ['github', 'azure-devops', 'circleci', 'buildkite', 'gcp', 'azure-imds'].includes(provider)
    : ['auto', 'file'].includes(provider);
};

/** Only the variables that lead to this provider. */
function isFoundFor(auth: AuthSettings, found: unknown): boolean {
  if (found === undefined) return true;
  if (auth.method !== 'oidc' || typeof found !== 'object' || found === null) return false;
  const names = LEADING_VARIABLES[auth.identity.provider] ?? [];
  return Object.entries(found).every(([name, each]) => names.includes(name) && typeof each === 'string');
}

const isAuth: Readonly<Record<AuthSettings['method'], Judge>> = {
  'client-secret': has({ clientId: isText, clientSecret: isSecret, parameters: isParameters }),
  oidc: has({
    clientId: isText,
    identity: isIdentity,
    exchange: isOneOf(...Object.keys(IDENTITY_EXCHANGES)),
    assertionType: isText,
    parameters: isParameters,
  }),
  oauth1: has({
    keys: has({ consumerKey: isText, consumerSecret: isSecret, tokenKey: isText, tokenSecret: isSecret }),
  }),
  'access-token': has({ token: isToken }),
};

const passphrase = isMaybe(isText);
const isPemPair = has({ certificate: isText, key: isText, passphrase });
const isPkcs12 = has({ pfx: isText, passphrase });

const isCarried = has({
  auth: (value) => {
    const method: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'method') : undefined;
    return (
      typeof method === 'string' &&
      Object.hasOwn(isAuth, method) &&
      isAuth[method as AuthSettings['method']](value)
    );
  },
  clientCertificate: isMaybe((value) => isPemPair(value) || isPkcs12(value)),
});
