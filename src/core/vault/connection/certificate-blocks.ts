import { isReadBy } from '../../shape.js';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The PEM blocks of a chain, one by one. */
export function splitCertificates(pem: string): string[] {
  return pem.match(BLOCK) ?? [];
}

/** Throws the error of the system for a block that is not a certificate. */
export function readCertificate(block: string): void {
  // Not imported: it is slow to load, and most runs have no certificate.
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  new X509Certificate(block);
}

/** True when every block of a text is a certificate; a text without any is true as well. */
export function areCertificates(pem: string): boolean {
  return splitCertificates(pem).every(isReadBy(readCertificate));
}
