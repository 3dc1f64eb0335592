import { UNVERIFIED } from '../../core/job/fetch.js';
import type { Inputs } from '../../core/job/inputs.js';
import { Masking } from '../../core/masking/masker.js';
import { Pace } from '../../core/pace.js';
import { Secret } from '../../core/secret.js';
import { type DsmSecret, listSecrets, openApplication } from '../../core/vault/dsm.js';
import { Exchange } from '../../core/vault/exchange.js';
import { Session } from '../../core/vault/session.js';
import { proxySecretsOf } from '../../http/proxy.js';
import { resolveConnection } from '../../http/resolve-connection.js';
import { systemClock } from '../../platform/process/clock.js';
import type { Context } from '../context.js';
import { dial, surroundingsOf } from './connect.js';

/** A login at the vault, as the application's own authorization where one is selected. */
export interface Login {
  readonly exchange: Exchange;
  readonly session: Session;
  readonly masking: Masking;
  /** For long work with what was read. */
  readonly pace: Pace;
  /** The DSM secrets that this authorization may read. */
  secrets(): Promise<DsmSecret[]>;
}

/** The outcome of `deed`, for commands that read DSM alone: they take nothing that would have to be given back. */
export async function withVault<T>(
  context: Context,
  inputs: Inputs,
  deed: (login: Login) => Promise<T>,
): Promise<T> {
  const { terminal, signals } = context;
  const clock = systemClock;
  const connection = resolveConnection(inputs.connection, surroundingsOf(context));
  const { clientId, clientSecret } = inputs.login;
  const masking = new Masking(terminal, inputs.masking.minLength, inputs.masking.metadata);
  masking.own(clientSecret, clientId);
  for (const { value, user } of proxySecretsOf(connection.proxy)) masking.own(new Secret(value), user);
  if (!inputs.connection.tlsVerify) terminal.warning(UNVERIFIED);
  const onToken = (token: Secret): void => masking.own(token);
  const transport = await dial(connection, terminal);
  try {
    const exchange = new Exchange({
      transport,
      clock,
      log: terminal,
      timeoutMs: inputs.limits.timeoutMs,
      retries: inputs.limits.retries,
      deadlineAtMs: clock.nowMs() + inputs.limits.deadlineMs,
      signal: signals.stop,
    });
    let session = new Session({ exchange, clock, clientId, clientSecret, onToken });
    if (inputs.login.application !== undefined) {
      const own = await openApplication(exchange, session, inputs.login.application, onToken);
      masking.own(own.clientSecret, own.clientId);
      session = new Session({ exchange, clock, ...own, onToken });
    }
    return await deed({
      exchange,
      session,
      masking,
      pace: new Pace({ clock, signal: signals.stop, deadlineAtMs: exchange.deadlineAtMs }),
      secrets: () => listSecrets(exchange, session, inputs.endpoints.dsm),
    });
  } finally {
    await transport.close();
  }
}
