import { type DraftInputs, type Inputs, readInputs } from '../../core/job/inputs.js';
import { readerOfLogin } from '../../core/job/login/login-inputs.js';
import { openClient } from '../../core/job/login/open-client.js';
import { Masking } from '../../core/masking/masker.js';
import { isVariableName } from '../../core/requests/variable-names.js';
import type { Secret } from '../../core/secret.js';
import type { Client } from '../../core/vault/client.js';
import { ConnectionCheck } from '../../http/connection-check.js';
import { systemClock } from '../../platform/process/clock.js';
import { identityFor, keysOf, reachOf, surroundingsOf } from '../run/connect.js';
import type { NounCall } from './verb.js';

/** How long to wait after a signal for the answer to a change that is on its way: with it, nothing is uncertain. */
const ANSWER_GRACE_MS = 2_000;
/** How long a change is looked up after a signal. */
const LATE_LOOK_MS = 4_000;
/** No message shows a longer id of a request. */
const MAX_ID_LENGTH = 64;

/** An application is of DSM: PAM and MySafe are used under the login that is configured. */
const NO_APPLICATION = { application: '', system: '', environment: '' };

/** Masks the values of a change only when a peer sends back an id: there can be thousands, and most vaults send none. */
class LateMasking extends Masking {
  readonly #waiting: Secret[] = [];

  later(secret: Secret): void {
    if (secret.reveal().length <= MAX_ID_LENGTH) this.#waiting.push(secret);
  }

  override isSecretIn(text: string): boolean {
    for (const secret of this.#waiting.splice(0)) this.maskCredential(secret);
    return super.isSecretIn(text);
  }
}

/** The vault under the login of a call. */
export interface OpenVault {
  readonly client: Client;
  /** Host and port, for the audit. */
  readonly host: string;
  readonly inputs: Inputs;
  /** Keeps a value out of the ids that a peer sends back. */
  hide(secret: Secret): void;
  /** Hides a value in all that is printed from now on, and in the output of a command. */
  mask(secret: Secret): void;
  /** The same client with the whole deadline ahead, for what follows a question to a person. */
  afterQuestion(): Promise<Client>;
  /** The same client for a look that a signal must not stop. */
  afterSignal(): Promise<Client>;
}

/** The settings of a call, checked as far as that goes without the network. Errors (together, as Problems): those of readInputs. */
export async function readCall({
  context,
  settings,
  endpoint,
}: NounCall): Promise<{ inputs: Inputs; connect: ConnectionCheck }> {
  // These commands have no requests. The star stands for none, since the reader wants one.
  const raw = {
    ...settings.inputs(),
    secrets: '*',
    credentials: '',
    ...(endpoint === 'dsm-endpoint' ? {} : NO_APPLICATION),
  };
  const keys = await keysOf(context.world, raw);
  const connect = new ConnectionCheck(surroundingsOf(context), keys);
  const inspect = ({ connection }: DraftInputs): ReturnType<ConnectionCheck['problems']> =>
    connect.problems(connection);
  const inputs = readInputs(raw, {}, inspect, isVariableName, { login: await readerOfLogin(raw) });
  return { inputs, connect };
}

/**
 * The result of `operation`, under the own login of the application where one is selected. `isOwnLogin` stays with the login
 * of the settings.
 */
export async function withVault<T>(
  call: NounCall,
  operation: (vault: OpenVault) => Promise<T>,
  { isOwnLogin = false }: { readonly isOwnLogin?: boolean } = {},
): Promise<T> {
  const { context, settings } = call;
  const { world, terminal, signals } = context;
  const { inputs, connect } = await readCall(call);
  const { deadlineMs } = inputs.limits;
  const connection = connect.connection();
  const masking = new LateMasking(terminal, inputs.masking.minLength, inputs.masking.metadata);
  const first = await openClient(inputs, {
    connection,
    keys: await keysOf(world, settings.inputs()),
    reach: reachOf(terminal),
    identity: identityFor(context),
    clock: systemClock,
    log: terminal,
    masking,
    deadlineAtMs: systemClock.nowMs() + deadlineMs,
    signal: signals.stop,
    answerGraceMs: ANSWER_GRACE_MS,
  });
  try {
    const { application } = inputs.login;
    const client = application === undefined || isOwnLogin ? first : await first.asApplication(application);
    const until = (ms: number, signal: AbortSignal): Promise<Client> =>
      client.within({ deadlineAtMs: systemClock.nowMs() + ms, signal });
    return await operation({
      client,
      host: new URL(connection.url).host,
      inputs,
      hide: (secret) => masking.later(secret),
      mask: (secret) => masking.maskCredential(secret),
      afterQuestion: () => until(deadlineMs, signals.stop),
      afterSignal: () => until(LATE_LOOK_MS, new AbortController().signal),
    });
  } finally {
    await first.close();
  }
}
