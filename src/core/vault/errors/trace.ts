import type { Transport } from '../../transport.js';

/** What identifies a request in the log of the server that answered it. */
export interface Trace {
  /** When the request left. */
  readonly atMs?: number | undefined;
  readonly clientId?: string | undefined;
  /** X-Request-Id of the reply, as it came. */
  readonly requestId?: string | undefined;
}

const MAX_LENGTH = 100;
/** The form of ids in logs: a UUID, hex, a ULID. Anything else is text of a peer, which could contain a secret. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** As a sentence with a space before it; empty where nothing is known. */
export function traceText({ atMs, clientId = '', requestId = '' }: Trace): string {
  const parts = [
    atMs === undefined ? '' : `time ${new Date(atMs).toISOString().replace('T', ' ').slice(0, 19)} UTC`,
    clientId === '' ? '' : `client id ${shown(clientId)}`,
    REQUEST_ID.test(requestId) ? `X-Request-Id ${requestId}` : '',
  ].filter((part) => part !== '');
  const [first = '', ...rest] = parts;
  return first === '' ? '' : ` ${[first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(', ')}.`;
}

/** The numbers of a rejection: the status, and the business code if there is one. */
export function statusText({
  status,
  code,
}: {
  readonly status: number;
  readonly code: number | undefined;
}): string {
  return `HTTP ${status}${code === undefined ? '' : `, code ${code}`}`;
}

/** The headers of a reply of which a message can show a part. */
const SHOWN = ['x-request-id', 'location'];

/** A transport that takes out of a reply the headers in which a peer sends back what is secret. */
export function withoutEchoes(transport: Transport, isSecretIn: (text: string) => boolean): Transport {
  return {
    send: async (request, signal) => {
      const reply = await transport.send(request, signal);
      const isEcho = (name: string): boolean => SHOWN.includes(name) && isSecretIn(reply.headers[name] ?? '');
      const headers = Object.entries(reply.headers).filter(([name]) => !isEcho(name));
      return { ...reply, headers: Object.fromEntries(headers) };
    },
    authorities: () => transport.authorities?.() ?? '',
    close: () => transport.close(),
  };
}

/** The text must not contain a command of a CI system, nor hide the text next to it. */
function shown(text: string): string {
  return text.replaceAll(/[^\w.:/+=@-]/g, '_').slice(0, MAX_LENGTH);
}
