import type { Verb } from '../verb.js';
import { disable } from './disable.js';
import { put } from './put.js';
import { show } from './show.js';

export const INFO_VERBS: Readonly<Record<string, Verb>> = { show, put, disable };
