import { commandFor, optionArgument } from '../../core/changes/argument.js';
import { type LeaseWishes, type MadeLease, timeText } from '../../core/job/dynamic/leases-of-run.js';
import type { Inputs } from '../../core/job/inputs.js';
import { printable } from '../../core/printable.js';
import type { Source } from '../../core/requests/request.js';
import { clientIdOf } from '../../core/vault/auth/auth-settings.js';
import { type Lease, OWN_NAME } from '../../core/vault/leases/lease-name.js';
import { PROVISION_FIELDS, PROVISION_PATH } from '../../core/vault/leases/provision.js';
import type { Outcome } from '../../platform/process/leave.js';
import { type Context, openRun } from '../context.js';
import { givenNames, leaseCall, onlyDynamic } from '../dynamic/lease-call.js';
import { type Audit, openAudit } from '../nouns/audit.js';
import { confirm } from '../nouns/confirm.js';
import { printRequests } from '../nouns/pam/planned.js';
import { isRevealing, print } from '../nouns/print.js';
import { labelsOf, linesOfMaps } from '../nouns/secret/shown.js';
import { isGiven, type NounCall } from '../nouns/verb.js';
import { byLabel } from '../run/field-labels.js';

/** Makes the vault provision a dynamic secret. Its lease lasts until it is ended, or the vault ends it. */
export async function provision(context: Context): Promise<Outcome> {
  const { call, identity } = await leaseCall(context, 'provision');
  const isRevealed = isRevealing(call);
  const own = givenNames(call);
  if (isGiven(call, 'dry-run')) {
    await printRequests(call, identity, [
      { method: 'GET', path: '/iso/sctm/secret', fields: [] },
      { method: 'POST', path: PROVISION_PATH, fields: PROVISION_FIELDS },
    ]);
    return 0;
  }
  const audit = openAudit(call);
  try {
    await confirm(call, `Provision ${printable(identity)}: the vault makes a user with a password for it`);
    const run = await openRun(context, onlyDynamic(call.settings, identity), true);
    const inputs = byLabel(asCommand(run.readInputs(false)));
    const made: MadeLease[] = [];
    // What it prints says when the lease ends, and no job ends before.
    const leases: LeaseWishes = { own, onMade: (each) => made.push(each), jobEndsAtMs: 0 };
    await run.fetch({ ...inputs, custody: { ...inputs.custody, leases } }, () => []);
    const { signals } = context;
    if (signals.stop.aborted) {
      await run.releaseCustody();
      return signals.first;
    }
    run.leaveCustody();
    for (const each of made) {
      report(call, audit, each, inputs.connection.url.host, inputs.login.auth);
      await show(call, each, isRevealed);
    }
    return 0;
  } finally {
    audit.close();
  }
}

/** The request is no line that the user wrote, so a message about it names the command. */
function asCommand(inputs: Inputs): Inputs {
  const write = (source: Source): string =>
    commandFor('provision', source.kind === 'dsm' ? (source.identity ?? '') : '');
  const requests = inputs.requests.map((each) => ({ ...each, where: 'The command provision', write }));
  return { ...inputs, requests };
}

/** How to end it comes first: nothing else may be printed after it. */
function report(
  call: NounCall,
  audit: Audit,
  { lease, others, secret }: MadeLease,
  host: string,
  auth: Parameters<typeof clientIdOf>[0],
): void {
  const { terminal } = call.context;
  const state = call.settings.option('state');
  const command = state === '' ? endOf(lease) : `segura-secrets release ${optionArgument('state', state)}`;
  terminal.notice(`to end it, run: ${command}`);
  for (const other of state === '' ? others : [])
    terminal.warning(
      `The vault also provisioned ${printable(other.identity)} for this pod. To end that lease, run: ${endOf(other)}`,
    );
  audit.report({
    client: clientIdOf(auth),
    vault: host,
    target: lease.identity,
    outcome: 'done',
    versionBefore: null,
    versionAfter: secret.version ?? null,
    requestId: undefined,
    fields: labelsOf(secret),
  });
}

/** The command that ends a lease, in the quotes of a POSIX shell where a name needs them. */
function endOf({ identity, pod, deploy, namespace }: Lease): string {
  const names = [
    optionArgument('pod-name', pod),
    ...(deploy === OWN_NAME ? [] : [optionArgument('deploy', deploy)]),
    ...(namespace === OWN_NAME ? [] : [optionArgument('namespace', namespace)]),
  ];
  return commandFor('deprovision', identity, names.join(' '));
}

async function show(
  call: NounCall,
  { lease, secret, endsAtMs }: MadeLease,
  isRevealed: boolean,
): Promise<void> {
  const { identity, secretId, pod, deploy, namespace } = lease;
  const fields = isRevealed
    ? linesOfMaps(secret).map(([label, value]) => [`field ${label}`, { value }])
    : labelsOf(secret).map((label) => [`field ${label}`, '(not shown)']);
  const ends = endsAtMs === undefined ? undefined : timeText(endsAtMs);
  const printed = {
    heads: ['WHAT', 'VALUE'],
    rows: [
      ['identity', identity],
      ['secret id', secretId],
      ['pod name', pod],
      ['deploy', deploy],
      ['namespace', namespace],
      ['ends', ends ?? 'not known'],
      ...fields,
    ],
    json: {
      identity,
      secret_id: secretId,
      pod_name: pod,
      deploy,
      namespace,
      ends: ends ?? null,
      fields: labelsOf(secret),
      ...(isRevealed ? { values: Object.fromEntries(linesOfMaps(secret)) } : {}),
    },
  };
  await print(call, printed, isRevealed);
}
