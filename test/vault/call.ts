import type { Seal } from './cipher.js';
import type { Authorization, Resource } from './data.js';
import type { Exchange } from './exchange.js';
import type { Fields } from './fields.js';
import type { Reply } from './reply.js';
import type { World } from './world.js';

/** One authenticated request on its way through a handler. */
export interface Call {
  readonly world: World;
  readonly exchange: Exchange;
  readonly caller: Authorization;
  readonly fields: Fields;
  /** The last part of the path, '' when the route has none. */
  readonly id: string;
  /** How sensitive values are written into the reply. */
  readonly seal: Seal;
}

export interface Route {
  readonly method: string;
  /** A last part ':id' stands for any text. */
  readonly path: string;
  readonly resource: Resource;
  /** Needs "Read and write". */
  readonly write?: boolean;
  /** Gives the reply, or throws `Refused`. */
  readonly handle: (call: Call) => Reply;
}
