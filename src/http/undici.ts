/**
 * The part of undici that a vault client needs: a pool of connections and its `request`, without fetch, WebSocket, proxy
 * agents, cache and mocks.
 *
 * undici has no `exports` map, so its parts can be named; the version is pinned exactly for that reason. A dispatcher gets
 * its `request` from undici's index, which is left out here, so it is put on the prototype below.
 */
import { setFlagsFromString } from 'node:v8';
import request from 'undici/lib/api/api-request.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';

Object.assign(Dispatcher.prototype, { request });

// undici's parser of HTTP is WebAssembly. After a few replies V8 compiles its one large function anew in a thread of its own,
// and the process cannot end before that is done: a quarter of the time of a whole fetch, for a gain that only many
// thousands of replies would see.
setFlagsFromString('--wasm-tiering-budget=100000000');

export { Pool };
