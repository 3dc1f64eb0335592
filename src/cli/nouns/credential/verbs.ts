import type { Verb } from '../verb.js';
import { disable, enable } from './enable.js';
import { list } from './list.js';
import { put } from './put.js';
import { rotate } from './rotate.js';
import { show } from './show.js';
import { runWith } from './with.js';

export const CREDENTIAL_VERBS: Readonly<Record<string, Verb>> = {
  list,
  show,
  put,
  enable,
  disable,
  rotate,
  with: runWith,
};
