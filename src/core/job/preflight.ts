import { createHash, randomBytes } from 'node:crypto';
import { Ledger } from '../custody/ledger.js';
import type { LedgerData, Left } from '../custody/ledger-data.js';
import type { SeguraError } from '../errors.js';
import type { FileEntry, NamedFile, NewFile, Platform } from '../ports.js';
import { steeringWarnings } from '../requests/collisions.js';
import type { Secret } from '../secret.js';
import { clientIdOf, sealKeyOf } from '../vault/auth/auth-settings.js';
import { splitCertificates } from '../vault/connection/certificate-blocks.js';
import type { Connection } from '../vault/connection/connection.js';
import type { DraftInputs, Inputs } from './inputs.js';
import type { PackedLogin } from './login/packed-login.js';
import { packLogin } from './login/packed-secret.js';
import { checkStateSize, filesOf, fits, namesHeld, type StepFiles } from './state/state-size.js';

/** What one attempt of a step leaves to the next attempt: its use in the job, what it may still hold, and its files. */
export type EarlierTry = Pick<LedgerData, 'use'> & Left;

/** The largest CA set that the state itself contains. */
const MAX_CA_LENGTH = 64 * 1024;

/**
 * The checks that need the platform but no network: what it lacks, and files that cannot be created. Warns of names that
 * change how programs run, and of files that git tracks.
 */
export function checkPlatform(
  platform: Pick<Platform, 'files' | 'check' | 'warning'>,
  { needs: { claims }, injection }: DraftInputs,
): SeguraError[] {
  for (const message of injection.injector?.warnings ?? []) platform.warning(message);
  for (const message of steeringWarnings(claims)) platform.warning(message);
  const files = claims.flatMap(({ kind, name }) => (kind === 'file' ? name : []));
  return [...platform.check(), ...platform.files.check(files, injection.injector?.made)];
}

/** The parts of a ledger. */
export interface LedgerParts {
  readonly inputs: Inputs;
  readonly connection: Connection;
  readonly platform: Platform;
  readonly earlier?: EarlierTry | undefined;
  /** A login that needs more than the client secret, packed for a state that carries it. */
  readonly packed?: PackedLogin | undefined;
}

/**
 * The ledger of this run, still empty. Where post always comes, it is saved with the names of the files that are made for
 * it before they are there, and again before they hold a byte, so that they are removed whatever ends this process.
 *
 * It carries the CA set for releasing custody. A set that is too long for the state is kept in a separate file.
 * A later attempt of a step continues the use of the earlier attempt, and takes over what that may still hold.
 * Errors: VALUE_TOO_LARGE when the state could not hold everything that is requested, FILE_REFUSED.
 */
export async function createLedger(parts: LedgerParts): Promise<Ledger> {
  const { inputs, platform, earlier } = parts;
  const left = (earlier?.custody ?? []).map(({ credential }) => credential);
  const credentials = [...new Set([...left, ...namesHeld(inputs)])];
  const key = platform.isStateAll ? undefined : sealKeyOf(inputs.login.auth);
  const named: Kept[] = [];
  const keep: Keep = (kind, text) => {
    const file = platform.files.keep(kind);
    named.push({ file, text });
    return file.entry;
  };
  const carried = platform.isStateAll && credentials.length > 0 ? carriedIn(parts, keep) : {};
  const ledger = ledgerOf(parts, carried, key, { credentials, keep, files: await filesOf(inputs) });
  await createKept(named, ledger, platform);
  return ledger;
}

/** A text, and the file that it is to be in. */
interface Kept {
  readonly file: NamedFile;
  readonly text: string;
}

async function createKept(named: readonly Kept[], ledger: Ledger, platform: Platform): Promise<void> {
  const made: { readonly file: NewFile; readonly text: string }[] = [];
  const save = async (): Promise<void> => {
    if (named.length === 0 || !platform.isStateAll) return;
    ledger.save();
    await platform.flush();
  };
  try {
    await save();
    for (const { file, text } of named) {
      const created = file.create();
      made.push({ file: created, text });
      ledger.nowThere(file.entry, created.entry);
    }
    await save();
    for (const { file, text } of made) file.write(text);
  } catch (error) {
    for (const { file } of made) platform.files.remove(file.entry);
    throw error;
  }
}

/** Names a file for a text, which it gets later. */
type Keep = (kind: 'ca' | 'key', text: string) => FileEntry;

type Carried = Pick<LedgerData, 'login' | 'trace' | 'auth' | 'authKey'>;

function ledgerOf(
  { inputs, connection, platform, earlier }: LedgerParts,
  carried: Carried,
  key: Secret | undefined,
  { credentials, keep, files }: { credentials: readonly string[]; keep: Keep; files: StepFiles },
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
    files: earlier?.files ?? [],
    injected: earlier?.injected,
    ssh: earlier?.ssh,
  };
  const use = earlier?.use || randomBytes(8).toString('hex');
  const data = key === undefined ? { ...own, use, ...carried } : own;
  const { caCertificates } = connection;
  const whole = new Ledger(platform, key, { ...data, connection });
  const isShort = caCertificates.length <= MAX_CA_LENGTH;
  if (credentials.length > 0 && isShort && fits(whole, credentials, files, platform)) return whole;
  const bare = { ...connection, caCertificates: '' };
  const light = new Ledger(platform, key, { ...data, connection: bare });
  checkStateSize(light, credentials, files, platform);
  // To remove only files, post does not need the vault.
  if (credentials.length === 0 || caCertificates === '') return light;
  const entry = keep('ca', caCertificates);
  const sha256 = createHash('sha256').update(caCertificates).digest('hex');
  return new Ledger(platform, key, { ...data, connection: bare, caFile: { entry, sha256 } });
}

/**
 * The file of the CA set may be gone in post. So the few certificates that vouched for the vault, and for the other servers
 * of the login, go into the state itself, if they fit.
 */
export async function keepAuthorities(
  ledger: Ledger,
  inputs: Inputs,
  platform: Platform,
  pem: string,
): Promise<void> {
  if (ledger.caFile === undefined) return;
  ledger.trust([...new Set(splitCertificates(pem))].map((block) => `${block}\n`).join(''));
  const credentials = namesHeld(inputs);
  if (!fits(ledger, credentials, await filesOf(inputs), platform)) ledger.trust('');
}

/** The extra parts of a state if its reader gets nothing but the state. The client secret is masked in the form that it has there. */
function carriedIn({ inputs, platform, packed }: LedgerParts, keep: Keep): Carried {
  const { trace } = platform;
  if (packed !== undefined) {
    const authKey = packed.key === undefined ? undefined : keep('key', packed.key);
    return { auth: packed.text, authKey, trace };
  }
  const { auth } = inputs.login;
  if (auth.method !== 'client-secret') return { trace };
  const login = packLogin(auth.clientSecret);
  platform.mask(login);
  return { login, trace };
}
