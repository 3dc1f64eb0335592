import { createHash, randomBytes } from 'node:crypto';
import { englishName } from '../credential-name.js';
import { Ledger } from '../custody/ledger.js';
import type { LedgerData } from '../custody/ledger-data.js';
import { SeguraError } from '../errors.js';
import type { Platform } from '../ports.js';
import { staticClaims } from '../requests/claim.js';
import { steeringWarnings } from '../requests/collisions.js';
import type { SecretRequest } from '../requests/request.js';
import type { Secret } from '../secret.js';
import { word } from '../text.js';
import { clientIdOf, sealKeyOf } from '../vault/auth/auth-settings.js';
import { splitCertificates } from '../vault/connection/certificate-blocks.js';
import type { Connection } from '../vault/connection/connection.js';
import type { DraftInputs, Inputs } from './inputs.js';
import type { PackedLogin } from './login/packed-login.js';
import { packLogin } from './login/packed-secret.js';

/** What a try of a step that is tried again leaves to the next: its use of the job, and what it may still hold. */
export type EarlierTry = Pick<LedgerData, 'use' | 'custody'>;

/** The largest CA set that travels inside the state. */
const MAX_CA_LENGTH = 64 * 1024;

/**
 * What the platform can tell before the network is touched: what it lacks, and files that cannot be created. It warns of
 * names that steer programs.
 */
export function checkPlatform(
  platform: Pick<Platform, 'files' | 'check' | 'warning'>,
  { requests, exportEnv }: DraftInputs,
): SeguraError[] {
  const claims = staticClaims(requests, exportEnv);
  for (const message of steeringWarnings(claims)) platform.warning(message);
  const files = claims.filter(({ kind }) => kind === 'file');
  return [...platform.check(), ...platform.files.check(files.map(({ name }) => name))];
}

/** Each wanted credential once, and whether its password is among what is wanted of it. */
export function wantedCredentials(requests: readonly SecretRequest[]): Map<string, boolean> {
  const wanted = new Map<string, boolean>();
  for (const { source } of requests) {
    if (source.kind !== 'pam') continue;
    const needsPassword = source.field === undefined || englishName(source.field) === 'password';
    wanted.set(source.credential, (wanted.get(source.credential) ?? false) || needsPassword);
  }
  return wanted;
}

/** What a ledger is made of. */
export interface LedgerParts {
  readonly inputs: Inputs;
  readonly connection: Connection;
  readonly platform: Platform;
  readonly earlier?: EarlierTry | undefined;
  /** Another login than by client secret alone, packed for a state that carries it. */
  readonly packed?: PackedLogin | undefined;
}

/**
 * The ledger of this run, still empty. Where post always comes, it is saved with the files that were made for it, so that
 * they are removed whatever ends this process.
 *
 * It carries the CA set for releasing custody; a set too long for the state is kept in a file beside it.
 * A step that is tried again goes on with the use of its earlier try, and with what that may still hold.
 * Errors: VALUE_TOO_LARGE when the state could not hold all that is asked for, FILE_REFUSED.
 */
export function createLedger(parts: LedgerParts): Ledger {
  const { inputs, platform, earlier } = parts;
  const left = (earlier?.custody ?? []).map(({ credential }) => credential);
  const credentials = [...new Set([...left, ...wantedCredentials(inputs.requests).keys()])];
  const key = platform.isStateAll ? undefined : sealKeyOf(inputs.login.auth);
  const carried = platform.isStateAll && credentials.length > 0 ? carriedIn(parts) : {};
  try {
    const ledger = ledgerOf(parts, carried, key, credentials);
    const hasFile = ledger.authKey !== undefined || ledger.caFile !== undefined;
    if (hasFile && platform.isStateAll) ledger.save();
    return ledger;
  } catch (error) {
    if (carried.authKey !== undefined) platform.files.remove(carried.authKey);
    throw error;
  }
}

