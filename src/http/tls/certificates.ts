import { codeOf, SeguraError } from '../../core/errors.js';
import { say, subject } from '../../core/text.js';
import { readCertificate, splitCertificates } from '../../core/vault/connection/certificate-blocks.js';

/** A key that all PEM blocks of one certificate share, whatever their line breaks. */
export function derOf(block: string): string {
  return block.replaceAll(/-----[A-Z ]+-----|\s+/g, '');
}

/** Each certificate of `pem` once, without those that are trusted anyway: a copy of the system's set is mostly these. */
export function withoutThose(pem: string, trusted: readonly string[]): string {
  const known = new Set(trusted.map(derOf));
  const fresh = splitCertificates(pem).filter((block) => {
    const der = derOf(block);
    return !known.has(der) && known.add(der);
  });
  return fresh.map((block) => `${block}\n`).join('');
}

/**
 * The certificates that an input gives as PEM, as base64 of PEM, or as the path of a file, as PEM.
 *
 * Errors: CA_INVALID, naming which certificate of a chain cannot be read.
 */
export function readCertificates(input: string, readFile: (path: string) => string): string {
  if (input === '') return '';
  const given = input.replaceAll('\\n', '\n');
  if (given.includes('-----BEGIN')) return checked(given, 'the text');
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(input) ? Buffer.from(input, 'base64').toString() : '';
  if (decoded.includes('-----BEGIN')) return checked(decoded, 'the base64 text');
  let text: string;
  try {
    text = readFile(input);
  } catch (error) {
    const code = codeOf(error);
    // A long text is not a path but damaged PEM, so the message does not repeat it.
    const shown =
      input.length > 200 || input.includes('\n')
        ? 'text that is neither PEM nor base64 of PEM'
        : `"${input}", which cannot be read as a file (${code})`;
    throw invalid(` is ${shown}.`, 'Give PEM text, base64 of PEM, or the path of a PEM file.');
  }
  return checked(text, `file ${input}`);
}

function checked(pem: string, where: string): string {
  const blocks = splitCertificates(pem);
  const begun = pem.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (blocks.length === 0) {
    throw invalid(
      `: ${where} holds no certificate.`,
      'It must begin with -----BEGIN CERTIFICATE-----. A private key or a certificate request does not work here.',
    );
  }
  if (blocks.length < begun) {
    throw invalid(
      `: only ${blocks.length} of ${begun} certificates in ${where} are complete.`,
      'Each must end with -----END CERTIFICATE-----. Copy the file again, up to its last line.',
    );
  }
  for (const [index, block] of blocks.entries()) {
    try {
      readCertificate(block);
    } catch {
      throw invalid(
        `: certificate ${index + 1} of ${blocks.length} in ${where} cannot be read.`,
        'Export it again as PEM (base64), and put several certificates one after the other.',
      );
    }
  }
  return `${blocks.join('\n')}\n`;
}

/** `what` follows the name of the input. */
function invalid(what: string, remedy: string): SeguraError {
  return new SeguraError('CA_INVALID', say`${subject('caCertificate')}${what}`, remedy);
}
