import type { RawInputs } from '../../core/input-names.js';
import type { Log } from '../../core/ports.js';
import type { Transport } from '../../core/transport.js';
import type { IdentitySource } from '../../core/vault/auth/identity-source.js';
import type { Reach } from '../../core/vault/client.js';
import type { Connection } from '../../core/vault/connection/connection.js';
import { type Keys, readKeys } from '../../http/keys.js';
import { connectionSecretsOf } from '../../http/proxy.js';
import type { Surroundings } from '../../http/resolve-connection.js';
import { openTransport } from '../../http/transport.js';
import { type Places, resolvePath } from '../../platform/disk/places.js';
import { systemClock } from '../../platform/process/clock.js';
import { runLabelOf } from '../../platform/process/run-label.js';
import type { Terminal } from '../../platform/terminal/terminal.js';
import type { ProcessContext } from '../process.js';

/** What the connection takes from around a command: the environment, and files named by it. */
export function surroundingsOf({
  world,
  terminal,
}: {
  world: ProcessContext;
  terminal: Terminal;
}): Surroundings & Pick<Log, 'debug'> {
  return {
    environment: world.environment,
    readFile: (path) => world.files.read(resolvePath(path, placesOf(world))),
    warn: (message) => terminal.warning(message),
    debug: (message) => terminal.debug(message),
    runLabel: runLabelOf(world.environment),
  };
}

/** The client certificate and the decryption key of the settings; `isForRelease`: see JudgedAt. */
export function keysOf(world: ProcessContext, raw: RawInputs, isForRelease = false): Promise<Keys> {
  const read = (path: string): Uint8Array => world.files.readBytes(resolvePath(path, placesOf(world)));
  return readKeys(raw, read, { nowMs: systemClock.nowMs(), isForRelease });
}

/** Where a command gets its identity token. */
export function identityFor({
  world,
  terminal,
}: {
  world: ProcessContext;
  terminal: Terminal;
}): IdentitySource {
  return world.identity(terminal, surroundingsOf({ world, terminal }).readFile);
}

/** Where paths that settings name begin. */
export function placesOf({ directory, temp }: ProcessContext): Places {
  return { workspace: directory, temp };
}

/** How a command reaches the vault. */
export function reachOf(terminal: Terminal): Reach {
  return {
    connect: (connection) => connect(connection, terminal),
    secretsOf: connectionSecretsOf,
  };
}

/** A connection to the vault, whose requests a terminal shows while they take long. */
export async function connect(connection: Connection, { progress }: Terminal): Promise<Transport> {
  const transport = await openTransport(
    connection,
    // In the same file, but evaluated only here: rejecting an input needs no HTTP client.
    () => import(/* webpackMode: "eager" */ '../../http/undici.js'),
  );
  return {
    send: (request, signal) =>
      progress.during(`${request.method} ${request.path}`, () => transport.send(request, signal)),
    close: () => transport.close(),
  };
}
