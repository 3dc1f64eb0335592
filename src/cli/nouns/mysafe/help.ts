import type { NounHelp } from '../noun-help.js';

/** The noun of MySafe, which has access keys of its own and one endpoint. */
export const MYSAFE_NOUN = {
  mysafe: {
    summary: 'lists, shows and writes passwords, notes and API secrets of MySafe',
    example: ['segura-secrets mysafe list', 'segura-secrets mysafe show password:registry'],
    verbs: {
      list: {
        operands: [],
        summary: 'lists the items of this access key, without their values',
        options: ['kind', 'tag'],
        writes: false,
      },
      show: {
        operands: ['ITEM'],
        summary: 'shows one item: password:NAME, note:NAME or api:NAME',
        options: ['reveal', 'yes'],
        writes: false,
      },
      put: {
        operands: ['ITEM'],
        summary: 'creates an item, or updates only what is given of it',
        options: ['field', 'title', 'username', 'tags'],
        writes: true,
      },
    },
  },
} as const satisfies Readonly<Record<string, NounHelp>>;
