import { KEY_INPUTS, type RawInputs } from '../../core/input-names.js';
import { bytesInText } from '../../core/vault/connection/given-file.js';
import { type InputOption, variableOf } from './options.js';
import { UsageError } from './usage-error.js';

/** Inputs that name a file with a secret, or hold the secret where they come from the environment. */
export const SECRET_FILES = [...KEY_INPUTS, 'oidc-token'] as const satisfies readonly InputOption[];

export function isSecretFile(name: InputOption): name is (typeof SECRET_FILES)[number] {
  return SECRET_FILES.some((each) => each === name);
}

/** A JSON Web Token, signed or encrypted. */
const JWT = /^\s*eyJ[\w-]+(?:\.[\w-]*){2,4}\s*$/;
/** The beginning of PKCS#12: a sequence, and its version 3. Source: RFC 7292 section 4. */
const PKCS12 = /^\x30(?:[\x00-\x80]|\x81.|\x82..|\x83.{3}|\x84.{4})\x02\x01\x03/s;
const VARIABLE_NAME = /^[A-Za-z_]\w*$/;

/** Errors: UsageError for an option whose value is a secret itself, which is not repeated. */
export function rejectSecretValue(
  name: (typeof SECRET_FILES)[number],
  value: string,
  oidcProvider: string,
): void {
  const remedy = remedyOf(name, value, oidcProvider.toLowerCase());
  if (remedy === undefined) return;
  throw new UsageError(
    `Option --${name} contains the secret itself: every process on the machine can read arguments.`,
    remedy,
  );
}

function remedyOf(name: (typeof SECRET_FILES)[number], value: string, provider: string): string | undefined {
  const variable = variableOf(name);
  switch (name) {
    case 'client-key':
    case 'decryption-key':
      return bytesInText(value) === undefined ? undefined : `Give a file, or set ${variable}.`;
    case 'client-certificate':
      return hasPrivateKey(value) ? `Give a file, or set ${variable}.` : undefined;
    case 'oidc-token': {
      const isName = ['env', 'gitlab'].includes(provider) && VARIABLE_NAME.test(value);
      if (!JWT.test(value) && (value === '' || provider === 'file' || isName)) return undefined;
      return `Give a file with --oidc-provider file, the name of a variable with env, or set ${variable}.`;
    }
  }
}

function hasPrivateKey(value: string): boolean {
  const bytes = bytesInText(value);
  return bytes !== undefined && (bytes.includes('PRIVATE KEY-----') || PKCS12.test(bytes.toString('latin1')));
}

/** The files with secrets that inputs name, by the input. */
export function secretFilesOf(raw: RawInputs): { name: InputOption; path: string }[] {
  const isTokenFile = raw['oidc-provider'].toLowerCase() === 'file';
  return SECRET_FILES.flatMap((name) => {
    const path = raw[name];
    if (path === '' || (name === 'oidc-token' ? !isTokenFile : bytesInText(path) !== undefined)) return [];
    return [{ name, path }];
  });
}
