import type { Connection } from '../core/connection.js';
import { collect, refuse, type SeguraError } from '../core/errors.js';
import type { Unchecked } from '../core/inputs.js';
import { readCertificates, splitCertificates } from './certificates.js';
import { type ProxyEnvironment, resolveNoProxy, resolveProxy } from './proxy.js';

export interface Surroundings {
  readonly environment: ProxyEnvironment;
  readonly readFile: (path: string) => string;
  readonly warn: (message: string) => void;
}

/** How to reach the vault, from the inputs and the environment. Errors (as one Refusal): CA_INVALID, INPUT_INVALID. */
export function resolveConnection(
  inputs: Unchecked,
  { environment, readFile, warn }: Surroundings,
): Connection {
  const problems: SeguraError[] = [];
  const given = collect(problems, () => readCertificates(inputs.caCertificate, readFile)) ?? '';
  const proxy = collect(problems, () => resolveProxy(inputs.proxy, inputs.url?.protocol, environment));
  refuse(problems);
  return {
    url: inputs.url?.href.replace(/\/$/, '') ?? '',
    proxy,
    noProxy: resolveNoProxy(inputs.noProxy, environment),
    caCertificates: given + extraCertificates(environment['NODE_EXTRA_CA_CERTS'] ?? '', readFile, warn),
    tlsVerify: inputs.tlsVerify,
  };
}

/** What Node itself would add to its roots: a file that cannot be read is no error there, and none here. */
function extraCertificates(
  path: string,
  readFile: Surroundings['readFile'],
  warn: Surroundings['warn'],
): string {
  if (path === '') return '';
  try {
    return splitCertificates(readFile(path))
      .map((block) => `${block}\n`)
      .join('');
  } catch {
    warn(`NODE_EXTRA_CA_CERTS names ${path}, which cannot be read: it is ignored.`);
    return '';
  }
}
