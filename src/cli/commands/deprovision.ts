import { throwIfCancelled } from '../../core/pace.js';
import { printable } from '../../core/printable.js';
import {
  DEPROVISION_FIELDS,
  DEPROVISION_PATHS,
  deprovision as endLease,
} from '../../core/vault/leases/deprovision.js';
import { systemClock } from '../../platform/process/clock.js';
import type { Context } from '../context.js';
import { leaseCall, numberOf, wholeName } from '../dynamic/lease-call.js';
import { openAudit } from '../nouns/audit.js';
import { confirm } from '../nouns/confirm.js';
import { withVault } from '../nouns/open-vault.js';
import { printRequests } from '../nouns/pam/planned.js';
import { print } from '../nouns/print.js';
import { isGiven } from '../nouns/verb.js';

/** Ends what provision made. Run twice, it does no harm: the second time, there is nothing to end. */
export async function deprovision(context: Context): Promise<number> {
  const { call, identity } = await leaseCall(context, 'deprovision');
  const name = wholeName(call);
  if (isGiven(call, 'dry-run')) {
    await printRequests(call, identity, [
      { method: 'GET', path: '/iso/sctm/secret', fields: [] },
      { method: 'POST', path: DEPROVISION_PATHS[0], fields: DEPROVISION_FIELDS },
    ]);
    return 0;
  }
  const audit = openAudit(call);
  try {
    const isEnded = await withVault(call, async ({ client, host, inputs }) => {
      const secretId = numberOf(await client.listSecrets(), identity);
      await confirm(
        call,
        `End the lease of ${printable(identity)} for ${printable(name.pod)}: what logs in with it fails from then on`,
      );
      const patient = await client.within({
        deadlineAtMs: systemClock.nowMs() + inputs.limits.deadlineMs,
        signal: context.signals.stop,
        isPersistent: true,
        retries: Number.POSITIVE_INFINITY,
      });
      const lease = { ...name, secretId, identity };
      const result = await endLease(lease, patient.exchange, patient.session);
      if (result !== 'released') return false;
      audit.report({
        client: client.session.clientId,
        vault: host,
        target: identity,
        outcome: 'done',
        versionBefore: null,
        versionAfter: null,
        requestId: undefined,
        fields: [],
      });
      return true;
    });
    throwIfCancelled(context.signals.stop);
    const outcome = isEnded ? 'ended' : 'not provisioned';
    await print(call, {
      heads: ['IDENTITY', 'POD NAME', 'OUTCOME'],
      rows: [[identity, name.pod, outcome]],
      json: { identity, pod_name: name.pod, deploy: name.deploy, namespace: name.namespace, outcome },
    });
    return 0;
  } finally {
    audit.close();
  }
}
