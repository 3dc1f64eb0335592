import {
  type DetailedPeerCertificate,
  type SecureContext,
  type SecureContextOptions,
  TLSSocket,
} from 'node:tls';
import { codeOf } from '../../core/errors.js';
import { TransportFailure } from '../../core/transport.js';
import { splitCertificates } from '../../core/vault/connection/certificate-blocks.js';
import type { ClientCertificate, Connection } from '../../core/vault/connection/connection.js';
import { derOf } from './certificates.js';

type Tls = Pick<typeof import('node:tls'), 'createSecureContext' | 'rootCertificates'>;

/** The other end of a handshake: a different CA may sign for each. */
export type Peer = 'vault' | 'proxy';

/**
 * What certificates are checked by: the CA certificates of the connection and the public roots, whatever
 * NODE_EXTRA_CA_CERTS and NODE_TLS_REJECT_UNAUTHORIZED of this process say.
 *
 * On Node 20, parsing all public roots takes longer than a whole fetch. So if the connection has its own CA certificates, a
 * peer is checked with these first, and with the whole set only if they do not vouch for it. The same peers are trusted,
 * because a peer that passes the first check passes the second.
 *
 * Only the vault gets the client certificate of the connection. A proxy does not: it is another party, and its login is in
 * its URL.
 */
export class Trust {
  readonly #contexts: Readonly<Record<Peer, readonly (() => SecureContext)[]>>;
  /** How many of the contexts did not vouch for a peer. */
  readonly #passed: Record<Peer, number> = { vault: 0, proxy: 0 };
  readonly #own: readonly string[];
  readonly #peers = new Map<Peer, TLSSocket>();

  constructor(
    { caCertificates, tlsVerify, clientCertificate }: Connection,
    { createSecureContext, rootCertificates }: Tls,
  ) {
    const own = splitCertificates(caCertificates);
    this.#own = tlsVerify ? own : [];
    const isOwnEnough = own.length > 0 || !tlsVerify;
    const sets = [...(isOwnEnough ? [own] : []), ...(tlsVerify ? [[...rootCertificates, ...own]] : [])];
    const contexts = (make: (options: SecureContextOptions) => SecureContext) =>
      sets.map((ca) => once(() => make({ ca, minVersion: 'TLSv1.2' })));
    const proxy = contexts(createSecureContext);
    const vault =
      clientCertificate === undefined
        ? proxy
        : contexts((options) => showing(clientCertificate, options, createSecureContext));
    this.#contexts = { vault, proxy };
  }

  /** The result of a handshake with the smallest set that vouches for `peer`. Each attempt needs its own connection. */
  async vouch<T>(peer: Peer, handshake: (context: SecureContext) => Promise<T>): Promise<T> {
    for (let at = this.#passed[peer]; ; at += 1) {
      const context = this.#contexts[peer][at];
      if (context === undefined) throw new Error('no set of certificates is left');
      try {
        const socket = await handshake(context());
        if (socket instanceof TLSSocket) this.#peers.set(peer, socket);
        return socket;
      } catch (error) {
        if (at + 1 >= this.#contexts[peer].length || !isUntrusted(error)) throw error;
        this.#passed[peer] = at + 1;
      }
    }
  }

  /** Those of the connection's own certificates that are in the chain of a peer. What a peer itself sent is not trusted. */
  authorities(): string {
    const chains = [...this.#peers.values()].flatMap(chainOf);
    return this.#own
      .filter((block) => chains.includes(derOf(block)))
      .map((block) => `${block}\n`)
      .join('');
  }
}

/** A context that sends a client certificate. Errors: TransportFailure, for one that OpenSSL cannot use. */
function showing(
  given: ClientCertificate,
  options: SecureContextOptions,
  make: (options: SecureContextOptions) => SecureContext,
): SecureContext {
  const { passphrase } = given;
  const identity =
    'pfx' in given ? { pfx: Buffer.from(given.pfx, 'base64') } : { cert: given.certificate, key: given.key };
  try {
    return make({ ...options, ...identity, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw new TransportFailure('client-certificate', true, codeOf(error));
  }
}

function chainOf(socket: TLSSocket): string[] {
  const chain: string[] = [];
  // The root of a chain is its own issuer.
  for (
    let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
    at?.raw !== undefined;
  ) {
    const der = at.raw.toString('base64');
    if (chain.includes(der)) break;
    chain.push(der);
    at = at.issuerCertificate;
  }
  return chain;
}

/** True when the chain of a certificate does not lead to a known CA by valid signatures. */
function isUntrusted(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && CHAIN.test(code);
}

const CHAIN =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|AKID_|SUBJECT_ISSUER|ERROR_IN_CERT)/;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
