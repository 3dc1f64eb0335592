import { dirname } from 'node:path';
import type { FileEntry } from '../ports.js';
import {
  has,
  isFlag,
  isLike,
  isList,
  isMaybe,
  isOneOf,
  isReadBy,
  isText,
  isTime,
  isWholeFrom,
  type Judge,
} from '../shape.js';
import { areCertificates } from '../vault/connection/certificate-blocks.js';
import { MAX_TIMEOUT_SECONDS } from '../vault/connection/connection.js';
import { proxyUrl } from '../vault/connection/proxy-url.js';
import { readUrl } from '../vault/connection/url.js';
import type { PamEndpoint } from '../vault/endpoints.js';
import { isHeldName } from '../vault/leases/held-name.js';
import type { LedgerData } from './ledger-data.js';
import { isPrivateFolder } from './private-folder.js';

/** A copy of the list, so that post does not load the code that reads inputs. */
const PAM_ENDPOINTS: readonly PamEndpoint[] = ['auto', 'api', 'iso', 'coe'];
const SHA256 = /^[0-9a-f]{64}$/;
const DIGITS = /^\d{1,20}$/;
/** The output of packLogin for a secret that is not empty. */
const LOGIN = /^[\w-]{25,}$/;
/** The output of runLabelOf. */
const RUN_LABEL = /^[\w./@:+~; -]{0,400}$/;

const isCredential: Judge = (value) => typeof value === 'string' && isHeldName(value);
const isPath: Judge = (value) => typeof value === 'string' && value !== '' && !value.includes('\0');
const entry = { path: isPath, device: isLike(DIGITS), inode: isLike(DIGITS) };
const isFile = has({ ...entry, folder: isOneOf(false) });
const isFolder = has({
  ...entry,
  path: (value) => isPath(value) && isPrivateFolder(value as string),
  folder: isOneOf(true),
});
/** A copy of old bytes is a file that only we make, in a folder that only we make. */
const isInjected = has({
  path: isPath,
  sha256: isLike(SHA256),
  oldSha256: isLike(SHA256),
  copy: (value) => isFile(value) && isPrivateFolder((value as FileEntry).path.replace(/[/\\]old-\d+$/, '')),
  mode: isWholeFrom(0, 0o7777),
  mtimeMs: isTime,
});
const isCustody = has({
  credential: isCredential,
  state: isOneOf('asked', 'held', 'again'),
  id: isMaybe(isLike(DIGITS)),
  prefix: isOneOf(undefined, 'api', 'iso'),
  doubtedAtMs: isMaybe(isTime),
  changes: isOneOf(undefined, true),
  sinceMs: isTime,
});
const connection: Readonly<Record<string, Judge>> = {
  proxy: isMaybe((value) => typeof value === 'string' && proxyUrl(value) !== undefined),
  noProxy: isText,
  caCertificates: (value) => typeof value === 'string' && areCertificates(value),
  tlsVerify: isFlag,
  runLabel: isMaybe(isLike(RUN_LABEL)),
  // It is never saved, so a state that has one is forged.
  clientCertificate: isOneOf(undefined),
};
const isConnection = has({ ...connection, url: isReadBy((text) => readUrl(text)) });
/** A socket, or a pipe of Windows. */
const SOCKET = /^(?:\/|[A-Za-z]:[\\/]|\\\\[.?]\\pipe\\)[^\0]+$/;
const isSsh = has({
  items: isList(isCredential),
  // Only such an agent is ended.
  agent: isMaybe(
    has({
      socket: (value) => isLike(SOCKET)(value) && isPrivateFolder(dirname(value as string)),
      pid: isMaybe(isWholeFrom(2, 2 ** 31)),
    }),
  ),
  keys: isList(has({ socket: isLike(SOCKET), blob: isLike(/^[A-Za-z0-9+/]{16,16384}={0,2}$/) })),
});
const isAnyLedger = has({
  version: isOneOf(2),
  leases: isOneOf(undefined, 'marked'),
  run: isText,
  tracking: isMaybe(isText),
  use: isText,
  connection: isConnection,
  caFile: isMaybe(has({ entry: isFile, sha256: isText })),
  trace: isMaybe(isFile),
  clientId: isText,
  login: isMaybe(isText),
  auth: isMaybe(isText),
  authKey: isMaybe(isFile),
  pamEndpoint: isOneOf(...PAM_ENDPOINTS),
  timeoutMs: isWholeFrom(1_000, MAX_TIMEOUT_SECONDS * 1_000),
  releaseFailure: isOneOf('warn', 'fail'),
  ssh: isMaybe(isSsh),
  custody: isList(isCustody),
  files: isList((value) => isFile(value) || isFolder(value)),
  injected: isMaybe(isList(isInjected)),
});
/** What is also needed when there is custody to release. */
const hasSecret = has({ clientId: isLike(/./s), login: isLike(LOGIN) });
const hasAuth = has({ auth: isLike(/./s) });
const canLogIn: Judge = (value) => hasSecret(value) || hasAuth(value);

/**
 * Whether a value that anyone could have written has the form of a ledger that carries its login. The checks are those
 * of the inputs from which main makes one, so that nothing fails later, when files are already gone.
 */
export function isCarriedLedger(value: unknown): value is LedgerData {
  return isUnsealedLedger(value) && (value.custody.length === 0 || canLogIn(value));
}

/** The same for a ledger whose reader logs in by settings of its own. */
export function isUnsealedLedger(value: unknown): value is LedgerData {
  return isAnyLedger(value);
}
