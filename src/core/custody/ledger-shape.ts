import type { PamEndpoint } from '../vault/pam.js';
import type { LedgerData } from './ledger-data.js';

/** Written out, so that post does not load all that reads inputs. */
const PAM_ENDPOINTS: readonly PamEndpoint[] = ['auto', 'api', 'iso', 'coe'];

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isOneOf =
  (...options: readonly unknown[]) =>
  (value: unknown): boolean =>
    options.includes(value);
const isMaybe =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);
const isList =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(is);
const has =
  (shape: Shape) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([name, is]) => is(Reflect.get(value, name)));

const isFile = has({ path: isText, device: isText, inode: isText, folder: isFlag });
const isCustody = has({
  credential: isText,
  state: isOneOf('asked', 'held', 'again'),
  id: isMaybe(isText),
  prefix: isOneOf(undefined, 'api', 'iso'),
  doubtedAtMs: isMaybe(isNumber),
  sinceMs: isNumber,
});
const isConnection = has({
  url: (value) => typeof value === 'string' && (value === '' || URL.canParse(value)),
  proxy: isMaybe(isText),
  noProxy: isText,
  caCertificates: isText,
  tlsVerify: isFlag,
});
const isLedger = has({
  version: isOneOf(2),
  run: isText,
  tracking: isMaybe(isText),
  use: isText,
  connection: isConnection,
  caFile: isMaybe(has({ entry: isFile, sha256: isText })),
  trace: isMaybe(isFile),
  clientId: isText,
  login: isMaybe(isText),
  pamEndpoint: isOneOf(...PAM_ENDPOINTS),
  timeoutMs: isNumber,
  releaseFailure: isOneOf('warn', 'fail'),
  custody: isList(isCustody),
  files: isList(isFile),
});

/** Whether a value that anybody may have written has the form of a ledger that carries its login. */
export function isLedgerData(value: unknown): value is LedgerData {
  return isLedger(value);
}
