import { type Binding, bindInSteps } from '../bindings/bind.js';
import { findInCredential } from '../bindings/find.js';
import { throwIfCancelled } from '../cancel.js';
import type { Ledger } from '../custody/ledger.js';
import { takeCustody } from '../custody/take.js';
import { Uses } from '../custody/uses.js';
import { collect, refuse, type SeguraError } from '../errors.js';
import { Masking } from '../masking/masker.js';
import { Pace } from '../pace.js';
import type { Platform, Transport } from '../ports.js';
import { Secret } from '../secret.js';
import { graceAfter } from '../time-limit.js';
import type { Credential } from '../vault/credential.js';
import { type DsmSecret, listSecrets, openApplication } from '../vault/dsm.js';
import { Exchange } from '../vault/exchange.js';
import { Pam } from '../vault/pam.js';
import { Session } from '../vault/session.js';
import { EarlyMasking, maskArrived, maskSecrets, settle } from './mask-found.js';
import { keepAuthorities, openLedger, wantedCredentials } from './preflight.js';
import { describe, publish, rowsOf } from './publish.js';
import type { RunParts } from './run-parts.js';
import { type Taking, undo } from './undo.js';
import { withWait } from './wait-remedy.js';

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
  const masking = new Masking(platform, inputs.masking.minLength, inputs.masking.metadata);
  masking.own(inputs.login.clientSecret, inputs.login.clientId);
  for (const { value, user } of parts.secrets) masking.own(new Secret(value), user);
  if (!inputs.connection.tlsVerify) platform.warning(UNVERIFIED);
  const credentials = wantedCredentials(inputs.requests);
  const ledger = openLedger(inputs, parts.connection, platform, parts.earlier);
  const deadlineAtMs = startedMs + inputs.limits.deadlineMs;
  const uses = credentials.size + ledger.custody.length > 0 ? usesOf(ledger, parts, deadlineAtMs) : undefined;

  const transport = await parts.dial(parts.connection);
  const grace = graceAfter(signal, parts.answerGraceMs ?? 0, clock);
  const exchange = new Exchange({
    transport,
    clock,
    log: platform,
    timeoutMs: inputs.limits.timeoutMs,
    retries: inputs.limits.retries,
    deadlineAtMs,
    signal,
    ...(parts.answerGraceMs === undefined ? {} : { lastSignal: grace.signal }),
  });
  const onToken = (token: Secret): void => masking.own(token);
  const { clientId, clientSecret } = inputs.login;
  const session = new Session({ exchange, clock, clientId, clientSecret, onToken });
  try {
    const secrets = await fetchSecrets(parts, exchange, session, masking);
    const pace = new Pace({ clock, signal, deadlineAtMs: exchange.deadlineAtMs });
    await maskSecrets(inputs, secrets, masking, pace);
    const taking = { transport, exchange, session, ledger, uses };
    const early = new EarlyMasking(inputs, masking);
    const taken = await fetchCredentials(parts, taking, credentials, early);
    // Nothing is written of what could not be read whole.
    if (taken.problems.length === 0) await maskArrived(inputs, early.arrived, masking, pace);
    const problems = [...taken.problems, ...(masking.problem === undefined ? [] : [masking.problem])];
    const fetched = { secrets, credentials: taken.credentials };
    const bound = await pace.through(bindInSteps(inputs, fetched, problems));
    refuse(problems);
    const bindings = await settle(inputs, bound, { masking, pace, log: platform, nowMs: clock.nowMs() });
    warnOfKubeconfig(bindings, platform);
    // A runner that reads slowly must have every mask before any value is written.
    await pace.within(platform.flush());
    await publish(bindings, platform, ledger);
    const rows = rowsOf(bindings, inputs.custody.release);
    for (const row of rows) platform.info(describe(row));
    if (inputs.summary) await platform.summarize(rows);
    throwIfCancelled(signal);
    if (!inputs.custody.release) await keepCustody({ ledger, uses });
  } catch (error) {
    await undo(parts, { exchange, session, ledger, uses });
    throw error;
  } finally {
    grace.lift();
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
  if (inputs.login.application === undefined) return listSecrets(exchange, session, inputs.endpoints.dsm);
  const own = await openApplication(exchange, session, inputs.login.application, (signature) =>
    masking.own(signature),
  );
  masking.own(own.clientSecret, own.clientId);
  const onToken = (token: Secret): void => masking.own(token);
  return listSecrets(exchange, new Session({ exchange, clock, ...own, onToken }), inputs.endpoints.dsm);
}

/** Custody that outlives the job on purpose: post does not know of it, and no other step of the job releases it. */
async function keepCustody({ ledger, uses }: Pick<Taking, 'ledger' | 'uses'>): Promise<void> {
  await uses?.sync(ledger.custody, 'kept');
  ledger.strike(ledger.custody.map(({ credential }) => credential));
}

function usesOf(
  ledger: Ledger,
  { inputs, platform, clock, signal }: RunParts,
  deadlineAtMs: number,
): Uses | undefined {
  const { uses: store } = platform;
  const { use } = ledger.use;
  if (store === undefined || use === undefined) return undefined;
  const { clientSecret } = inputs.login;
  return new Uses({ store, use, of: ledger.use, clientSecret, log: platform, clock, deadlineAtMs, signal });
}

async function fetchCredentials(
  { inputs, platform, clock, signal }: RunParts,
  { transport, exchange, session, ledger, uses }: Taking & { readonly transport: Transport },
  credentials: ReadonlyMap<string, boolean>,
  early: EarlyMasking,
): Promise<{ credentials: ReadonlyMap<string, Credential>; problems: readonly SeguraError[] }> {
  if (credentials.size === 0) return { credentials: new Map(), problems: [] };
  // A refused login is known before any read can be on its way.
  await session.bearer();
  keepAuthorities(ledger, inputs, platform, transport.authorities?.() ?? '');
  // Its place among the uses of the job, while it counts on nothing: should this process end, its post knows its turn.
  await uses?.sync(ledger.custody);
  const { credentials: read, problems } = await takeCustody(credentials, {
    pam: new Pam(exchange, session, inputs.endpoints.pam),
    ledger,
    uses,
    clock,
    log: platform,
    signal,
    flush: () => platform.flush(),
    custodyWaitMs: inputs.custody.waitMs,
    deadlineAtMs: exchange.deadlineAtMs,
    onRead: (name, credential) => {
      for (const request of inputs.requests) {
        if (request.source.kind !== 'pam' || request.source.credential !== name) continue;
        const { source } = request;
        for (const found of collect([], () => findInCredential(request, source, credential)) ?? [])
          early.add({ request, found });
      }
    },
  });
  return { credentials: read, problems: problems.map((problem) => withWait(problem, inputs)) };
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
