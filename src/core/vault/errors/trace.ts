/** What a request is found by in the log of who answered it. */
export interface Trace {
  /** When the request left. */
  readonly atMs?: number | undefined;
  readonly clientId?: string | undefined;
  /** X-Request-Id of the reply, as it came. */
  readonly requestId?: string | undefined;
}

const MAX_LENGTH = 100;

/** As a sentence with a space before it; empty where nothing is known. */
export function traceText({ atMs, clientId = '', requestId = '' }: Trace): string {
  const parts = [
    atMs === undefined ? '' : `time ${new Date(atMs).toISOString().replace('T', ' ').slice(0, 19)} UTC`,
    clientId === '' ? '' : `client id ${shown(clientId)}`,
    requestId === '' ? '' : `X-Request-Id ${shown(requestId)}`,
  ].filter((part) => part !== '');
  const [first = '', ...rest] = parts;
  return first === '' ? '' : ` ${[first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(', ')}.`;
}

/** The numbers of a refusal: the status, and the business code where there is one. */
export function toldOf({
  status,
  code,
}: {
  readonly status: number;
  readonly code: number | undefined;
}): string {
  return `HTTP ${status}${code === undefined ? '' : `, code ${code}`}`;
}

/** Text of a peer: nothing of it may be a command of a CI system or hide what stands beside it. */
function shown(text: string): string {
  return text.replaceAll(/[^\w.:/+=@-]/g, '_').slice(0, MAX_LENGTH);
}
