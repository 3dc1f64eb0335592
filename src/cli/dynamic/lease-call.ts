import { closestMatch } from '../../core/did-you-mean.js';
import { SeguraError } from '../../core/errors.js';
import { numberless } from '../../core/job/dynamic/leases-of-run.js';
import { numbered, severalListed } from '../../core/job/dynamic/not-listed.js';
import { printable } from '../../core/printable.js';
import { quote } from '../../core/requests/tokens.js';
import type { DsmSecret } from '../../core/vault/dsm.js';
import { type LeaseFor, OWN_NAME } from '../../core/vault/leases/lease-name.js';
import type { Context } from '../context.js';
import { openSettings } from '../context.js';
import { lastOf, type NounCall } from '../nouns/verb.js';
import { type OptionName, REPEATABLE } from '../options/options.js';
import type { Settings } from '../options/settings.js';
import { rejectUnreadableWords } from '../options/unreadable.js';
import { UsageError } from '../options/usage-error.js';
import { allFieldsOf } from '../run/field-labels.js';

/** The call of `provision` or `deprovision`, and the identity that it is about. Errors: UsageError. */
export async function leaseCall(
  context: Context,
  name: 'provision' | 'deprovision',
): Promise<{ call: NounCall; identity: string }> {
  rejectUnreadableWords(context.world);
  const { positionals, options } = context.arguments;
  const [identity = '', ...more] = positionals;
  if (identity.trim() === '' || more.length > 0)
    throw new UsageError(
      `The command ${name} needs the identity of one dynamic secret.`,
      `Write segura-secrets ${name} IDENTITY.`,
    );
  const format = options.get('output')?.at(-1) ?? 'table';
  if (format !== 'table' && format !== 'json')
    throw new UsageError('There is no such format of the output.', 'Write --output table or --output json.');
  const settings = await openSettings(context);
  const call = { context, settings, name, operands: [identity], format, endpoint: 'dsm-endpoint' } as const;
  return { call, identity };
}

/** The names that are given for a lease. Errors: UsageError for one that is empty. */
export function givenNames(call: NounCall): Partial<LeaseFor> {
  const names = { pod: 'pod-name', deploy: 'deploy', namespace: 'namespace' } as const;
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, option]) => {
      if (!call.context.arguments.options.has(option)) return [];
      const text = lastOf(call, option).trim();
      if (text === '')
        throw new UsageError(`Option --${option} is empty.`, `Write --${option} NAME, or leave it out.`);
      return [[key, text]];
    }),
  );
}

/** All names of a lease that ends. Errors: UsageError where the pod is not given. */
export function wholeName(call: NounCall): LeaseFor {
  const { pod, deploy = OWN_NAME, namespace = OWN_NAME } = givenNames(call);
  if (pod === undefined)
    throw new UsageError(
      'The command deprovision needs the pod name of the lease.',
      'Write --pod-name NAME, as provision, the log of the job or the vault has it.',
    );
  return { pod, deploy, namespace };
}

/** The number of the secret of that identity, by which its leases are ended. Errors: SECRET_NOT_FOUND, PROVISION_REFUSED, REPLY_MALFORMED. */
export function numberOf(secrets: readonly DsmSecret[], identity: string): string {
  const [found, ...others] = numbered(secrets, identity);
  if (others.length > 0) throw severalListed(identity);
  const id = found?.details?.id;
  if (id !== undefined) return id;
  if (found !== undefined) throw numberless(identity);
  const near = closestMatch(
    identity,
    secrets.map((secret) => secret.identity),
  );
  throw new SeguraError(
    'SECRET_NOT_FOUND',
    `The authorization has no DSM secret with the identity ${printable(identity)}.`,
    near === undefined ? 'See what there is: segura-secrets secret list' : `Did you mean ${near}?`,
  );
}

/** The settings of a call with the request for one dynamic secret and no others. */
export function onlyDynamic(settings: Settings, identity: string): Settings {
  const none = REPEATABLE.map((name): [OptionName, string[]] => [name, ['']]);
  const lines = [allFieldsOf(quote(identity))];
  return settings.with(new Map([...none, ['dynamic', lines], ['custody-release', ['true']]]));
}
