import { readFileSync } from 'node:fs';
import type { Connection } from '../core/connection.js';
import type { Transport } from '../core/ports.js';
import type { Surroundings } from '../http/resolve.js';
import { openTransport } from '../http/transport.js';
import { resolvePath } from '../platform/files.js';
import { runLabelOf } from '../platform/run-label.js';
import type { Terminal } from '../platform/terminal.js';
import type { World } from './world.js';

/** What the connection takes from around a command: the environment, and files named by it. */
export function surroundingsOf({ world, terminal }: { world: World; terminal: Terminal }): Surroundings {
  const places = { workspace: world.directory, temp: world.temp };
  return {
    environment: world.environment,
    readFile: (path) => readFileSync(resolvePath(path, places), 'utf8'),
    warn: (message) => terminal.warning(message),
    runLabel: runLabelOf(world.environment),
  };
}

/** A connection to the vault, whose requests a terminal shows while they take long. */
export async function dial(connection: Connection, { progress }: Terminal): Promise<Transport> {
  const transport = await openTransport(
    connection,
    // In the same file, but evaluated only here: refusing an input needs no HTTP client.
    () => import(/* webpackMode: "eager" */ '../http/undici.js'),
  );
  return {
    send: (request, signal) =>
      progress.during(`${request.method} ${request.path}`, () => transport.send(request, signal)),
    close: () => transport.close(),
  };
}
