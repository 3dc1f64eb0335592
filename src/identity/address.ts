import { SeguraError } from '../core/errors.js';
import { say } from '../core/text.js';
import { unavailable } from './claims.js';

/**
 * An address that a platform or a user gave, checked. Errors: IDENTITY_UNAVAILABLE unless it is https, or http to
 * loopback; its text goes into no message.
 */
export function serviceUrl(text: string, variable: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== undefined && isSafe) return url;
  throw unavailable(
    `Environment variable ${variable} is not an https URL.`,
    say`The platform sets ${variable}: do not change it in the job.`,
  );
}

/**
 * The base URL of a metadata service, from the variable that names another host, for an emulator or a relay.
 *
 * Plain http is right only where nothing lies between: the addresses of the clouds, and loopback. Errors: INPUT_INVALID.
 */
export function metadataUrl(own: string, host: string | undefined, variable: string): URL {
  const given = host?.trim() ?? '';
  const text = given === '' ? own : /^https?:\/\//i.test(given) ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || isMetadataHost(url.hostname))) return url;
  throw new SeguraError(
    'INPUT_INVALID',
    `Environment variable ${variable} is not the address of a metadata service.`,
    `Unset ${variable}, or set it to 169.254.169.254, to a host and port of loopback, or to an https URL.`,
  );
}

function isMetadataHost(hostname: string): boolean {
  return ['169.254.169.254', 'metadata.google.internal'].includes(hostname) || isLoopback(hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
