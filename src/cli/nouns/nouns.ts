import type { NounOption } from './noun-options.js';

/** One verb of a noun, as help, completion and the check of a command line know it. */
export interface VerbHelp {
  /** What the verb works on, each required: `IDENTITY`. */
  readonly operands: readonly string[];
  readonly summary: string;
  /** Its own options. Every verb has `--output` and the connection, every verb that writes has those of WRITING. */
  readonly options: readonly NounOption[];
  readonly writes: boolean;
}

export interface NounHelp {
  /** The option that chooses the endpoint at which it is read. */
  readonly endpoint: 'dsm-endpoint' | 'pam-endpoint';
  readonly summary: string;
  readonly example: readonly string[];
  readonly verbs: Readonly<Record<string, VerbHelp>>;
}

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
} as const satisfies Readonly<Record<string, NounHelp>>;

export type NounName = keyof typeof NOUNS;

export function isNoun(word: string): word is NounName {
  return Object.hasOwn(NOUNS, word);
}

export function verbsOf(noun: NounName): Readonly<Record<string, VerbHelp>> {
  return NOUNS[noun].verbs;
}

/** The own options of one verb. */
export function optionsOfVerb({ options, writes }: VerbHelp): readonly NounOption[] {
  return [...options, ...(writes ? WRITING.filter((name) => !options.includes(name)) : [])];
}

/** The own options of a noun: those of all its verbs, each once. */
export function optionsOfNoun(noun: NounName): readonly NounOption[] {
  return [...new Set(Object.values(verbsOf(noun)).flatMap(optionsOfVerb))];
}
