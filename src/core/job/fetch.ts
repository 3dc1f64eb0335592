import { type Binding, bindInSteps } from '../bindings/bind.js';
import { type Fetched, Finder } from '../bindings/finder.js';
import type { Ledger } from '../custody/ledger.js';
import type { Taken } from '../custody/take.js';
import { Uses } from '../custody/uses.js';
import { throwIfAny } from '../errors.js';
import { Masking } from '../masking/masker.js';
import { Pace, throwIfCancelled } from '../pace.js';
import type { Clock, Platform } from '../ports.js';
import { isOfSafe } from '../requests/request.js';
import { say, word } from '../text.js';
import { sealKeyOf } from '../vault/auth/auth-settings.js';
import type { Client } from '../vault/client.js';
import type { Credential } from '../vault/credential.js';
import type { DsmSecret } from '../vault/dsm.js';
import { loadLeases, takeAll } from './dynamic/load-leases.js';
import { changesFor } from './inject/load-changes.js';
import type { Inputs } from './inputs.js';
import { openClient } from './login/open-client.js';
import { isSecretAlone, type PackedLogin } from './login/packed-login.js';
import { EarlyMasking, maskArrived, maskSecrets, settle } from './mask-found.js';
import { createLedger, keepAuthorities } from './preflight.js';
import { asHeld, publish, readyLine, rowsOf } from './publish.js';
import type { RunParts } from './run-parts.js';
import { deliverSsh, loadKeys } from './ssh/load-keys.js';
import { namesHeld } from './state/state-size.js';
import type { Taking } from './undo.js';
import { withWait } from './wait-remedy.js';

/**
 * The main step: inputs → requests → session → secrets → bindings → writes, while the ledger keeps account.
 *
 * Nothing is written until everything is fetched and mapped. If anything fails after custody was taken, it is released at
 * once. What is then left is in the ledger, for post. Errors: any code of error-codes.ts except STATE_INVALID.
 */
export async function run(parts: RunParts): Promise<void> {
  const { inputs, platform, clock } = parts;
  const deadlineAtMs = clock.nowMs() + inputs.limits.deadlineMs;
  const masking = new Masking(platform, inputs.masking.minLength, inputs.masking.metadata);
  inputs.saver?.hide(masking);
  const client = await openClient(inputs, { ...parts, log: platform, masking, deadlineAtMs });
  try {
    await fetchAll(parts, client, masking);
  } finally {
    await client.close();
  }
}

async function fetchAll(parts: RunParts, client: Client, masking: Masking): Promise<void> {
  const { inputs, platform, clock, signal } = parts;
  const { deadlineAtMs } = client.exchange;
  const ledger = await createLedger({
    ...parts,
    packed: await packedLogin(parts, namesHeld(inputs).length + (parts.earlier?.custody.length ?? 0) > 0),
  });
  const isHolding = namesHeld(inputs).length + ledger.custody.length > 0;
  const uses = isHolding ? usesOf(ledger, parts, deadlineAtMs) : undefined;
  try {
    const secrets = await fetchSecrets(inputs, client);
    const finder = new Finder();
    const pace = new Pace({ clock, signal, deadlineAtMs });
    await maskSecrets(
      inputs,
      (request) => finder.findAny(request, { secrets, credentials: new Map() }),
      masking,
      pace,
    );
    const ofKeys = await loadKeys(inputs);
    const leases = await loadLeases(parts, client, secrets);
    const taking = { client, ledger, uses, leases };
    const early = new EarlyMasking(inputs, masking);
    const taken = await fetchCredentials(parts, taking, (name, credential) => {
      ofKeys?.hide(name, credential, masking);
      const fetched = { secrets, leased: leases?.secrets, credentials: new Map([[name, credential]]) };
      for (const request of inputs.requests) {
        const { source } = request;
        const isOf = source.kind === 'pam' ? source.credential === name : leases?.isOf(name, source.identity);
        if (!isOf || (source.kind === 'dsm' && !source.isDynamic)) continue;
        for (const found of finder.findAny(request, fetched)) early.add({ request, found });
      }
    });
    // Nothing is written if a credential could not be read.
    if (taken.problems.length === 0) await maskArrived(inputs, early.arrived, masking, pace);
    const problems = [...taken.problems, ...(masking.problem === undefined ? [] : [masking.problem])];
    const fetched: Fetched = { secrets, leased: leases?.secrets, credentials: taken.credentials };
    const bound = await pace.through(
      bindInSteps(inputs, (request) => finder.find(request, fetched), problems),
    );
    throwIfAny(problems);
    const settled = await settle(inputs, bound, { masking, pace, log: platform, nowMs: clock.nowMs() });
    const bindings = asHeld(settled, platform);
    warnOfKubeconfig(bindings, platform);
    leases?.tell();
    const changes = await changesFor(bindings, inputs, { platform, masking, pace });
    // A runner that reads slowly must have every mask before any value is written.
    await pace.within(platform.flush());
    const delivered = await deliverSsh(parts, ledger, taken.credentials);
    const created = await publish(bindings, platform, ledger, changes, delivered?.writes);
    for (const each of bindings) platform.info(readyLine(each, inputs.custody.release));
    const rows = rowsOf(bindings, inputs.custody.release);
    if (inputs.summary) await platform.summarize([...rows, ...(delivered?.rows ?? [])]);
    const [{ application }, { host: vault }] = [inputs.login, inputs.connection.url];
    await inputs.saver?.save({ client, vault, application, platform, masking, clock, signal });
    throwIfCancelled(signal);
    if (!inputs.custody.release) await keepCustody({ ledger, uses }, clock);
    if (!inputs.injection.restore && changes.length > 0) {
      const { keepChanges } = await import(/* webpackMode: "eager" */ './inject/put.js');
      keepChanges(created, ledger, platform);
    }
  } catch (error) {
    const { undo } = await import(/* webpackMode: "eager" */ './undo.js');
    await undo(parts, { client, ledger, uses });
    throw error;
  }
}

