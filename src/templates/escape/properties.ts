import { escapeKey, escapeValue, scanProperties, unescaped } from '../../inject/formats/properties.js';
import { differs, type Escape } from './faults.js';
import type { Hole, Holes } from './holes.js';

/** Java properties, in keys and in values. */
export const escapeProperties: Escape = (text, holes, { path }) => {
  const before = read(text, holes);
  let at = 0;
  const parts: string[] = [];
  for (const { start, end } of scanProperties(text)) {
    const between = text.slice(at, start);
    const head = at + Math.max(between.lastIndexOf('\n'), between.lastIndexOf('\r')) + 1;
    parts.push(
      text.slice(at, head),
      holes.fill(text.slice(head, start), ({ value }) => escapeKey(value)),
    );
    parts.push(holes.fill(text.slice(start, end), writtenValue));
    at = end;
  }
  parts.push(text.slice(at));
  const next = parts.join('');
  const after = read(next, holes);
  if (JSON.stringify(before) !== JSON.stringify(after)) throw differs(path);
  return next;
};

/** A space in front would be left out, and a backslash before it does no harm elsewhere. */
function writtenValue({ literal, value }: Hole): string {
  return literal ?? escapeValue(value);
}

function read(text: string, holes: Holes): string[][] {
  return scanProperties(text).map(({ place, start, end }) => [
    holes.read(place),
    holes.read(unescaped(text.slice(start, end))),
  ]);
}
