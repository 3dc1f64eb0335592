import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface RelayRecord {
  /** When the first connection was accepted, on the clock of `performance.now()`. */
  readonly firstAcceptMs: number;
  /** When the last byte went to the client, on the same clock. */
  readonly lastByteMs: number;
  readonly connections: number;
  readonly mostConnectionsAtOnce: number;
}

export interface DelayingRelay {
  readonly port: number;
  /** What happened so far. */
  record(): RelayRecord;
  close(): Promise<void>;
}

/** How long before a chunk is due its timer ends. */
const CLOSE_MS = 1.5;

interface Parcel {
  readonly dueMs: number;
  readonly chunk: Buffer | 'end';
}

/**
 * A relay on loopback to another port of loopback, over which a round trip takes `roundTripMs`.
 *
 * Bytes take half a round trip each way, whatever was sent before them. The handshake of TCP is over in no time on
 * loopback, so the client's first bytes are held back by one whole round trip more, and with them all later ones:
 * a new connection costs what it costs over a real line. Bandwidth is not limited.
 */
export async function startDelayingRelay(targetPort: number, roundTripMs: number): Promise<DelayingRelay> {
  const sockets = new Set<Socket>();
  let firstAcceptMs = Number.NaN;
  let lastByteMs = Number.NaN;
  let connections = 0;
  let open = 0;
  let mostConnectionsAtOnce = 0;

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const acceptedMs = performance.now();
    if (Number.isNaN(firstAcceptMs)) firstAcceptMs = acceptedMs;
    connections += 1;
    open += 1;
    mostConnectionsAtOnce = Math.max(mostConnectionsAtOnce, open);
    const vault = connect({ port: targetPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    for (const socket of [client, vault]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    }
    client.once('close', () => {
      open -= 1;
      vault.destroy();
    });
    vault.once('error', () => client.destroy());
    // What the client sends before the handshake would be over leaves when it is over.
    const readyMs = acceptedMs + roundTripMs;
    forward(client, (now) => Math.max(now, readyMs) + roundTripMs / 2, deliverTo(vault));
    forward(
      vault,
      (now) => now + roundTripMs / 2,
      deliverTo(client, () => {
        // What comes after the client has closed its side is the vault's goodbye, which no one waits for.
        if (!client.readableEnded) lastByteMs = performance.now();
      }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    record: () => ({ firstAcceptMs, lastByteMs, connections, mostConnectionsAtOnce }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function deliverTo(to: Socket, onBytes: () => void = () => undefined): (chunk: Buffer | 'end') => void {
  return (chunk) => {
    if (to.destroyed) return;
    if (chunk === 'end') {
      to.end();
      return;
    }
    to.write(chunk);
    onBytes();
  };
}

/** Hands on what `from` sends, in order, each chunk when it is due: one timer, for the first of the queue. */
function forward(
  from: Socket,
  dueAt: (nowMs: number) => number,
  deliver: (chunk: Buffer | 'end') => void,
): void {
  const queue: Parcel[] = [];
  let isDraining = false;
  const drain = (): void => {
    isDraining = true;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) {
        // A timer is late by up to a millisecond: the last part of the way is watched closely.
        if (leftMs > CLOSE_MS) setTimeout(drain, leftMs - CLOSE_MS);
        else setImmediate(drain);
        return;
      }
      queue.shift();
      deliver(next.chunk);
    }
    isDraining = false;
  };
  const push = (chunk: Buffer | 'end'): void => {
    queue.push({ dueMs: dueAt(performance.now()), chunk });
    if (!isDraining) drain();
  };
  from.on('data', push);
  from.once('end', () => push('end'));
  from.once('close', () => {
    // Bytes on their way arrive; of a connection that is gone there is nothing more to hand on.
    if (from.errored !== null) queue.length = 0;
  });
}
