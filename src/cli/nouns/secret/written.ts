import type { FieldChanges, SecretWish } from '../../../core/changes/secret-plan.js';
import { namesOfForm, SECRET_PATH } from '../../../core/vault/write/secret-form.js';
import { print } from '../print.js';
import type { NounCall } from '../verb.js';
import type { Written } from './write.js';

const OUTCOMES = { create: 'created', update: 'updated', nothing: 'unchanged' } as const;

/** Prints what was done, or what would be. */
export async function printWritten(call: NounCall, { plan, after }: Written, isDry: boolean): Promise<void> {
  const { form, changes, before, kind } = plan;
  if (isDry && kind !== 'nothing')
    return await printRequests(call, form.identity, namesOfForm(form), changes);
  const [from = null, to = null] = [before?.version, after?.version];
  await print(call, {
    heads: ['IDENTITY', 'OUTCOME', 'VERSION', 'FIELDS'],
    rows: [[form.identity, OUTCOMES[kind], to ?? '', fieldsText(changes)]],
    json: {
      identity: form.identity,
      outcome: OUTCOMES[kind],
      version_before: from,
      version_after: to,
      fields: changes,
    },
  });
}

/** A dry run that reads nothing: to read as an application would register it. */
export async function printUnread(call: NounCall, { identity, fields }: SecretWish): Promise<void> {
  call.context.terminal.info(
    'The dry run does not log in as the application, because that registers it: which fields are there is not known.',
  );
  const changes = { added: [...fields.keys()], changed: [], kept: [], removed: [] };
  await printRequests(call, identity, ['name', 'identity', 'engine', 'data'], changes, [
    { method: 'POST', path: '/iso/dapp/Application', fields: ['application', 'environment', 'system'] },
  ]);
}

interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
}

async function printRequests(
  call: NounCall,
  identity: string,
  fields: readonly string[],
  changes: FieldChanges,
  earlier: readonly RequestLine[] = [],
): Promise<void> {
  const requests = [...earlier, { method: 'POST', path: SECRET_PATH, fields }];
  const rows = requests.map((each) => [each.method, each.path, each.fields.join(', ')]);
  await print(call, {
    heads: ['METHOD', 'PATH', 'FIELDS'],
    rows: [...rows, ['', 'in data', fieldsText(changes)]],
    json: { dry_run: true, identity, requests, fields: changes },
  });
}

function fieldsText(changes: FieldChanges): string {
  const words = ['added', 'changed', 'removed', 'kept'] as const;
  const parts = words.flatMap((word) =>
    changes[word].length === 0 ? [] : [`${word}: ${changes[word].join(', ')}`],
  );
  return parts.join('; ');
}
