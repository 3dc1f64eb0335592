import type { Verb } from '../verb.js';
import { deactivate } from './deactivate.js';
import { register } from './register.js';
import { show } from './show.js';

export const APPLICATION_VERBS: Readonly<Record<string, Verb>> = { show, register, deactivate };
