/** How the vault is reached. The main step resolves it once. The release uses the same, even if the environment has changed. */
export interface Connection {
  /** Base URL without a slash at the end. */
  readonly url: string;
  /** With user and password, when the proxy has them. */
  readonly proxy: string | undefined;
  readonly noProxy: string;
  /** PEM of the CA certificates that are trusted besides the public roots; empty for none. */
  readonly caCertificates: string;
  readonly tlsVerify: boolean;
  /** The run of the job, as every request tells it to the vault; absent outside a job. Printable ASCII. */
  readonly runLabel?: string;
  /** The certificate for the TLS handshake with the vault, but not with a proxy. It is never saved. */
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** A certificate of this client with its private key. */
export type ClientCertificate =
  /** PEM; of the chain, the client's own certificate comes first. */
  | { readonly certificate: string; readonly key: string; readonly passphrase?: string | undefined }
  /** PKCS#12, as base64. */
  | { readonly pfx: string; readonly passphrase?: string | undefined };

/** The part of a connection that may be written to a file: not the private key. */
export type SavedConnection = Omit<Connection, 'clientCertificate'>;

/** How to reach the vault, as requested. `url` is undefined if it is not valid. */
export interface WantedConnection {
  readonly url: URL | undefined;
  /** Another host at which the job logs in: the proxy may be for it only. */
  readonly loginUrl?: URL | undefined;
  readonly caCertificate: string;
  readonly tlsVerify: boolean;
  readonly proxy: string;
  readonly noProxy: string;
}

/** How long one request may take at most, as an input says it. */
export const MAX_TIMEOUT_SECONDS = 3_600;
