import type { Verb } from '../verb.js';
import { list } from './list.js';

export const SECRET_VERBS: Readonly<Record<string, Verb>> = { list };
