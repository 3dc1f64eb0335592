import { collect, type SeguraError, throwIfAny } from '../core/errors.js';
import type { Log } from '../core/ports.js';
import type { Text } from '../core/text.js';
import type { Connection, WantedConnection } from '../core/vault/connection/connection.js';
import type { Keys } from './keys.js';
import { resolveConnection, type Surroundings } from './resolve-connection.js';

/** Resolves a connection while the other inputs are checked. Its warnings wait until all inputs are valid. */
export class ConnectionCheck {
  readonly #surroundings: Surroundings & Pick<Log, 'debug'>;
  readonly #keys: Keys;
  readonly #warnings: Text[] = [];
  readonly #problems: SeguraError[] = [];
  #connection: Connection | undefined;

  constructor(surroundings: Surroundings & Pick<Log, 'debug'>, keys: Keys) {
    this.#surroundings = surroundings;
    this.#keys = keys;
  }

  /** The problems of the connection: CA_INVALID, INPUT_INVALID. */
  problems(wanted: WantedConnection): readonly SeguraError[] {
    const warn = (message: Text): void => void this.#warnings.push(message);
    this.#connection = collect(this.#problems, () =>
      resolveConnection(wanted, { ...this.#surroundings, warn }),
    );
    return [...this.#problems, ...this.#keys.problems];
  }

  /** The connection that was checked, with its warnings. Errors (together, as Problems): those of `problems`. */
  connection(): Connection {
    throwIfAny(this.#problems);
    if (this.#connection === undefined) throw new Error('no connection was checked');
    const { clientCertificate, warnings, description } = this.#keys;
    for (const message of [...this.#warnings, ...warnings]) this.#surroundings.warn(message);
    if (clientCertificate === undefined) return this.#connection;
    this.#surroundings.debug(description);
    return { ...this.#connection, clientCertificate };
  }
}
