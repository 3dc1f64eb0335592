import { isReadBy } from '../../shape.js';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The PEM blocks of a chain, each by itself. */
export function splitCertificates(pem: string): string[] {
  return pem.match(BLOCK) ?? [];
}

/** Throws what the system says of a block that is no certificate. */
export function readCertificate(block: string): void {
  // Not imported: it takes time to load, and most give no certificate.
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  new X509Certificate(block);
}

/** True when every block of a text is a certificate; a text without any is true as well. */
export function areCertificates(pem: string): boolean {
  return splitCertificates(pem).every(isReadBy(readCertificate));
}
