import { LATE_READ_WAITS_MS } from '../../../core/assumptions.js';
import {
  type DeviceJudgement,
  type DevicePlan,
  type DeviceWish,
  judgeDevice,
  planDevice,
  type SeenDevice,
} from '../../../core/changes/device-plan.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { say } from '../../../core/text.js';
import type { Client } from '../../../core/vault/client.js';
import { type Device, type DeviceField, listDevices } from '../../../core/vault/items/device-list.js';
import { deviceRequest } from '../../../core/vault/write/device-form.js';
import { type ChangeOutcome, sendChange } from '../../../core/vault/write/send-change.js';
import { systemClock } from '../../../platform/process/clock.js';
import { UsageError } from '../../options/usage-error.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import type { NounOption } from '../noun-options.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { isGiven, lastOf, type NounCall } from '../verb.js';
import { explainDevice, findDevice } from './find.js';

const OUTCOMES = { create: 'created', update: 'updated', nothing: 'unchanged' } as const;
const OPTION_OF: readonly (readonly [NounOption, DeviceField])[] = [
  ['ip', 'ip'],
  ['type', 'type'],
  ['vendor', 'vendor'],
  ['model', 'model'],
  ['site', 'site'],
  ['domain', 'device_domain'],
  ['connectivities', 'connectivities'],
  ['tags', 'device_tags'],
];

/** Registers a device, or updates what is given of it. */
export async function put(call: NounCall): Promise<number> {
  const wish = wishOf(call);
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) => putAt(call, vault, wish, audit));
  } finally {
    audit.close();
  }
}

async function putAt(call: NounCall, vault: OpenVault, wish: DeviceWish, audit: Audit): Promise<number> {
  const [name = ''] = call.operands;
  const { client: first, inputs } = vault;
  const found = await findDevice(first, inputs.endpoints.pam, name);
  if (found === undefined && /^\d+$/.test(name)) throw explainDevice(name)({ code: 1011 } as never);
  const prefix = found?.prefix ?? (await listDevices(first, inputs.endpoints.pam)).prefix;
  const plan = planDevice(name, found?.device, wish);
  const request = deviceRequest(prefix, plan.form);
  const { hostname } = plan.form;
  if (isGiven(call, 'dry-run') && plan.kind !== 'nothing') {
    await printRequests(call, hostname, [
      { method: 'POST', path: request.path, fields: Object.keys(plan.form) },
    ]);
    return 0;
  }
  if (plan.kind !== 'nothing') {
    const what = `${plan.kind === 'create' ? 'Register' : 'Update'} the device ${printable(hostname)}: ${plan.changes.join(', ')}`;
    let client = first;
    if (await confirm(call, what)) {
      client = await vault.afterQuestion();
      await checkSame(client, vault, name, found?.device);
    }
    const sent = await sendChange(client, request, explainDevice(hostname));
    const judged = await judge(call, vault, plan, sent);
    if (judged.kind === 'failed') throw judged.problem;
    audit.report({
      client: client.session.clientId,
      vault: vault.host,
      target: hostname,
      outcome: judged.kind === 'done' ? 'done' : 'uncertain',
      versionBefore: null,
      versionAfter: null,
      requestId: sent.requestId,
      fields: plan.changes,
    });
    if (judged.kind !== 'done') throw judged.kind === 'unknown' ? judged.problem : notChanged(hostname, sent);
    if (judged.warning !== undefined) call.context.terminal.warning(judged.warning);
  }
  await print(call, {
    heads: ['HOSTNAME', 'OUTCOME', 'FIELDS'],
    rows: [[hostname, OUTCOMES[plan.kind], plan.changes.join(', ')]],
    json: { hostname, outcome: OUTCOMES[plan.kind], fields: plan.changes },
  });
  return 0;
}

/** All fields are sent back as they were read. Errors: CHANGED_MEANWHILE. */
async function checkSame(
  client: Client,
  { inputs }: OpenVault,
  name: string,
  before: Device | undefined,
): Promise<void> {
  const now = (await findDevice(client, inputs.endpoints.pam, name))?.device;
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  throw new SeguraError(
    'CHANGED_MEANWHILE',
    `Another client changed the device ${printable(name)} while the question was open. Nothing was sent.`,
    'Run the same command again: it reads what is there now.',
  );
}

async function judge(
  { context: { signals } }: NounCall,
  vault: OpenVault,
  plan: DevicePlan,
  sent: ChangeOutcome,
): Promise<DeviceJudgement> {
  for (const waitMs of [...LATE_READ_WAITS_MS, 0]) {
    const judged = judgeDevice(plan, sent, await look(sent, vault, plan));
    if (judged.kind !== 'pending' || waitMs === 0 || signals.stop.aborted) return judged;
    await systemClock.sleep(waitMs, signals.stop);
  }
  return { kind: 'pending' };
}

/** A look that no signal stops. */
async function look(sent: ChangeOutcome, vault: OpenVault, { form }: DevicePlan): Promise<SeenDevice> {
  if (sent.kind === 'rejected') return { device: undefined };
  try {
    const client: Client = await vault.afterSignal();
    return { device: (await findDevice(client, vault.inputs.endpoints.pam, form.hostname))?.device };
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { unread: problem };
  }
}

function notChanged(hostname: string, sent: ChangeOutcome): SeguraError {
  const problem = 'problem' in sent ? sent.problem : undefined;
  return new SeguraError(
    problem?.code ?? 'CHANGE_UNCERTAIN',
    say`${problem?.messageText ?? ''} Reading the device ${printable(hostname)} shows that it is unchanged so far.`,
    'Run the same command again: it first reads what is there.',
    { cause: problem },
  );
}

function wishOf(call: NounCall): DeviceWish {
  const given = OPTION_OF.filter(([name]) => call.context.arguments.options.has(name));
  if (given.length === 0)
    throw new UsageError(
      'The command device put has nothing to write.',
      'Give --ip ADDRESS, or another option: see segura-secrets help device put.',
    );
  return Object.fromEntries(given.map(([name, field]) => [field, lastOf(call, name)]));
}
