import { closestMatch } from '../did-you-mean.js';
import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import type { Secret } from '../secret.js';
import type { Entry } from './entry.js';
import { isCutBlock } from './pem.js';
import { signOf } from './secret-signs.js';

/** An entry, with what becomes of it and the reason in a few words. */
export interface Decided {
  readonly file: string;
  readonly entry: Entry;
  /** `overridden`: a later entry of the same name counts, so this one goes with it and is not kept in the vault. */
  readonly outcome: 'moves' | 'overridden' | 'stays';
  readonly why: string;
  /** It stays, and looks like a secret all the same. */
  readonly isDoubtful: boolean;
}

/** The entries of one file; `stays` is why one cannot move whatever it looks like, empty where it can. */
export interface Source {
  readonly file: string;
  readonly entries: readonly (Entry & { readonly stays: string })[];
  /** Of several entries of one name, only the last one counts for a program. */
  readonly lastCounts: boolean;
}

/** Names whose entries a user decides about. */
export interface Choice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const CUT_BLOCK =
  'its END line is not in the value: write the whole key with secret put, and remove its lines by hand';

/** Half of a character that takes two \u: no bytes are its text, so nothing could be compared, or read again. */
const NO_TEXT = 'it is no valid Unicode text: write it as base64 with secret put';

/**
 * What becomes of every entry: what looks like a secret moves, and what a user includes.
 *
 * Errors: INPUT_INVALID for a name of the choice that no file has.
 */
export function decide(sources: readonly Source[], { include, exclude }: Choice): Decided[][] {
  const names = new Set(sources.flatMap(({ entries }) => entries.map(({ name }) => name)));
  for (const name of [...include, ...exclude]) {
    if (names.has(name)) continue;
    const near = closestMatch(name, names);
    throw new SeguraError(
      'INPUT_INVALID',
      `No file has an entry ${printable(name)}.`,
      near === undefined ? 'Leave it out of --include and --exclude.' : `Did you mean ${near}?`,
    );
  }
  return sources.map(({ file, entries, lastCounts }) => {
    const last = new Map(entries.map(({ name }, at) => [name, at]));
    const decided = entries.map((entry): Decided => {
      const { hint } = entry;
      const sign = signOf(entry.name, entry.value.reveal());
      const { isSecret, why } = hint === undefined ? sign : { isSecret: true, why: hint };
      const stay = (reason: string, isDoubtful = false): Decided => ({
        file,
        entry,
        outcome: 'stays',
        why: reason,
        isDoubtful,
      });
      if (exclude.includes(entry.name)) return stay('excluded');
      const isWanted = include.includes(entry.name) || isSecret;
      if (!isWanted) return stay(why);
      if (entry.name === '') return stay('it has no name', true);
      if (!entry.name.isWellFormed() || !entry.value.reveal().isWellFormed()) return stay(NO_TEXT, true);
      if (isCutBlock(entry.value.reveal())) return stay(CUT_BLOCK, true);
      if (entry.stays !== '') return stay(entry.stays, true);
      if (entry.name.endsWith('_label'))
        return stay('the vault has no fields whose name ends in _label', true);
      return { file, entry, outcome: 'moves', why: isSecret ? why : 'included', isDoubtful: false };
    });
    return decided.map((each) => {
      const counts = decided[last.get(each.entry.name) ?? 0] ?? each;
      if (!lastCounts || counts === each) return each;
      const line = `line ${counts.entry.line}`;
      if (counts.outcome === 'moves')
        return { ...each, outcome: 'overridden', why: `${line} counts`, isDoubtful: false };
      // No program reads it, so it is not the value of this name.
      const why = `${line} has the same name, and counts: remove one of the two lines`;
      return each.outcome === 'moves' ? { ...each, outcome: 'stays', why, isDoubtful: true } : each;
    });
  });
}

/** The fields that move, each once. Errors: NAME_COLLISION for two values of one name. */
export function fieldsThatMove(decided: readonly Decided[]): Map<string, Secret> {
  const fields = new Map<string, { readonly from: Decided; readonly value: Secret }>();
  for (const from of decided.filter(({ outcome }) => outcome === 'moves')) {
    const { name, value } = from.entry;
    const known = fields.get(name);
    if (known !== undefined && known.value.reveal() !== value.reveal())
      throw new SeguraError(
        'NAME_COLLISION',
        `${printable(name)} has one value in ${printable(known.from.file)} and another in ${printable(from.file)}.`,
        known.from.file === from.file
          ? 'Give one of the two entries another name.'
          : 'Migrate each file by itself, with an --identity of its own.',
      );
    fields.set(name, { from, value });
  }
  return new Map([...fields].map(([name, { value }]) => [name, value]));
}
