import { INPUT_DEFAULTS, type InputName } from '../../core/input-names.js';

/** An input as the task names it: `client-id` is `clientId`. */
export function taskName(name: InputName): string {
  return name.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

const HYPHENATED = (Object.keys(INPUT_DEFAULTS) as InputName[]).filter((name) => name.includes('-'));
/** An input's name where it stands as one: in quotes, before a colon or among words, never as part of a path. */
const NAMED = new RegExp(`(?<=^|[\\s"(])(${HYPHENATED.join('|')})(?=["\\s:]|$)`, 'g');

/** A text of the core in the words of Azure Pipelines: its inputs, its steps, its agents. */
export function inAzureWords(text: string): string {
  return (
    text
      .replaceAll(NAMED, (name) => taskName(name as InputName))
      .replaceAll('in a step before: run: ', 'in a step before: script: ')
      .replaceAll('in one `concurrency:` group', 'behind one exclusive lock')
      // An agent masks each secret variable itself, however short.
      .replaceAll(
        'is not masked: it can show in logs',
        'gets no mask of the task: where it is in no secret variable, it can show in logs',
      )
      .replaceAll(/\b(this|the) runner\b/g, '$1 agent')
  );
}

/** Beginnings and ends that the core gives to texts that quote the user's own. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^Make it in a step before: run: /, 'Make it in a step before: script: '],
  [/ at pam-endpoint "coe"\.$/, ' at pamEndpoint "coe".'],
  [/ set pam-endpoint: auto\.$/, ' set pamEndpoint: auto.'],
  [/ try another "pam-endpoint"\.$/, ' try another "pamEndpoint".'],
];

/** The same of a text that quotes the user's own, which stays as it is. */
export function inAzureSentences(text: string): string {
  return SENTENCES.reduce((told, [pattern, sentence]) => told.replace(pattern, sentence), text);
}

const DESTINATIONS: readonly (readonly [RegExp, string])[] = [
  [/, as private file, path as output and environment(?=;|$)/, ', as private file, path as variable'],
  [/, as private file, path as environment(?=;|$)/, ', as private file, path as variable'],
  [/, as private file, path as output(?=;|$)/, ', as private file, path as output variable'],
  [/, as output and environment(?=;|$)/, ', as secret variable'],
  [/, as environment(?=;|$)/, ', as secret variable'],
  [/, as output(?=;|$)/, ', as secret output variable'],
];

/** The line that tells of one value, with the places that Azure Pipelines has for it. `unmasked`: names, in upper case. */
export function inAzurePlaces(line: string, unmasked: ReadonlySet<string> = new Set()): string {
  const [pattern, place] = DESTINATIONS.find(([each]) => each.test(line)) ?? [];
  if (pattern === undefined || place === undefined) return line;
  const [, name = ''] = /^([\w.-]+): /.exec(line) ?? [];
  return line.replace(pattern, unmasked.has(name.toUpperCase()) ? place.replace('as secret', 'as') : place);
}
