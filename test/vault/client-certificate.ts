import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { CERTIFICATE_REFUSED, UNVERIFIED_CERTIFICATE_COUNTS } from './assumptions.js';
import type { Authorization } from './data.js';
import { plainError } from './envelope.js';
import type { Exchange } from './exchange.js';
import { json, Refused, type Reply } from './reply.js';

/** The certificate with which a client opened its connection. */
export interface ClientCertificate {
  /** SHA-1 and SHA-256, `AB:CD:…`. */
  readonly fingerprints: readonly string[];
}

/** Undefined when the client sent none, or one that does not count. */
export function clientCertificate({ socket }: IncomingMessage): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined || !(socket.authorized || UNVERIFIED_CERTIFICATE_COUNTS)) return undefined;
  return { fingerprints: [certificate.fingerprint, certificate.fingerprint256] };
}

/**
 * "The system will validate both OAuth authentication data and the fingerprint of the certificate provided within
 * the request." Source: docs.senhasegura.io v3-32, attributes of an authorization.
 */
export function hasItsCertificate({ certificateFingerprint }: Authorization, exchange: Exchange): boolean {
  if (certificateFingerprint === undefined) return true;
  const fingerprints = exchange.clientCertificate?.fingerprints ?? [];
  return fingerprints.map(bare).includes(bare(certificateFingerprint));
}

/** Throws `Refused` when a login comes without the certificate of its authorization. */
export function checkLoginCertificate(caller: Authorization, exchange: Exchange): void {
  if (hasItsCertificate(caller, exchange)) return;
  throw new Refused(json(CERTIFICATE_REFUSED.status, CERTIFICATE_REFUSED.loginBody));
}

export function certificateReply(): Reply {
  return plainError(CERTIFICATE_REFUSED.status, CERTIFICATE_REFUSED.message);
}

function bare(fingerprint: string): string {
  return fingerprint.replaceAll(/[:\s]/g, '').toLowerCase();
}
