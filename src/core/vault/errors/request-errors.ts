export { credentialError } from './credential-error.js';
export { replyError } from './reply-error.js';
export { rateLimited, transportError } from './transport-error.js';
