export { EnvHttpProxyAgent } from '../http/undici.js';
