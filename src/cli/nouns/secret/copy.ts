import { isStandIn, type SecretWish } from '../../../core/changes/secret-plan.js';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import { option, say } from '../../../core/text.js';
import type { DsmSecret } from '../../../core/vault/dsm.js';
import { UsageError } from '../../options/usage-error.js';
import { openAudit } from '../audit.js';
import { withVault } from '../open-vault.js';
import { isGiven, type NounCall } from '../verb.js';
import { getSecret } from './find.js';
import { writeSecret } from './write.js';
import { printWritten } from './written.js';

/** Copies the fields of one secret into another, which is created where it is not there. */
export async function copy(call: NounCall): Promise<number> {
  const [from = '', to = ''] = call.operands;
  if (from === to)
    throw new UsageError('Both identities are the same.', 'Write segura-secrets secret copy FROM TO.');
  const isDry = isGiven(call, 'dry-run');
  if (isDry && call.settings.inputs().application !== '')
    throw new UsageError(
      'A dry run cannot read as an application: its login registers the application.',
      'Leave --application out, and use the client id and secret of its authorization.',
    );
  const audit = openAudit(call);
  try {
    const written = await withVault(call, async (vault) => {
      const source = await getSecret(vault.client, from);
      const fields = fieldsOf(source);
      const wishFor = (): SecretWish => ({
        identity: to,
        fields,
        isReplacing: isGiven(call, 'replace'),
        engine: undefined,
      });
      return writeSecret(call, vault, to, wishFor, { audit, isDry });
    });
    await printWritten(call, written, isDry);
    return 0;
  } finally {
    audit.close();
  }
}

/** The fields of a secret by name. Errors: FIELD_AMBIGUOUS, CHANGE_REFUSED for one that cannot be read. */
function fieldsOf({ identity, maps }: DsmSecret): Map<string, Secret> {
  const fields = new Map<string, Secret>();
  for (const [label, field] of maps.flatMap((map) => [...map])) {
    if (field === null) continue;
    if (!(field instanceof Secret) || isStandIn(field))
      throw new SeguraError(
        'CHANGE_REFUSED',
        `The field ${printable(label)} of ${printable(identity)} cannot be read as it is: the vault sends it encrypted, or in a form that is not text.`,
        say`Set ${option.decryptionKey}.`,
      );
    const known = fields.get(label);
    if (known !== undefined && known.reveal() !== field.reveal())
      throw new SeguraError(
        'FIELD_AMBIGUOUS',
        `Several groups of ${printable(identity)} have the field ${printable(label)}, with different values.`,
        'Copy it by hand: segura-secrets secret put IDENTITY --field NAME=@FILE',
      );
    fields.set(label, field);
  }
  return fields;
}
