/**
 * The part of undici that a vault client needs, without fetch, WebSocket, cache and mocks.
 *
 * undici has no `exports` map, so its parts can be named; the version is pinned exactly for that reason. A dispatcher
 * gets its `request` and `connect` from undici's index, which is left out here, so they are put on the prototype below:
 * without them every proxied request fails.
 */
import api from 'undici/lib/api/index.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';

Object.assign(Dispatcher.prototype, api);

export { createSecureContext, rootCertificates } from 'node:tls';
export { EnvHttpProxyAgent };
