import { throwIfCancelled } from './cancel.js';
import type { Connection } from './connection.js';
import type { Credential } from './credential.js';
import { giveBackAll, takeCustody } from './custody.js';
import { type DsmSecret, listSecrets, openApplication } from './dsm.js';
import { collect, refuse, type SeguraError } from './errors.js';
import { Exchange } from './exchange.js';
import { duration, FIRST_TIMEOUT_MS } from './give-back.js';
import type { Inputs } from './inputs.js';
import type { Ledger } from './ledger.js';
import { findInCredential } from './lookup.js';
import { type Binding, bindInSteps } from './mapping.js';
import { Masking } from './masking.js';
import { Pace } from './pace.js';
import { Pam } from './pam.js';
import type { Clock, Platform, Transport } from './ports.js';
import { openLedger, wantedCredentials } from './prepare.js';
import { printable } from './printable.js';
import { describe, publish, rowsOf } from './publish.js';
import { removeEntries, removeFiles } from './remove.js';
import { Secret } from './secret.js';
import { Session } from './session.js';
import { maskAtOnce, maskSecrets, settle } from './settle.js';

export interface RunParts {
  readonly inputs: Inputs;
  readonly platform: Platform;
  readonly clock: Clock;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly connection: Connection;
  /** What of the connection must not be shown. */
  readonly secrets: readonly { value: string; user?: string }[];
  readonly dial: (connection: Connection) => Promise<Transport>;
}

/** What is given back after a failure may take so long; after a cancellation the platform leaves less. */
const GIVE_BACK_MS = 15_000;
const GIVE_BACK_CANCELLED_MS = 4_000;

export const UNVERIFIED =
  'tls-verify is false: anybody on the way can read and change what the vault sends. Use it to debug on your own machine only; give "ca-certificate" instead.';

/**
 * The main step: inputs → plan → session → secrets → mapping → sinks, with the ledger beside it.
 *
 * Nothing is written until everything was fetched and mapped. Whatever fails after custody was taken, it is given back
 * at once; what then is left stands in the ledger for post. Errors: any code of error-codes.ts but STATE_INVALID.
 */
export async function run(parts: RunParts): Promise<void> {
  const { inputs, platform, clock, signal } = parts;
  const startedMs = clock.nowMs();
  const masking = new Masking(platform, inputs.minMaskLength, inputs.maskMetadata);
  masking.own(inputs.clientSecret, inputs.clientId);
  for (const { value, user } of parts.secrets) masking.own(new Secret(value), user);
  if (!inputs.tlsVerify) platform.warning(UNVERIFIED);
  const credentials = wantedCredentials(inputs.requests);
  const ledger = openLedger(inputs, parts.connection, platform);

  const transport = await parts.dial(parts.connection);
  const exchange = new Exchange({
    transport,
    clock,
    log: platform,
    timeoutMs: inputs.timeoutMs,
    retries: inputs.retries,
    deadlineAtMs: startedMs + inputs.deadlineMs,
    signal,
  });
  const onToken = (token: Secret): void => masking.own(token);
  const { clientId, clientSecret } = inputs;
  const session = new Session({ exchange, clock, clientId, clientSecret, onToken });
  try {
    const secrets = await fetchSecrets(parts, exchange, session, masking);
    const pace = new Pace({ clock, signal, deadlineAtMs: exchange.deadlineAtMs });
    await maskSecrets(inputs, secrets, masking, pace);
    const taken = await fetchCredentials(parts, exchange, session, ledger, credentials, masking);
    const problems = [...taken.problems, ...(masking.problem === undefined ? [] : [masking.problem])];
    const fetched = { secrets, credentials: taken.credentials };
    const bound = await pace.through(bindInSteps(inputs, fetched, problems));
    refuse(problems);
    const bindings = await settle(inputs, bound, { masking, pace, log: platform, nowMs: clock.nowMs() });
    warnOfKubeconfig(bindings, platform);
    // A runner that reads slowly must have every mask before any value is written.
    await pace.within(platform.flush());
    await publish(bindings, platform, ledger);
    const rows = rowsOf(bindings, inputs.custodyRelease);
    for (const row of rows) platform.info(describe(row));
    if (inputs.summary) await platform.summarize(rows);
    throwIfCancelled(signal);
    if (!inputs.custodyRelease) ledger.strike([...credentials.keys()]);
  } catch (error) {
    await undo(parts, exchange, session, ledger);
    throw error;
  } finally {
    await transport.close();
  }
}

