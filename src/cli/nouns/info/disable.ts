import { printable } from '../../../core/printable.js';
import { explainInfo, INFO_PREFIX } from '../../../core/vault/items/info.js';
import { setActive } from '../pam/set-active.js';
import type { NounCall } from '../verb.js';

/** Disables one protected information. No document has a request that enables it. */
export function disable(call: NounCall): Promise<number> {
  const [name = ''] = call.operands;
  return setActive(call, {
    kind: 'info',
    isActive: false,
    find: async () => ({
      ...{ name, prefix: INFO_PREFIX, shown: `the protected information ${printable(name)}` },
      effect: ', which no documented request enables again',
    }),
    explain: () => explainInfo(name),
  });
}
