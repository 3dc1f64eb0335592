import type { Pool } from 'undici';
import type { Transport } from '../core/transport.js';
import type { Connection } from '../core/vault/connection/connection.js';

/** Loads the HTTP library late: it is the slowest part to load, and is not needed to reject an input. */
export type LoadUndici = () => Promise<{ readonly Pool: typeof Pool }>;

/** A Transport for one vault. */
export async function openTransport(connection: Connection, loadUndici: LoadUndici): Promise<Transport> {
  // The client loads TLS, as late as the library.
  const [{ Client }, undici] = await Promise.all([
    import(/* webpackMode: "eager" */ './client.js'),
    loadUndici(),
  ]);
  return new Client(connection, undici.Pool);
}