async function fetchSecrets(
  { inputs, clock }: RunParts,
  exchange: Exchange,
  session: Session,
  masking: Masking,
): Promise<DsmSecret[]> {
  if (!inputs.requests.some(({ source }) => source.kind === 'dsm')) return [];
  if (inputs.application === undefined) return listSecrets(exchange, session, inputs.dsmEndpoint);
  const own = await openApplication(exchange, session, inputs.application, (signature) =>
    masking.own(signature),
  );
  masking.own(own.clientSecret, own.clientId);
  const onToken = (token: Secret): void => masking.own(token);
  return listSecrets(exchange, new Session({ exchange, clock, ...own, onToken }), inputs.dsmEndpoint);
}

async function fetchCredentials(
  { inputs, platform, clock, signal }: RunParts,
  exchange: Exchange,
  session: Session,
  ledger: Ledger,
  credentials: ReadonlyMap<string, boolean>,
  masking: Masking,
): Promise<{ credentials: ReadonlyMap<string, Credential>; problems: readonly SeguraError[] }> {
  if (credentials.size === 0) return { credentials: new Map(), problems: [] };
  // A refused login is known before any read can be on its way.
  await session.bearer();
  return takeCustody(credentials, {
    pam: new Pam(exchange, session, inputs.pamEndpoint),
    ledger,
    clock,
    log: platform,
    signal,
    flush: () => platform.flush(),
    custodyWaitMs: inputs.custodyWaitMs,
    deadlineAtMs: exchange.deadlineAtMs,
    onRead: (name, credential) => {
      for (const request of inputs.requests) {
        if (request.source.kind !== 'pam' || request.source.credential !== name) continue;
        const { source } = request;
        for (const found of collect([], () => findInCredential(request, source, credential)) ?? [])
          maskAtOnce(inputs, { request, found }, masking);
      }
    },
  });
}

/** Gives back at once what a failed step holds, and removes its files: the job got nothing it could need them for. */
async function undo(parts: RunParts, exchange: Exchange, session: Session, ledger: Ledger): Promise<void> {
  const { platform } = parts;
  removeFiles(ledger, platform);
  await giveBackAtOnce(parts, exchange, session, ledger);
  // What is left in the ledger still needs the CA set that was kept beside it.
  if (ledger.custody.length === 0 && ledger.caFile !== undefined) removeEntries([ledger.caFile], platform);
}

async function giveBackAtOnce(
  { inputs, platform, clock, signal }: RunParts,
  exchange: Exchange,
  session: Session,
  ledger: Ledger,
): Promise<void> {
  if (ledger.custody.length === 0) return;
  const limitMs = signal.aborted ? GIVE_BACK_CANCELLED_MS : GIVE_BACK_MS;
  const limit = AbortSignal.timeout(limitMs);
  const never = new AbortController().signal;
  const within = exchange.within({
    firstTimeoutMs: FIRST_TIMEOUT_MS,
    deadlineAtMs: clock.nowMs() + limitMs,
    signal: never,
  });
  const pam = new Pam(within, await session.over(within), inputs.pamEndpoint);
  const receipts = await giveBackAll({ pam, ledger, clock, signal: limit });
  for (const { entry, result } of receipts) {
    const name = printable(entry.credential);
    if (result === 'released')
      platform.info(`released custody of ${name} after ${duration(clock.nowMs() - entry.sinceMs)}`);
    if (result === 'failed' || result === 'unsure')
      platform.info(`custody of ${name} is left to be given back`);
  }
}

/** Not refused, since it is often just what is wanted; but it says which cluster every later tool speaks to. */
function warnOfKubeconfig(bindings: readonly Binding[], platform: Platform): void {
  for (const { target, found } of bindings) {
    if (target.kind === 'name' && target.env && target.name.toUpperCase() === 'KUBECONFIG') {
      platform.warning(
        `KUBECONFIG comes from ${found.source}: every later step speaks to the cluster it names.`,
      );
    }
  }
}