/** The login for post: the same as that of main, with an identity token from the same source. */
async function packedLogin(
  { inputs, platform, identity, connection }: RunParts,
  takesCustody: boolean,
): Promise<PackedLogin | undefined> {
  const { auth } = inputs.login;
  const login = { auth, clientCertificate: connection.clientCertificate };
  if (!takesCustody || platform.isStateAll !== true || isSecretAlone(login)) return undefined;
  const { packCarried } = await import(/* webpackMode: "eager" */ './login/carried-login.js');
  if (auth.method !== 'oidc') return packCarried(login);
  const { found, ...settled } = await identity.settle(auth.identity);
  return packCarried({ ...login, auth: { ...auth, identity: settled }, found });
}

async function fetchSecrets({ requests, login }: Inputs, client: Client): Promise<DsmSecret[]> {
  if (!requests.some(({ source }) => source.kind === 'dsm')) return [];
  const list = async (): Promise<DsmSecret[]> =>
    (login.application === undefined ? client : await client.asApplication(login.application)).listSecrets();
  if (!requests.some(isOfSafe)) return list();
  const { fetchSafe } = await import(/* webpackMode: "eager" */ './mysafe/fetch-safe.js');
  return fetchSafe(requests, client, list);
}

/** Keeps custody beyond the job on purpose: post does not know of it, and no other step of the job releases it. */
async function keepCustody({ ledger, uses }: Pick<Taking, 'ledger' | 'uses'>, clock: Clock): Promise<void> {
  await uses?.sync(ledger.custody, 'kept');
  const atMs = clock.nowMs();
  ledger.note(...ledger.custody.map(({ credential }) => ({ type: 'kept', credential, atMs }) as const));
}

function usesOf(
  ledger: Ledger,
  { inputs, platform, clock, signal, identity }: RunParts,
  deadlineAtMs: number,
): Uses | undefined {
  const { uses: store } = platform;
  const { use } = ledger.use;
  const key = sealKeyOf(inputs.login.auth) ?? identity.jobSecret;
  if (store === undefined || use === undefined || key === undefined) return undefined;
  return new Uses({ store, use, of: ledger.use, key, log: platform, clock, deadlineAtMs, signal });
}

/** Reads each credential and takes its custody. */
async function fetchCredentials(
  { inputs, platform, clock, signal, identity }: RunParts,
  { client, ledger, uses, leases }: Taking,
  onRead: (name: string, credential: Credential) => void,
): Promise<Taken> {
  if (namesHeld(inputs).length === 0) return { credentials: new Map(), problems: [] };
  // A rejected login is known before any read is sent.
  await client.session.authorize();
  const ofLogin = client.authorities() + (await identity.authorities());
  await keepAuthorities(ledger, inputs, platform, ofLogin);
  // Records this use before it relies on anything: even if this process ends, its post knows its turn.
  await uses?.sync(ledger.custody);
  const ofKeys = await loadKeys(inputs);
  if (ofKeys !== undefined) ledger.noteSsh({ items: ofKeys.names, keys: [] });
  const taken = await takeAll(inputs.needs.credentials, leases, {
    pam: ofKeys?.readerOf(client.pam) ?? client.pam,
    ledger,
    uses,
    clock,
    log: platform,
    signal,
    flush: () => platform.flush(),
    custodyWaitMs: inputs.custody.waitMs,
    deadlineAtMs: client.exchange.deadlineAtMs,
    onRead,
  });
  // After a login at another host, or without a login, only the reads show which certificates vouch for the vault.
  await keepAuthorities(ledger, inputs, platform, ofLogin + client.authorities());
  return { ...taken, problems: taken.problems.map((problem) => withWait(problem, inputs)) };
}

/** A warning and not an error, because it is often intended. But it decides which cluster every later tool uses. */
function warnOfKubeconfig(bindings: readonly Binding[], platform: Platform): void {
  for (const { target, found } of bindings) {
    if (target.kind === 'name' && target.env && target.name.toUpperCase() === 'KUBECONFIG') {
      platform.warning(
        say`KUBECONFIG comes from ${found.source}: ${word('every later step')} uses the cluster that it names.`,
      );
    }
  }
}
