import type { Verb } from '../verb.js';
import { disable, enable } from './enable.js';
import { put } from './put.js';
import { list, show } from './show.js';

export const DEVICE_VERBS: Readonly<Record<string, Verb>> = { list, show, put, enable, disable };
