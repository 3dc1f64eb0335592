/**
 * The part of undici that a vault client needs: a pool of connections and its `request`, without fetch, WebSocket, proxy
 * agents, cache and mocks.
 *
 * undici has no `exports` map, so its parts can be imported by path. That is why its version is pinned exactly. A dispatcher
 * gets its `request` from undici's index, which is left out here, so it is added to the prototype below.
 */
import { setFlagsFromString } from 'node:v8';
import request from 'undici/lib/api/api-request.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';

Object.assign(Dispatcher.prototype, { request });

// Another flag makes V8 compile modules of Node anew, instead of taking what Node has compiled: so those come first that
// each connection needs.
for (const name of ['node:tls', 'node:timers/promises']) process.getBuiltinModule(name);

// The HTTP parser of undici is WebAssembly. After a few replies, V8 recompiles its one large function in another thread, and
// the process cannot end before that is done: a quarter of the time of a whole fetch, for a gain that only shows after many
// thousands of replies.
setFlagsFromString('--wasm-tiering-budget=100000000');

export { Pool };
