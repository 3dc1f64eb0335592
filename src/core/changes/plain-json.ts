import { unicodePattern } from '../printable.js';

/** What JSON leaves as it is, and a terminal or a reader of lines obeys or hides: controls, formats, line separators. */
const ACTIVE = unicodePattern(/\x7f/g, '[\\x7f-\\x9f\\p{Cf}\\p{Zl}\\p{Zp}]', /\x7f/g);

/** The same JSON text with escapes for every character that moves or hides others, and for the `##` of commands of a CI system. */
export function plainJson(json: string): string {
  return json.replaceAll(ACTIVE(json), escaped).replaceAll('##', '#\\u0023');
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
