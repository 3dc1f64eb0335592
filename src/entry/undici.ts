export { createSecureContext, EnvHttpProxyAgent, rootCertificates } from '../http/undici.js';
