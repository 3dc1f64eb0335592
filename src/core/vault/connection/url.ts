import { SeguraError } from '../../errors.js';
import { say, settings, subject, type Text, word } from '../../text.js';

/** The name of an address in messages about it. */
export interface AddressName {
  readonly subject: Text;
  /** What to write in place of it. */
  write(url: string): Text;
}

const OF_VAULT: AddressName = {
  subject: subject('url'),
  write: (value) => settings('whole', { key: 'url', value, isBare: true }),
};

/**
 * The vault's base URL, its path kept and without a slash at the end.
 *
 * Errors: INPUT_INVALID unless it is https (http only for loopback) without user, query and fragment.
 */
export function readUrl(text: string, name: AddressName = OF_VAULT): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A password may come before an "@", also in a text that is not a valid URL.
  const shown = text.replace(/^.*@/s, '…@');
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([A-Za-z0-9.-]+(?::\d+)?(?:\/\S*)?)$/i.exec(text)?.[1];
    throw new SeguraError(
      'INPUT_INVALID',
      say`${name.subject} is "${shown}", which is not a valid URL.`,
      name.write(`https://${host ?? 'vault.example.com'}`),
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${name.subject} holds a user name or password.`,
      say`Leave them out: the client id and secret ${word('have their own inputs')}.`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${name.subject} has a query or fragment: "${shown}".`,
      name.write(`${url.origin}${url.pathname}`),
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${name.subject} is "${shown}", but secrets travel only over https (http only for the loopback of this machine).`,
      name.write(text.replace(/^http:/i, 'https:')),
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Base path of the vault without a slash at the end: empty for most. */
export function basePath(url: URL): string {
  return url.pathname === '/' ? '' : url.pathname;
}
