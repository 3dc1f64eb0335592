import { inputName, type OptionKey } from './input-names.js';

/**
 * What this project says to its user: plain strings, which every surface shows as they are, and terms, which each surface
 * spells in its own way. Text of the user's own is always a plain string, so it is never mistaken for a term.
 */
export type Text = string | readonly (string | Term)[];

/** One word or phrase that a surface spells by its own method of that name. */
export type Term = {
  [N in keyof Words]: { readonly spell: N; readonly of: Parameters<Words[N]> };
}[keyof Words];

/** Words for which a surface may have others; each is spelled here as GitHub Actions has it. */
export type Word =
  | 'this runner'
  | 'the runner'
  | 'the step'
  | 'the whole step'
  | 'The deadline of the step'
  | 'the step has left'
  | 'debug logging, to see what led to it'
  | 'in one step'
  | 'Ask for less in one step.'
  | 'Ask for them in several steps.'
  | 'Name another file, or remove it in an earlier step.'
  | 'Create it in an earlier step: run:'
  | 'What this step took'
  | 'belongs to another run of a job'
  | 'Find out which run wrote the state'
  | 'every later step'
  | 'this job'
  | 'the job may write'
  | 'programs of the job'
  | 'until the job ends'
  | 'The job is being cancelled.'
  | 'the job is being cancelled'
  | 'Run the job again.'
  | 'Put the jobs that share it in one `concurrency:` group'
  | 'put the jobs that share it in one `concurrency:` group'
  | 'the workspace'
  | 'have their own inputs'
  | 'is not masked: it can show in logs'
  | 'env:';

/** An option with the value to give it. */
export interface Setting {
  readonly key: OptionKey;
  readonly value: string;
  /** YAML takes the value for this text without quotes, and it is shown so. */
  readonly isBare?: boolean;
}

/**
 * `whole`: a complete remedy, or its beginning. `inside`: after "write". `set`, `Set`: with that verb. `value`: the current
 * value of an option, not a new one.
 */
export type SettingsForm = 'whole' | 'inside' | 'set' | 'Set' | 'value';

/** Where one value goes: a name that gets it, a file of its own, or a place in a file that is there. */
export interface Place {
  readonly kind: 'name' | 'file' | 'inject';
  /** The name, the path of the file, or the place in one as `PATH#PLACE`. */
  readonly name: string;
  /** What is set: the value, or the path of a private file with the value. */
  readonly content: 'value' | 'path';
  /** The name becomes a variable of later steps. */
  readonly env: boolean;
  /** The name becomes an output of this step. */
  readonly output: boolean;
}

/** How a surface spells terms. */
export interface Words {
  word(word: Word): string;
  /** `quoted`: inside a sentence. `subject`: as its first words. `bare`: the mere name. */
  option(key: OptionKey, as: 'quoted' | 'subject' | 'bare'): string;
  /** A line of an option's text, as the first words of a sentence. */
  line(number: number, of: OptionKey): string;
  settings(settings: readonly Setting[], as: SettingsForm): string;
  /** `spelled`: as a step with outputs and environment variables has it. */
  place(place: Place, spelled: string): string;
  /** A text that appears only if a step has outputs. */
  ofOutputs(text: Text): string;
}

/** A text as a template. Its parts may be plain strings, or texts with their own terms. */
export function say(strings: TemplateStringsArray, ...values: readonly (Text | number)[]): Text {
  return strings.flatMap((string, index): (string | Term)[] => {
    const value = values[index] ?? '';
    return [string, ...(typeof value === 'object' ? value : [String(value)])];
  });
}

/** Texts with a plain string between each two. */
export function joined(texts: readonly Text[], between: string): Text {
  return texts.flatMap((text, index) => [
    index === 0 ? '' : between,
    ...(typeof text === 'string' ? [text] : text),
  ]);
}

function term<N extends keyof Words>(spell: N, ...of: Parameters<Words[N]>): Text {
  return [{ spell, of } as Term];
}

export const word = (text: Word): Text => term('word', text);

/** Each option as it stands inside a sentence: `"custody-wait"`. A type has the keys; no list of them is needed. */
export const option = new Proxy({} as Readonly<Record<OptionKey, Text>>, {
  get: (_, key) => term('option', key as OptionKey, 'quoted'),
});

/** A setting as YAML writes it: with quotes only where it needs them. */
export function setting(key: OptionKey, value: string): Setting {
  return { key, value, isBare: /^[\w:/.-]+$/.test(value) };
}

/** An option as the first words of a sentence: `Input "url"`. */
export const subject = (key: OptionKey): Text => term('option', key, 'subject');

/** The mere name of an option. */
export const bare = (key: OptionKey): Text => term('option', key, 'bare');

/** A line of an option's text: `Line 2 of "secrets"`. */
export const lineOf = (line: number, of: OptionKey): Text => term('line', line, of);

export const settings = (as: SettingsForm, ...all: readonly Setting[]): Text => term('settings', all, as);

export const placeText = (place: Place, spelled: string): Text => term('place', place, spelled);

export const ofOutputs = (text: Text): Text => term('ofOutputs', text);

/** A text as a surface shows it. */
export function render(text: Text, words: Words): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : spelled(part, words))).join('');
}

function spelled({ spell, of }: Term, words: Words): string {
  return (words[spell] as (...of: readonly unknown[]) => string)(...of);
}

/** Words for a surface that names its inputs in YAML, as `spell` does; `own` are those it has others for. */
export function wordsOfInputs(
  spell: (key: OptionKey) => string,
  own: Partial<Record<Word, string>> = {},
): Words {
  const shown = ({ key, value, isBare = false }: Setting, between: string): string =>
    `${spell(key)}${between} ${isBare ? value : JSON.stringify(value)}`;
  const words: Words = {
    word: (word) => own[word] ?? word,
    option: (key, as) => {
      const name = spell(key);
      return as === 'bare' ? name : `${as === 'subject' ? 'Input ' : ''}"${name}"`;
    },
    line: (number, of) => `Line ${number} of "${spell(of)}"`,
    settings: (settings, as) => {
      const all = settings.map((each) => shown(each, as === 'value' ? '' : ':')).join(' and ');
      return as === 'set' || as === 'Set' ? `${as} ${all}` : all;
    },
    place: (_, spelled) => spelled,
    ofOutputs: (text) => render(text, words),
  };
  return words;
}

/** The words of the contract in action.yml, in which a message of an error is spelled before any surface shows it. */
export const ACTION_WORDS: Words = wordsOfInputs(inputName);

/** A text in the words of the contract. */
export function plain(text: Text): string {
  return render(text, ACTION_WORDS);
}
