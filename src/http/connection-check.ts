import { collect, type SeguraError, throwIfAny } from '../core/errors.js';
import type { Text } from '../core/text.js';
import type { Connection, WantedConnection } from '../core/vault/connection/connection.js';
import { resolveConnection, type Surroundings } from './resolve-connection.js';

/** Resolves a connection while the other inputs are checked, and warns of it only once all of them are right. */
export class ConnectionCheck {
  readonly #surroundings: Surroundings;
  readonly #warnings: Text[] = [];
  readonly #problems: SeguraError[] = [];
  #connection: Connection | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** What is wrong with it: CA_INVALID, INPUT_INVALID. */
  problems(wanted: WantedConnection): readonly SeguraError[] {
    const warn = (message: Text): void => void this.#warnings.push(message);
    this.#connection = collect(this.#problems, () =>
      resolveConnection(wanted, { ...this.#surroundings, warn }),
    );
    return this.#problems;
  }

  /** The connection that was checked, with its warnings. Errors (together, as Problems): those of `problems`. */
  connection(): Connection {
    throwIfAny(this.#problems);
    if (this.#connection === undefined) throw new Error('no connection was checked');
    for (const message of this.#warnings) this.#surroundings.warn(message);
    return this.#connection;
  }
}
