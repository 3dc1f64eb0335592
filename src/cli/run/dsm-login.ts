import type { Inputs } from '../../core/job/inputs.js';
import { type OwnKeys, openClient } from '../../core/job/login/open-client.js';
import { Masking } from '../../core/masking/masker.js';
import { Pace } from '../../core/pace.js';
import type { Client } from '../../core/vault/client.js';
import type { Connection } from '../../core/vault/connection/connection.js';
import { systemClock } from '../../platform/process/clock.js';
import type { Context } from '../context.js';
import { identityFor, reachOf } from './connect.js';

/** A login at the vault, as the application's own authorization where one is selected. */
export interface Login {
  readonly client: Client;
  /** For long work with what was read. */
  readonly pace: Pace;
}

/** Who logs in, and how the vault is reached. */
export interface VaultLogin {
  readonly inputs: Inputs;
  readonly connection: Connection;
  readonly keys: OwnKeys;
}

/** The result of `operation`, for commands that read only DSM and take nothing that has to be released. */
export async function withVault<T>(
  context: Context,
  { inputs, connection, keys }: VaultLogin,
  operation: (login: Login) => Promise<T>,
): Promise<T> {
  const { terminal, signals } = context;
  const clock = systemClock;
  const { application } = inputs.login;
  const deadlineAtMs = clock.nowMs() + inputs.limits.deadlineMs;
  const client = await openClient(inputs, {
    connection,
    keys,
    reach: reachOf(terminal),
    identity: identityFor(context),
    clock,
    log: terminal,
    masking: new Masking(terminal, inputs.masking.minLength, inputs.masking.metadata),
    deadlineAtMs,
    signal: signals.stop,
  });
  try {
    return await operation({
      client: application === undefined ? client : await client.asApplication(application),
      pace: new Pace({ clock, signal: signals.stop, deadlineAtMs }),
    });
  } finally {
    await client.close();
  }
}
