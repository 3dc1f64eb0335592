import type { Verb } from '../verb.js';
import { copy } from './copy.js';
import { deleteSecret } from './delete.js';
import { list } from './list.js';
import { put } from './put.js';
import { show } from './show.js';

export const SECRET_VERBS: Readonly<Record<string, Verb>> = { list, show, put, copy, delete: deleteSecret };
