import { randomBytes } from 'node:crypto';
import { DEPROVISION_MESSAGE, PROVISION_CHANGES, PROVISION_UNKNOWN } from './assumptions.js';
import type { Call } from './call.js';
import type { DsmSecret, Row } from './data.js';
import { applicationView, callersApplication, secretsOf, secretView } from './dsm-view.js';
import { refusal, success } from './envelope.js';
import { text } from './fields.js';
import { rowsOf } from './leaks.js';
import { Refused, type Reply } from './reply.js';

/**
 * POST /iso/coe/dapp/provision. Up to 3.32: the application, each secret's `data` one plain object. From 3.33: one
 * `secret`, chosen by `identity`. Source: docs.senhasegura.io v3-32 and v3-33 provision.
 */
export function provision(call: Call): Reply {
  const { world, caller, fields } = call;
  const identity = text(fields, 'identity');
  const wanted = secretsOf(call, caller).filter(
    (secret) => identity === undefined || secret.identity === identity,
  );
  const [first] = wanted;
  if (first === undefined) throw new Refused(refusal(PROVISION_UNKNOWN));
  if (world.settings.dialect === 'api') {
    renew(call, first);
    return success({
      message: 'Secret provisions done.',
      tenant: world.data.tenant,
      entities: { secret: secretView(call, first) },
    });
  }
  for (const secret of wanted) renew(call, secret);
  const application = callersApplication(call);
  const shown = wanted.map((secret) => ({ ...secret, data: merged(rowsOf(secret.data)) }));
  return success({
    style: 'older',
    message: `Application ${application.id}`,
    entities: { application: applicationView(call, application, shown) },
  });
}

/** POST /iso/coe/dapp/deprovision and /iso/dapp/deprovision. */
export function deprovision(call: Call): Reply {
  callersApplication(call);
  return success({ message: DEPROVISION_MESSAGE });
}

function renew({ world }: Call, secret: DsmSecret): void {
  for (const row of rowsOf(secret.data)) {
    for (const [label, value] of Object.entries(row)) {
      if (value === null || !PROVISION_CHANGES.test(label)) continue;
      world.handedOut.add(value);
      row[label] = `provisioned-${randomBytes(12).toString('hex')}`;
    }
  }
  secret.version += 1;
}

function merged(rows: readonly Row[]): Row {
  return Object.assign({}, ...rows) as Row;
}
