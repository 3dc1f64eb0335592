import type { SecretWish } from '../../../core/changes/secret-plan.js';
import { readDotenv } from '../../../core/entries/dotenv.js';
import { SeguraError } from '../../../core/errors.js';
import { printable } from '../../../core/printable.js';
import { Secret } from '../../../core/secret.js';
import { UsageError } from '../../options/usage-error.js';
import { openAudit } from '../audit.js';
import { withVault } from '../open-vault.js';
import { ValueSources } from '../value-sources.js';
import { isGiven, lastOf, type NounCall } from '../verb.js';
import { writeSecret } from './write.js';
import { printUnread, printWritten } from './written.js';

/** Creates a secret, or updates the one of that identity. */
export async function put(call: NounCall): Promise<number> {
  const [identity = ''] = call.operands;
  const wish = await wishOf(call, identity);
  return await putWish(call, identity, () => wish);
}

/** Writes what is wished for, and prints what was done. `isDry` only says what would be sent. */
export async function putWish(
  call: NounCall,
  identity: string,
  wishFor: Parameters<typeof writeSecret>[3],
): Promise<number> {
  const isDry = isGiven(call, 'dry-run');
  const audit = openAudit(call);
  try {
    if (isDry && call.settings.inputs().application !== '') {
      await printUnread(call, wishFor(undefined));
      return 0;
    }
    const written = await withVault(call, (vault) =>
      writeSecret(call, vault, identity, wishFor, { audit, isDry }),
    );
    await printWritten(call, written, isDry);
    return 0;
  } finally {
    audit.close();
  }
}

async function wishOf(call: NounCall, identity: string): Promise<SecretWish> {
  const fields = await fieldsOf(call);
  const [engine, title] = [lastOf(call, 'engine'), lastOf(call, 'title')].map((text) => text || undefined);
  const description = call.context.arguments.options.has('description')
    ? lastOf(call, 'description')
    : undefined;
  const expires = dateOf(lastOf(call, 'expires'));
  if (fields.size === 0 && [engine, title, description, expires].every((each) => each === undefined))
    throw new UsageError(
      'The command secret put has nothing to write.',
      'Give --field NAME=@FILE, --env-file FILE, --json FILE or --expires DATE.',
    );
  if (fields.size === 0 && isGiven(call, 'replace'))
    throw new UsageError(
      'Option --replace without a field would remove every field.',
      'Leave --replace out, or give the fields.',
    );
  return { identity, fields, isReplacing: isGiven(call, 'replace'), expires, engine, title, description };
}

/** Every field of every source. Errors: UsageError, INPUT_INVALID, INPUT_MISSING, NAME_COLLISION. */
async function fieldsOf(call: NounCall): Promise<Map<string, Secret>> {
  const sources = new ValueSources(call);
  const [envFile, json] = [lastOf(call, 'env-file'), lastOf(call, 'json')];
  const all = [
    ...(await sources.fields()),
    ...(envFile === '' ? [] : dotenvFields(await sources.text(envFile, '--env-file'))),
    ...(json === '' ? [] : await jsonFields(await sources.text(json, '--json'))),
  ];
  const fields = new Map(all);
  if (fields.size === all.length) return fields;
  const names = all.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at) ?? '';
  throw new SeguraError(
    'NAME_COLLISION',
    `The field ${printable(twice)} is given twice.`,
    'Give each field once: remove it from --field, --env-file or --json.',
  );
}

/** The last entry of a name counts, as for a program that reads the file. */
function dotenvFields(text: string): [string, Secret][] {
  return [...new Map(readDotenv(text).map(({ name, value }) => [name, value]))];
}

async function jsonFields(text: string): Promise<[string, Secret][]> {
  const fields = parseObject(text);
  const { keyTwice } = await import(/* webpackMode: "eager" */ '../../options/yaml.js');
  const twice = keyTwice(await import(/* webpackMode: "eager" */ 'yaml'), text);
  if (twice !== undefined)
    throw new SeguraError(
      'NAME_COLLISION',
      `--json: the member ${printable(twice)} is there twice, and its values can differ.`,
      'Give each field once: remove one of the two members.',
    );
  return Object.entries(fields).map(([name, value]) => {
    if (typeof value === 'string' && value.isWellFormed()) return [name, new Secret(value)];
    if (typeof value === 'string')
      throw new SeguraError(
        'INPUT_INVALID',
        `--json: the member ${printable(name)} is no valid Unicode text: it has half of a character.`,
        'Write such bytes as base64.',
      );
    throw new SeguraError(
      'INPUT_INVALID',
      `--json: the member ${printable(name)} is not text.`,
      'Write every value in quotes. A secret of the vault has fields, and no fields inside of fields.',
    );
  });
}

function parseObject(text: string): object {
  try {
    // Windows PowerShell begins each file with a byte order mark.
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The message of the parser quotes the text.
  }
  throw new SeguraError(
    'INPUT_INVALID',
    '--json: the text is not a JSON object.',
    'Write {"NAME": "value", …}.',
  );
}

/** A date as the vault writes it. Errors: UsageError. */
function dateOf(text: string): string | undefined {
  if (text === '') return undefined;
  const [, day, time = '23:59:59'] = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}))?$/.exec(text) ?? [];
  const date = `${day} ${time}`;
  const read = new Date(`${day}T${time}Z`);
  if (!Number.isNaN(read.getTime()) && read.toISOString().slice(0, 19).replace('T', ' ') === date)
    return date;
  throw new UsageError(
    'The value of --expires is not a date.',
    "Write --expires 2027-01-31, or --expires '2027-01-31 18:00:00', in the time zone of the vault.",
  );
}
