import {
  LEASE_BELONGS_TO_AUTHORIZATION,
  LEASE_ENDED_MESSAGE,
  LEASE_UNKNOWN,
  PROVISION_NO_PROFILE,
  PROVISION_UNKNOWN,
  parameterMissing,
} from './assumptions.js';
import type { Call } from './call.js';
import type { DsmSecret, Row } from './data.js';
import { applicationView, callersApplication, secretsOf, secretView } from './dsm-view.js';
import { refusal, success } from './envelope.js';
import { text } from './fields.js';
import { type LeaseName, leasedRows } from './leases.js';
import { Refused, type Reply } from './reply.js';

/**
 * POST /iso/coe/dapp/provision: makes a user with a password for a pod. Up to 3.32 the reply is the application, each
 * secret's `data` one plain object; `pod_name`, `deploy` and `namespace` are required. From 3.33 it is one `secret`, chosen
 * by `identity`. Source: docs.senhasegura.io v3-32 and v3-33 provision.
 */
export function provision(call: Call): Reply {
  const { world, caller, fields } = call;
  const isNewer = world.settings.dialect === 'api';
  const identity = isNewer || world.settings.provisionChooses ? text(fields, 'identity') : undefined;
  if (isNewer && identity === undefined) throw new Refused(refusal(parameterMissing('identity')));
  const name = isNewer ? nameIn(call) : wholeName(call);
  const wanted = secretsOf(call, caller).filter(
    (each) => identity === undefined || each.identity === identity,
  );
  if (wanted.length === 0) throw new Refused(refusal(PROVISION_UNKNOWN));
  const dynamic = wanted.filter(({ provisioning }) => provisioning !== undefined);
  const [first] = dynamic;
  if (first === undefined) throw new Refused(refusal(PROVISION_NO_PROFILE));
  if (isNewer) {
    const data = leased(call, first, name);
    const secret = secretView(call, { ...first, data });
    return success({ message: 'Secret provisions done.', tenant: world.data.tenant, entities: { secret } });
  }
  const application = callersApplication(call);
  const shown = dynamic.map((secret) => {
    const data = merged(leased(call, secret, name));
    return { ...secret, data };
  });
  return success({
    style: 'older',
    message: `Application ${application.id}`,
    entities: { application: applicationView(call, application, shown) },
  });
}

/**
 * POST /iso/coe/dapp/deprovision and /iso/dapp/deprovision: ends what provision made. `pod_name`, `deploy`, `namespace` and
 * `secret_id` are all required. Source: docs.senhasegura.io v3-32 "Remove a credential".
 */
export function deprovision(call: Call): Reply {
  const name = wholeName(call);
  const secretId = text(call.fields, 'secret_id') ?? '';
  if (!/^\d+$/.test(secretId)) throw new Refused(refusal(parameterMissing('secret_id')));
  if (!call.world.leases.end(Number(secretId), name, holderOf(call)))
    throw new Refused(refusal(LEASE_UNKNOWN));
  return success({ message: LEASE_ENDED_MESSAGE });
}

function leased(call: Call, secret: DsmSecret, name: LeaseName): Row[] {
  const { world } = call;
  const lease = world.leases.make(secret, name, holderOf(call));
  world.handedOut.add(lease.password);
  secret.version += 1;
  return leasedRows(secret, lease);
}

function holderOf({ caller }: Call): string {
  return LEASE_BELONGS_TO_AUTHORIZATION ? caller.clientId : String(caller.applicationId);
}

/** The Portuguese page calls the first one `pod_nome`. */
function nameIn({ fields }: Call): LeaseName {
  const pod = text(fields, 'pod_name') ?? text(fields, 'pod_nome') ?? '';
  return { pod, deploy: text(fields, 'deploy') ?? '', namespace: text(fields, 'namespace') ?? '' };
}

function wholeName(call: Call): LeaseName {
  const name = nameIn(call);
  for (const [field, value] of [
    ['pod_name', name.pod],
    ['deploy', name.deploy],
    ['namespace', name.namespace],
  ] as const)
    if (value === '') throw new Refused(refusal(parameterMissing(field)));
  return name;
}

function merged(rows: readonly Row[]): Row {
  return Object.assign({}, ...rows) as Row;
}
