import { printable } from '../../../core/printable.js';
import { listItems } from '../../../core/vault/items/credential-list.js';
import type { OpenVault } from '../open-vault.js';
import { setActive } from '../pam/set-active.js';
import type { NounCall } from '../verb.js';
import { explainDevice, getDevice } from './find.js';

export function enable(call: NounCall): Promise<number> {
  return change(call, true);
}

/** Source: helpcenter 3.25, devices: to disable a device disables all its credentials. */
export function disable(call: NounCall): Promise<number> {
  return change(call, false);
}

function change(call: NounCall, isActive: boolean): Promise<number> {
  const [name = ''] = call.operands;
  return setActive(call, {
    kind: 'device',
    isActive,
    find: async (vault) => {
      const { device, prefix } = await getDevice(vault.client, vault.inputs.endpoints.pam, name);
      const shown = `device ${printable(device.id)} (${printable(device.hostname)})`;
      return {
        name: device.id,
        prefix,
        shown,
        effect: isActive ? '' : await effectOn(vault, device.hostname),
      };
    },
    explain: () => explainDevice(name),
  });
}

async function effectOn({ client, inputs }: OpenVault, hostname: string): Promise<string> {
  const { items } = await listItems(client, inputs.endpoints.pam, 'credential');
  const count = items.filter((item) => item.hostname === hostname).length;
  return `, which also disables all its credentials (${count} that this authorization may use)`;
}
