import { planSecret } from '../../core/changes/secret-plan.js';
import { decide, fieldsThatMove } from '../../core/entries/migration.js';
import { SeguraError } from '../../core/errors.js';
import { throwIfCancelled } from '../../core/pace.js';
import { printable } from '../../core/printable.js';
import { type Context, openSettings } from '../context.js';
import { endedBySignals } from '../ended-by-signals.js';
import { secretComments } from '../migrate/comments.js';
import { identityOf, namesIn, readFiles } from '../migrate/given.js';
import { MigrationParts } from '../migrate/parts.js';
import { printJson, printTable, requestsOf } from '../migrate/report.js';
import { planStrips, probeStrip, strip } from '../migrate/strip.js';
import { wishOfFields } from '../migrate/wish.js';
import { openAudit } from '../nouns/audit.js';
import { withVault } from '../nouns/open-vault.js';
import { type Written, writeSecret } from '../nouns/secret/write.js';
import { isGiven, lastOf, type NounCall } from '../nouns/verb.js';
import { rejectUnreadableWords } from '../options/unreadable.js';
import { UsageError } from '../options/usage-error.js';

/**
 * Moves the secrets of files of settings into a DSM secret. With `--strip`, the files are written without them, after the
 * vault has been read back and compared byte for byte. A second run finds nothing to do.
 */
export async function migrate(context: Context): Promise<number> {
  const { arguments: given, terminal, world } = context;
  rejectUnreadableWords(world);
  const names = given.positionals;
  if (names.length === 0)
    throw new UsageError(
      'The command migrate needs a file.',
      'Write segura-secrets migrate .env --identity IDENTITY --dry-run.',
    );
  const settings = await openSettings(context);
  const format = given.options.get('output')?.at(-1) ?? 'table';
  if (format !== 'table' && format !== 'json')
    throw new UsageError('There is no such format of the output.', 'Write --output table or --output json.');
  const endpoint = 'dsm-endpoint';
  const call: NounCall = { context, settings, name: 'migrate', operands: names, format, endpoint };
  const identity = identityOf(call);
  const files = await endedBySignals(context.signals, world.system, () => readFiles(world.directory, names));
  const choice = { include: namesIn(call, 'include', files), exclude: namesIn(call, 'exclude', files) };
  const decided = decide(files, choice);
  const all = decided.flat();
  const fields = fieldsThatMove(all);
  const strips = isGiven(call, 'strip') ? planStrips(world, files, decided, lastOf(call, 'backup')) : [];
  const isDry = isGiven(call, 'dry-run');
  if (format === 'table') await printTable(call, identity, all);
  for (const { file, entry, why } of all.filter(({ isDoubtful }) => isDoubtful))
    terminal.warning(
      `${printable(entry.name)} in line ${entry.line} of ${printable(file)} looks like a secret, but stays: ${why}.`,
    );
  // No name: in a value of several lines, it could be a part of that.
  for (const { file, text } of files)
    for (const line of secretComments(file, text))
      terminal.warning(
        `Line ${line} of ${printable(file)} is a comment that looks like a secret, and stays: remove it by hand.`,
      );
  if (!isDry) for (const each of strips) probeStrip(each);
  const wishFor = wishOfFields({ identity, fields, isOverwriting: isGiven(call, 'overwrite') });
  const work = new MigrationParts(terminal, fields.size);
  const written =
    fields.size === 0 || isDry
      ? undefined
      : await write(call, identity, wishFor, work).finally(() => work.end());
  const result = { identity, all, fields: [...fields.keys()], strips, written };
  if (isDry) {
    const isApplication = settings.inputs().application !== '';
    const requests =
      fields.size === 0 ? [] : requestsOf(isApplication, planSecret(undefined, wishFor(undefined)).form);
    for (const each of requests)
      terminal.info(`would send: ${each.method} ${each.path} with ${each.fields.join(', ')}`);
    for (const each of strips)
      terminal.info(`would write ${printable(each.file)}, and its backup ${printable(each.backup)}`);
    if (format === 'json') await printJson(call, { ...result, requests });
    return 0;
  }
  if (strips.length > 0 && written !== undefined && !written.isCompared)
    throw new SeguraError(
      'CHANGE_UNCERTAIN',
      'The vault has the secrets, but its values could not be compared, so no file was changed.',
      'Set the decryption key, or leave --strip out.',
    );
  for (const each of strips) {
    throwIfCancelled(context.signals.stop);
    strip(each);
    terminal.info(
      `${printable(each.file)}: written without the secrets; its backup is ${printable(each.backup)}`,
    );
  }
  const moved = new Set(all.filter(({ outcome }) => outcome === 'moves').map(({ file }) => file));
  for (const note of new Set(files.filter(({ file }) => moved.has(file)).map((each) => each.note ?? '')))
    if (note !== '') terminal.info(note);
  if (written !== undefined)
    terminal.info(
      written.plan.kind === 'nothing'
        ? `The vault has all ${fields.size} fields of ${printable(identity)} already.`
        : `The vault has ${fields.size} fields in ${printable(identity)}, compared byte for byte.`,
    );
  if (fields.size === 0) terminal.info('Nothing looks like a secret, so nothing is moved.');
  if (format === 'json') await printJson(call, result);
  return 0;
}

async function write(
  call: NounCall,
  identity: string,
  wishFor: Parameters<typeof writeSecret>[3],
  work: MigrationParts,
): Promise<Written> {
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) =>
      writeSecret(call, vault, identity, wishFor, {
        audit,
        isDry: false,
        onPart: (part) => work.begin(part),
      }),
    );
  } finally {
    audit.close();
  }
}
