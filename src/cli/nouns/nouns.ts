import { MYSAFE_NOUN } from './mysafe/help.js';
import type { NounHelp, SharedOption, VerbHelp } from './noun-help.js';
import type { NounOption } from './noun-options.js';
import { PAM_NOUNS } from './pam-nouns.js';

export type { VerbHelp };

/** The options of every verb that changes something in the vault. */
export const WRITING = [
  'dry-run',
  'yes',
  'audit-file',
  'audit-format',
] as const satisfies readonly NounOption[];

/**
 * The nouns with their verbs. To add one: its entry here, its module in `load.ts`, and a folder of its own beside this
 * file in which each verb is a function of the type `Verb`.
 */
export const NOUNS = {
  secret: {
    endpoint: 'dsm-endpoint',
    summary: 'lists, shows and writes DSM secrets',
    example: [
      'segura-secrets secret list',
      'segura-secrets secret put app/db --field PASSWORD=@password.txt --dry-run',
    ],
    verbs: {
      list: {
        operands: [],
        summary: 'lists the DSM secrets of this authorization',
        options: ['reveal', 'yes'],
        writes: false,
      },
      show: {
        operands: ['IDENTITY'],
        summary: 'shows one secret',
        options: ['reveal', 'yes'],
        writes: false,
      },
      put: {
        operands: ['IDENTITY'],
        summary: 'creates a secret, or updates it: keeps the fields that are not given',
        options: ['field', 'env-file', 'json', 'replace', 'expires', 'engine', 'title', 'description'],
        writes: true,
      },
      copy: {
        operands: ['FROM', 'TO'],
        summary: 'copies the fields of a secret into another one',
        options: ['replace'],
        writes: true,
      },
      delete: {
        operands: ['IDENTITY'],
        summary: 'deletes a secret, only with --dsm-endpoint api',
        options: [],
        writes: true,
      },
    },
  },
  application: {
    endpoint: 'dsm-endpoint',
    summary: 'shows, registers and deactivates authorizations of DSM applications',
    example: ['segura-secrets application register -a shop -s web -e staging --dry-run'],
    verbs: {
      show: {
        operands: [],
        summary: 'shows the application of this authorization, and the identities of its secrets',
        options: [],
        writes: false,
      },
      register: {
        operands: [],
        summary: 'makes or finds the authorization of an application, system and environment',
        options: ['secret-file', 'reveal'],
        writes: true,
      },
      deactivate: {
        operands: [],
        summary: 'deactivates the authorization that the command logs in with',
        options: [],
        writes: true,
      },
    },
  },
  ...PAM_NOUNS,
  ...MYSAFE_NOUN,
} as const satisfies Readonly<Record<string, NounHelp>>;

export type NounName = keyof typeof NOUNS;

export function isNoun(word: string): word is NounName {
  return Object.hasOwn(NOUNS, word);
}

export function verbsOf(noun: NounName): Readonly<Record<string, VerbHelp>> {
  return NOUNS[noun].verbs;
}

export function endpointOf(noun: NounName): NounHelp['endpoint'] {
  const help: NounHelp = NOUNS[noun];
  return help.endpoint;
}

/** The own options of one verb. */
export function optionsOfVerb({ options, writes }: VerbHelp): readonly (NounOption | SharedOption)[] {
  return [...options, ...(writes ? WRITING.filter((name) => !options.includes(name)) : [])];
}

/** The own options of a noun: those of all its verbs, each once. */
export function optionsOfNoun(noun: NounName): readonly (NounOption | SharedOption)[] {
  return [...new Set(Object.values(verbsOf(noun)).flatMap(optionsOfVerb))];
}
