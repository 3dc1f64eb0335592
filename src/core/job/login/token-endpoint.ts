import { SeguraError } from '../../errors.js';
import { say, setting, settings, subject } from '../../text.js';
import { basePath, readUrl } from '../../vault/connection/url.js';

/**
 * Where a token is asked for: a path below the vault's URL, or an https URL of another host; empty for the usual path.
 *
 * A URL below the vault's own is such a path too. Errors: INPUT_INVALID for what is neither.
 */
export function readTokenEndpoint(text: string, vault: URL | undefined): string {
  if (text === '') return '';
  if (text.startsWith('/')) {
    if (isPlainPath(text)) return text;
    throw new SeguraError(
      'INPUT_INVALID',
      say`${subject('tokenEndpoint')} starts with a slash, but is not a path without query and white space.`,
      settings('whole', setting('tokenEndpoint', '/iso/oauth2/token')),
    );
  }
  const write = (value: string) => settings('whole', setting('tokenEndpoint', value));
  const url = readUrl(text, { subject: subject('tokenEndpoint'), write });
  // A slash at the end counts here.
  url.pathname = new URL(text).pathname;
  const base = vault === undefined ? '' : `${vault.origin}${basePath(vault)}/`;
  if (base === '' || !url.href.startsWith(base)) return url.href;
  const path = url.href.slice(base.length - 1);
  if (isPlainPath(path)) return path;
  // Post reads it from the state again, where it would be the address of a host.
  throw new SeguraError(
    'INPUT_INVALID',
    say`${subject('tokenEndpoint')} has two slashes where its path begins.`,
    write(path.replace(/^\/+/, '/')),
  );
}

function isPlainPath(text: string): boolean {
  const url = URL.canParse(`https://vault.invalid${text}`)
    ? new URL(`https://vault.invalid${text}`)
    : undefined;
  return url?.pathname === text && !text.startsWith('//');
}
