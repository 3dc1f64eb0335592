import type { Verb } from '../verb.js';
import { disable, enable, list, show } from './keys.js';
import { put } from './put.js';

export const SSH_KEY_VERBS: Readonly<Record<string, Verb>> = { list, show, put, enable, disable };
