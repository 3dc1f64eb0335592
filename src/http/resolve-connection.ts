import { collect, type SeguraError, throwIfAny } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { option, say, type Text } from '../core/text.js';
import { readCertificate, splitCertificates } from '../core/vault/connection/certificate-blocks.js';
import type { Connection, WantedConnection } from '../core/vault/connection/connection.js';
import { doubtfulEntries } from './no-proxy.js';
import { type ProxyEnvironment, resolveNoProxy, resolveProxy } from './proxy.js';
import { readCertificates, withoutThose } from './tls/certificates.js';
import { systemCertificates, wantsSystemCertificates } from './tls/system-certificates.js';

/** A longer set may contain much that is trusted anyway, and the state that carries it to post has limits. */
const LONG_SET = 16 * 1024;

export interface Surroundings {
  readonly environment: ProxyEnvironment;
  readonly readFile: (path: string) => string;
  readonly warn: (message: Text) => void;
  /** The run of the job, for the vault's log; printable ASCII, empty outside a job. */
  readonly runLabel?: string;
}

/** How to reach the vault, from the inputs and the environment. Errors (together, as Problems): CA_INVALID, INPUT_INVALID. */
export function resolveConnection(
  inputs: WantedConnection,
  { environment, readFile, warn, runLabel = '' }: Surroundings,
): Connection {
  const problems: SeguraError[] = [];
  const { url, loginUrl } = inputs;
  const given = collect(problems, () => readCertificates(inputs.caCertificate, readFile)) ?? '';
  const noProxy = resolveNoProxy(inputs.noProxy, environment);
  const proxy = collect(problems, () =>
    resolveProxy({ url, loginUrl, input: inputs.proxy, noProxy, environment }),
  );
  throwIfAny(problems);
  if (proxy !== undefined) warnOfNoProxy(noProxy, warn);
  const extra = extraCertificates(environment['NODE_EXTRA_CA_CERTS'] ?? '', readFile, warn);
  return {
    url: url?.href.replace(/\/$/, '') ?? '',
    proxy,
    noProxy,
    caCertificates: shortened(given + extra + ofSystem(environment, warn)),
    tlsVerify: inputs.tlsVerify,
    ...(runLabel === '' ? {} : { runLabel }),
  };
}

function shortened(pem: string): string {
  if (pem.length <= LONG_SET) return pem;
  // Not imported: TLS is loaded here only for a set of that size.
  return withoutThose(pem, process.getBuiltinModule('node:tls').rootCertificates);
}

/** Another program may read the entry in its own way, and reach the vault without the proxy. */
function warnOfNoProxy(noProxy: string, warn: Surroundings['warn']): void {
  for (const entry of doubtfulEntries(noProxy)) {
    warn(
      say`NO_PROXY (or ${option.noProxy}) has the entry ${printable(entry)}, which is not a valid host, address or network. It has no effect.`,
    );
  }
}

/** Kept with the connection, so that changes of a later step to the store of the system do not affect post. */
function ofSystem(environment: ProxyEnvironment, warn: Surroundings['warn']): string {
  if (!wantsSystemCertificates(environment, process.execArgv)) return '';
  const found = systemCertificates();
  if (found === undefined) {
    warn(
      `NODE_USE_SYSTEM_CA asks for the certificates of the system, but Node ${process.versions.node} cannot read them. It is ignored.`,
    );
    return '';
  }
  return splitCertificates(found)
    .map((block) => `${block}\n`)
    .join('');
}

/** The certificates that Node itself would add to its roots. As in Node, a file that cannot be read is not an error. */
function extraCertificates(
  path: string,
  readFile: Surroundings['readFile'],
  warn: Surroundings['warn'],
): string {
  if (path === '') return '';
  try {
    const blocks = splitCertificates(readFile(path));
    // A damaged certificate would make every connection fail.
    for (const block of blocks) readCertificate(block);
    return blocks.map((block) => `${block}\n`).join('');
  } catch {
    warn(`NODE_EXTRA_CA_CERTS names ${path}, which cannot be read: it is ignored.`);
    return '';
  }
}
