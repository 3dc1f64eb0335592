import { commandFor } from '../../../core/changes/argument.js';
import { problemsOf, SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { say, type Text } from '../../../core/text.js';
import { textOfField } from '../../../core/vault/field.js';
import { findInfo, type InfoForm, type InfoFound, infoRequest } from '../../../core/vault/items/info.js';
import { type ChangeOutcome, sendChange } from '../../../core/vault/write/send-change.js';
import { UsageError } from '../../options/usage-error.js';
import { type Audit, openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { printRequests } from '../pam/planned.js';
import { print } from '../print.js';
import { ValueSources } from '../value-sources.js';
import { isGiven, lastOf, type NounCall } from '../verb.js';

/** The type that examples of the vault's documents have. */
const DEFAULT_TYPE = 'Access credential';
const FIELDS = ['name', 'identifier', 'type', 'content'];

/** Creates protected information. One with the same content is left as it is; none is ever changed. */
export async function put(call: NounCall): Promise<number> {
  const [identifier = ''] = call.operands;
  if (/^\d+$/.test(identifier))
    throw new UsageError(
      'A number is not an identifier: the vault numbers protected information itself.',
      'Write segura-secrets info put NAME --content @FILE',
    );
  const source = lastOf(call, 'content');
  if (source === '')
    throw new UsageError('The command info put has nothing to write.', 'Give --content @FILE.');
  const content = await new ValueSources(call).filled(source, '--content');
  const [name, type] = [lastOf(call, 'title') || identifier, lastOf(call, 'type') || DEFAULT_TYPE];
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) => putAt(call, vault, { name, identifier, type, content }, audit));
  } finally {
    audit.close();
  }
}

async function putAt(call: NounCall, vault: OpenVault, form: InfoForm, audit: Audit): Promise<number> {
  const { identifier, content } = form;
  vault.hide(content);
  const before = await findInfo(vault.client, identifier);
  if (isThere(before)) {
    if (!isSame(before, form)) throw otherContent(form, before.id);
    return await done(call, form, 'unchanged', before.id);
  }
  const request = infoRequest(form);
  if (isGiven(call, 'dry-run')) {
    await printRequests(call, identifier, [{ method: request.method, path: request.path, fields: FIELDS }]);
    return 0;
  }
  const what = `Create the protected information ${printable(identifier)}`;
  const client = (await confirm(call, what)) ? await vault.afterQuestion() : vault.client;
  const sent = await sendChange(client, request);
  if (sent.kind === 'rejected') throw sent.problem;
  const after = await look(vault, identifier);
  const isDone = sent.kind === 'accepted' || (isThere(after) && isSame(after, form));
  audit.report({
    client: client.session.clientId,
    vault: vault.host,
    target: isThere(after) ? after.id : identifier,
    outcome: isDone ? 'done' : 'uncertain',
    versionBefore: null,
    versionAfter: null,
    requestId: sent.requestId,
    fields: FIELDS,
  });
  if (!isDone) throw uncertain(form, sent);
  const warning = warningOf(form, sent, after);
  if (warning !== undefined) call.context.terminal.warning(warning);
  return await done(call, form, 'created', isThere(after) ? after.id : '');
}

async function done(
  call: NounCall,
  { identifier }: InfoForm,
  outcome: 'created' | 'unchanged',
  id: string,
): Promise<number> {
  await print(call, {
    heads: ['ID', 'IDENTIFIER', 'OUTCOME'],
    rows: [[id, identifier, outcome]],
    json: { id: id || null, identifier, outcome },
  });
  return 0;
}

type Seen = InfoFound | { readonly unread: SeguraError };

/** A look that no signal stops. */
async function look(vault: OpenVault, identifier: string): Promise<Seen> {
  try {
    return await findInfo(await vault.afterSignal(), identifier);
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return { unread: problem };
  }
}

function isThere(seen: Seen): seen is Exclude<InfoFound, string | undefined> {
  return typeof seen === 'object' && 'id' in seen;
}

function isSame({ content }: Exclude<InfoFound, string | undefined>, form: InfoForm): boolean {
  return textOfField(content) === form.content.reveal();
}

function warningOf(form: InfoForm, sent: ChangeOutcome, after: Seen): Text | undefined {
  const name = printable(form.identifier);
  if (sent.kind !== 'accepted')
    return say`${sent.problem.messageText} All the same, reading it back shows that ${name} was created.`;
  if (isThere(after) && isSame(after, form)) return undefined;
  return isThere(after)
    ? `The vault confirmed ${name}, but has another content for it, so it was not compared.`
    : `The vault confirmed ${name}, but does not find it by its identifier, so it was not compared.`;
}

function otherContent({ identifier }: InfoForm, id: string): SeguraError {
  return new SeguraError(
    'CHANGE_REFUSED',
    `The vault has the protected information ${printable(identifier)} (${printable(id)}) with another content, and no documented request changes one.`,
    `Disable that one first: ${commandFor('info disable', id)}. Or choose another identifier.`,
  );
}

function uncertain({ identifier }: InfoForm, sent: ChangeOutcome): SeguraError {
  const problem = 'problem' in sent ? sent.problem : undefined;
  const name = printable(identifier);
  return new SeguraError(
    'CHANGE_UNCERTAIN',
    say`${problem?.messageText ?? ''} Whether ${name} was created is not known: reading it back does not show it.`,
    `Look at it, or in the vault, before you run the command again: ${commandFor('info show', identifier)}`,
    { cause: problem },
  );
}
