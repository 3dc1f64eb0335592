import type { Socket } from 'node:net';

/** A host that does not answer is not waited for as long as a request may take: another try may find it up. */
const CONNECT_MS = 10_000;

/** Resolves when `socket` is ready as `event` says; else it is destroyed, and what it failed with is thrown. */
export function ready<T extends Socket>(
  socket: T,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.off(event, done).off('error', end).off('close', close);
      if (error === undefined) resolve(socket);
      else reject(error);
      if (error !== undefined) socket.destroy();
    };
    const done = (): void => end();
    const close = (): void => end(coded('ECONNRESET'));
    const abort = (): void => end(coded('ABORT_ERR'));
    const timer = setTimeout(() => end(coded('ETIMEDOUT')), CONNECT_MS);
    signal.addEventListener('abort', abort, { once: true });
    // Between two that listen an error would have no one to go to, and end the process. After the handshake an alert of
    // TLS leaves the socket up, and whoever reads from it would take its end for what went wrong.
    socket.on('error', (error) => socket.destroy(error));
    socket.once(event, done).once('error', end).once('close', close);
    if (signal.aborted) abort();
  });
}

export function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
