import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { planSecret } from '../../core/changes/secret-plan.js';
import { decide, fieldsThatMove } from '../../core/entries/migration.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import { throwIfCancelled } from '../../core/pace.js';
import { printable } from '../../core/printable.js';
import { toText } from '../../platform/disk/read-text.js';
import { type Context, openSettings } from '../context.js';
import type { SettingsFile } from '../migrate/file.js';
import { printJson, printTable, requestsOf } from '../migrate/report.js';
import { readSettingsFile } from '../migrate/settings-file.js';
import { planStrips, strip } from '../migrate/strip.js';
import { wishOfFields } from '../migrate/wish.js';
import { openAudit } from '../nouns/audit.js';
import { withVault } from '../nouns/open-vault.js';
import { type Written, writeSecret } from '../nouns/secret/write.js';
import { allOf, isGiven, lastOf, type NounCall } from '../nouns/verb.js';
import { UsageError } from '../options/usage-error.js';

/**
 * Moves the secrets of files of settings into a DSM secret. With `--strip`, the files are written without them, after the
 * vault has been read back and compared byte for byte. A second run finds nothing to do.
 */
export async function migrate(context: Context): Promise<number> {
  const { arguments: given, terminal, world } = context;
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
  const files = await Promise.all([...new Set(names)].map((name) => read(world.directory, name)));
  const decided = decide(files, { include: namesIn(call, 'include'), exclude: namesIn(call, 'exclude') });
  const all = decided.flat();
  const fields = fieldsThatMove(all);
  const strips = isGiven(call, 'strip') ? planStrips(world, files, decided, lastOf(call, 'backup')) : [];
  const isDry = isGiven(call, 'dry-run');
  if (format === 'table') await printTable(call, identity, all);
  for (const { file, entry, why } of all.filter(({ isDoubtful }) => isDoubtful))
    terminal.warning(
      `${printable(entry.name)} in line ${entry.line} of ${printable(file)} looks like a secret, but stays: ${why}.`,
    );
  const wishFor = wishOfFields({ identity, fields, isOverwriting: isGiven(call, 'overwrite') });
  const written = fields.size === 0 || isDry ? undefined : await write(call, identity, wishFor);
  const result = { identity, all, fields: [...fields.keys()], strips, written };
  if (isDry) {
    const requests = requestsOf(
      settings.inputs().application !== '',
      planSecret(undefined, wishFor(undefined)).form,
    );
    for (const each of fields.size === 0 ? [] : requests)
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
): Promise<Written> {
  const audit = openAudit(call);
  try {
    return await withVault(call, (vault) =>
      writeSecret(call, vault, identity, wishFor, { audit, isDry: false }),
    );
  } finally {
    audit.close();
  }
}

async function read(directory: string, file: string): Promise<SettingsFile> {
  let text: string;
  try {
    text = toText(readFileSync(resolve(directory, file)), true);
  } catch (error) {
    throw new SeguraError(
      'INPUT_INVALID',
      `The file ${printable(file)} cannot be read (${codeOf(error)}).`,
      'Give a file of UTF-8 text that exists.',
    );
  }
  return readSettingsFile(file, text);
}

/** The identity that is given, or the name of the application in the characters that every vault accepts. */
function identityOf(call: NounCall): string {
  const given = lastOf(call, 'identity');
  if (given !== '') return given;
  const name = call.settings.inputs().application.replaceAll(/[^\w.-]+/g, '-');
  if (name !== '') return name;
  throw new UsageError(
    'It is not said which secret gets the fields.',
    'Write --identity IDENTITY, or name the application: -a APPLICATION -s SYSTEM -e ENVIRONMENT.',
  );
}

function namesIn(call: NounCall, option: 'include' | 'exclude'): string[] {
  return allOf(call, option).flatMap((names) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  );
}
