import type { X509Certificate } from 'node:crypto';
import { codeOf, SeguraError } from '../../core/errors.js';
import { option, say, subject, type Text } from '../../core/text.js';

/**
 * The client's own certificate of a PKCS#12 file; `passphrase` is empty for none.
 *
 * Errors: INPUT_INVALID, with separate messages for a wrong or missing passphrase, a file without a key or without a
 * certificate, and ciphers that OpenSSL 3 does not read.
 */
export function openPkcs12(pfx: Buffer, passphrase: string): X509Certificate {
  // Not imported: TLS is loaded here only for such a file.
  const { createSecureContext, TLSSocket } = process.getBuiltinModule('node:tls');
  const { Socket } = process.getBuiltinModule('node:net');
  let certificate: X509Certificate | undefined;
  try {
    const secureContext = createSecureContext({ pfx, ...(passphrase === '' ? {} : { passphrase }) });
    // Nothing is connected: Node shows the certificate of a context only through a socket.
    const socket = new TLSSocket(new Socket(), { secureContext });
    certificate = socket.getX509Certificate();
    socket.destroy();
  } catch (error) {
    throw unreadable(error, passphrase === '');
  }
  if (certificate === undefined) throw problem(say`${NAME} has no certificate for its key.`, EXPORT);
  return certificate;
}

const NAME = subject('clientCertificate');
const EXPORT =
  'Export it again with its private key: openssl pkcs12 -export -in chain.pem -inkey key.pem -out client.p12';

/** Only the message distinguishes some of these errors. Nothing of it is shown. */
function unreadable(error: unknown, isBare: boolean): SeguraError {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('mac verify failure')) {
    const pass = option.clientKeyPassphrase;
    return isBare
      ? problem(say`${NAME} is a PKCS#12 file with a passphrase, and ${pass} is empty.`, say`Set ${pass}.`)
      : problem(
          say`${pass} does not open ${option.clientCertificate}.`,
          'Check the passphrase. On your own machine this asks for it: openssl pkcs12 -noout -in client.p12',
        );
  }
  if (codeOf(error) === 'ERR_CRYPTO_UNSUPPORTED_OPERATION') {
    return problem(
      say`${NAME} is a PKCS#12 file with an old cipher (RC2 or 3DES) that OpenSSL 3 does not read.`,
      say`Convert it to PEM, and use that: openssl pkcs12 -legacy -in old.p12 -out client.pem`,
    );
  }
  if (message.includes('private key'))
    return problem(say`${NAME} is a PKCS#12 file without a private key.`, EXPORT);
  if (message.includes('load certificate'))
    return problem(say`${NAME} is a PKCS#12 file without a certificate for its key.`, EXPORT);
  return problem(
    say`${NAME} is neither PEM nor a PKCS#12 file that can be read (${codeOf(error)}).`,
    'Copy the file again. To store it as a secret, encode the whole file in base64: base64 -w0 client.p12',
  );
}

function problem(message: Text, remedy: Text): SeguraError {
  return new SeguraError('INPUT_INVALID', message, remedy);
}
