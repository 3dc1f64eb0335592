import { urlSafeToo, withoutPadding } from './base64.js';
import { encodeRfc3986 } from './percent.js';

/** The runner hides no shorter part. */
export const MIN_PART_LENGTH = 6;
/** The runner takes the quotes off a text that is longer. */
const MIN_QUOTED_LENGTH = 9;

/**
 * The further texts that GitHub's runner masks by default for each mask that it gets.
 *
 * Source: actions/runner, HostContext.cs and ValueEncoders.cs, of every version that runs Node 24. Azure's agent, `exec`
 * and others hide nothing of the kind.
 */
export function runnerForms(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => withoutPadding(bytes.subarray(offset).toString('base64')));
  return [...base64.flatMap(urlSafeToo), ...escapedByRunner(text), ...partsByRunner(text)];
}

/** Arguments of docker, expressions, JSON, URIs and XML. */
function escapedByRunner(text: string): string[] {
  return [
    text.replaceAll('"', '\\"'),
    text.replaceAll("'", "''"),
    jsonByRunner(text),
    encodeRfc3986(text),
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
  ];
}

function jsonByRunner(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped.replaceAll(
    /[\u0085\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Parts that a program shows by themselves: inside double quotes, and on either side of PowerShell's ampersand. */
export function partsByRunner(text: string): string[] {
  const parts: string[] = [];
  const plus = text.indexOf('&+');
  const last = text.lastIndexOf('&');
  if (plus !== -1) parts.push(text.slice(0, plus + 2), text.slice(plus + 3));
  else if (last !== -1) parts.push(text.slice(0, last + 1), text.slice(last + 1));
  const isQuoted = text.length >= MIN_QUOTED_LENGTH && text.startsWith('"') && text.endsWith('"');
  return [
    ...parts.filter(({ length }) => length >= MIN_PART_LENGTH),
    ...(isQuoted ? [text.slice(1, -1)] : []),
  ];
}
