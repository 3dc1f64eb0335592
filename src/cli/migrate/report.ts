import type { Decided } from '../../core/entries/migration.js';
import { APPLICATION_PATH } from '../../core/vault/write/application.js';
import { namesOfForm, SECRET_PATH } from '../../core/vault/write/secret-form.js';
import { print } from '../nouns/print.js';
import type { Written } from '../nouns/secret/write.js';
import type { NounCall } from '../nouns/verb.js';
import type { Strip } from './strip.js';

/** Prints what becomes of every entry, before anything is sent. */
export async function printTable(call: NounCall, identity: string, all: readonly Decided[]): Promise<void> {
  await print(call, {
    heads: ['FILE', 'LINE', 'ENTRY', 'GOES TO', 'WHY'],
    rows: all.map(({ file, entry, outcome, why }) => [
      file,
      String(entry.line),
      entry.name,
      goesTo(identity, entry.name, outcome) ?? outcome,
      why,
    ]),
    json: undefined,
  });
}

function goesTo(identity: string, name: string, outcome: Decided['outcome']): string | undefined {
  return outcome === 'moves' ? `${identity}/${name}` : undefined;
}

/** What a run came to. */
export interface Result {
  readonly identity: string;
  readonly all: readonly Decided[];
  readonly fields: readonly string[];
  readonly strips: readonly Strip[];
  readonly written: Written | undefined;
  readonly requests?: ReturnType<typeof requestsOf>;
}

/** Prints the document of `--output json`. */
export async function printJson(
  call: NounCall,
  { identity, all, fields, strips, written, requests }: Result,
): Promise<void> {
  await print(call, {
    heads: [],
    rows: [],
    json: {
      ...(requests === undefined ? {} : { dry_run: true, requests }),
      identity,
      fields,
      version_after: written?.after?.version ?? null,
      entries: all.map(({ file, entry, outcome, why }) => ({
        file,
        line: entry.line,
        entry: entry.name,
        outcome,
        goes_to: goesTo(identity, entry.name, outcome) ?? null,
        why,
      })),
      files: strips.map(({ file, backup }) => ({ file, backup })),
    },
  });
}

/** The requests of a run, with the names of their fields. */
export function requestsOf(
  isApplication: boolean,
  form: Parameters<typeof namesOfForm>[0],
): { method: string; path: string; fields: string[] }[] {
  const login = { method: 'POST', path: APPLICATION_PATH, fields: ['application', 'system', 'environment'] };
  const save = { method: 'POST', path: SECRET_PATH, fields: namesOfForm(form) };
  return isApplication ? [login, save] : [save];
}
