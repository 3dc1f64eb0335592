import type { Verb } from '../verb.js';
import { put } from './put.js';
import { list, show } from './show.js';

export const MYSAFE_VERBS: Readonly<Record<string, Verb>> = { list, show, put };