type Carried = Pick<LedgerData, 'login' | 'trace' | 'auth' | 'authKey'>;

function ledgerOf(
  { inputs, connection, platform, earlier }: LedgerParts,
  carried: Carried,
  key: Secret | undefined,
  credentials: readonly string[],
): Ledger {
  const { endpoints, limits, login } = inputs;
  const { releaseFailure } = inputs.custody;
  const { run, tracking } = platform;
  const settings = { pamEndpoint: endpoints.pam, timeoutMs: limits.timeoutMs, releaseFailure };
  const own = {
    run,
    tracking,
    clientId: clientIdOf(login.auth),
    ...settings,
    custody: earlier?.custody ?? [],
  };
  const use = earlier?.use || randomBytes(8).toString('hex');
  const data = key === undefined ? { ...own, use, ...carried } : own;
  const files = fileNames(inputs);
  const { caCertificates } = connection;
  const whole = new Ledger(platform, key, { ...data, connection });
  const isShort = caCertificates.length <= MAX_CA_LENGTH;
  if (credentials.length > 0 && isShort && fits(whole, credentials, files, platform)) return whole;
  const bare = { ...connection, caCertificates: '' };
  const light = new Ledger(platform, key, { ...data, connection: bare });
  checkStateSize(light, credentials, files, platform);
  // Files alone are removed without speaking to the vault.
  if (credentials.length === 0 || caCertificates === '') return light;
  const entry = platform.files.keep('ca', caCertificates);
  const sha256 = createHash('sha256').update(caCertificates).digest('hex');
  return new Ledger(platform, key, { ...data, connection: bare, caFile: { entry, sha256 } });
}

/**
 * Post may find the kept set gone: the few certificates that vouched for the vault, and for all that the login needs besides,
 * go into the state itself, if they fit.
 */
export function keepAuthorities(ledger: Ledger, inputs: Inputs, platform: Platform, pem: string): void {
  if (ledger.caFile === undefined) return;
  ledger.trust([...new Set(splitCertificates(pem))].map((block) => `${block}\n`).join(''));
  const credentials = [...wantedCredentials(inputs.requests).keys()];
  if (!fits(ledger, credentials, fileNames(inputs), platform)) ledger.trust('');
}

function fileNames({ requests, exportEnv }: Inputs): string[] {
  return staticClaims(requests, exportEnv).flatMap(({ kind, content, name }) =>
    kind === 'file' || content === 'path' ? [name] : [],
  );
}

/** What only a state has that is all its reader gets. A client secret is hidden in the form in which it stands there. */
function carriedIn({ inputs, platform, packed }: LedgerParts): Carried {
  const { trace } = platform;
  if (packed !== undefined) {
    const authKey = packed.key === undefined ? undefined : platform.files.keep('key', packed.key);
    return { auth: packed.text, authKey, trace };
  }
  const { auth } = inputs.login;
  if (auth.method !== 'client-secret') return { trace };
  const login = packLogin(auth.clientSecret);
  platform.mask(login);
  return { login, trace };
}

/** Allowance for what comes before the name of a file: a temporary folder. */
const FOLDER = ''.padEnd(120);

/** The state must reach post whole: refused before anything is taken or written that could then not be undone. */
export function checkStateSize(
  ledger: Ledger,
  credentials: readonly string[],
  files: readonly string[],
  platform: Pick<Platform, 'maxStateLength'>,
): void {
  if (fits(ledger, credentials, files, platform)) return;
  throw new SeguraError(
    'VALUE_TOO_LARGE',
    `${credentials.length} credentials and ${files.length} files do not fit into the saved state.`,
    word('Ask for them in several steps.'),
  );
}

function fits(
  ledger: Ledger,
  credentials: readonly string[],
  files: readonly string[],
  { maxStateLength }: Pick<Platform, 'maxStateLength'>,
): boolean {
  const paths = files.map((name) => FOLDER + name);
  return ledger.sizeWith(credentials, paths) <= maxStateLength;
}
