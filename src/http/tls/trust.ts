import { type DetailedPeerCertificate, type SecureContext, TLSSocket } from 'node:tls';
import { splitCertificates } from '../../core/vault/connection/certificate-blocks.js';
import type { Connection } from '../../core/vault/connection/connection.js';
import { derOf } from './certificates.js';

type Tls = Pick<typeof import('node:tls'), 'createSecureContext' | 'rootCertificates'>;

/** Whom a handshake is with: each may be trusted by another CA. */
export type Peer = 'vault' | 'proxy';

/**
 * What certificates are checked by: the CA certificates of the connection and the public roots, whatever
 * NODE_EXTRA_CA_CERTS and NODE_TLS_REJECT_UNAUTHORIZED of this process say.
 *
 * To parse all public roots costs more than a whole fetch on Node 20. So where the connection has CA certificates of its
 * own, a peer is checked by these first, and by the whole set only when they do not vouch for it: what is trusted is the
 * same, since whoever passes the first check passes the second.
 */
export class Trust {
  readonly #contexts: (() => SecureContext)[];
  /** How many of the contexts did not vouch for a peer. */
  readonly #passed: Record<Peer, number> = { vault: 0, proxy: 0 };
  readonly #own: readonly string[];
  readonly #peers = new Map<Peer, TLSSocket>();

  constructor({ caCertificates, tlsVerify }: Connection, { createSecureContext, rootCertificates }: Tls) {
    const own = splitCertificates(caCertificates);
    this.#own = tlsVerify ? own : [];
    const context = (ca: readonly string[]) =>
      once(() => createSecureContext({ ca: [...ca], minVersion: 'TLSv1.2' }));
    const isOwnEnough = own.length > 0 || !tlsVerify;
    this.#contexts = [
      ...(isOwnEnough ? [context(own)] : []),
      ...(tlsVerify ? [context([...rootCertificates, ...own])] : []),
    ];
  }

  /** The outcome of a handshake by the narrowest set that vouches for `peer`; each try needs a connection of its own. */
  async vouch<T>(peer: Peer, handshake: (context: SecureContext) => Promise<T>): Promise<T> {
    for (let at = this.#passed[peer]; ; at += 1) {
      const context = this.#contexts[at];
      if (context === undefined) throw new Error('no set of certificates is left');
      try {
        const socket = await handshake(context());
        if (socket instanceof TLSSocket) this.#peers.set(peer, socket);
        return socket;
      } catch (error) {
        if (at + 1 >= this.#contexts.length || !isUntrusted(error)) throw error;
        this.#passed[peer] = at + 1;
      }
    }
  }

  /** Those of the connection's own certificates that stand in the chain of a peer: what a peer itself sent is not trusted. */
  authorities(): string {
    const chains = [...this.#peers.values()].flatMap(chainOf);
    return this.#own
      .filter((block) => chains.includes(derOf(block)))
      .map((block) => `${block}\n`)
      .join('');
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

/** True when the chain of a certificate did not lead to a CA that is known, or not by valid signatures. */
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
