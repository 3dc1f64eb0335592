import { type ReadyEdit, valueBroken } from '../edit.js';
import type { Wanted } from '../value.js';

/** A value as TOML in one line. Errors: VALUE_BROKEN for what TOML has not. */
export function tomlOf(wanted: Wanted, edit: ReadyEdit): string {
  switch (wanted.is) {
    case 'text':
      return quotedToml(wanted.text);
    case 'number':
      if (!/^-?\d+$/.test(wanted.text) || BigInt.asIntN(64, BigInt(wanted.text)) === BigInt(wanted.text))
        return wanted.text;
      throw valueBroken(
        edit,
        'TOML is wanted, whose integers have 64 bits: it is larger.',
        'Write it as a text.',
      );
    case 'bool':
      return wanted.text;
    case 'null':
      throw valueBroken(edit, 'TOML is wanted, which has no null.', 'Leave the null out.');
    case 'list':
      return `[${wanted.items.map((item) => tomlOf(item, edit)).join(', ')}]`;
    case 'map':
      return `{ ${wanted.entries.map(([key, value]) => `${tomlKey(key)} = ${tomlOf(value, edit)}`).join(', ')} }`;
  }
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/** A basic string (TOML 1.0, "String"). */
function quotedToml(text: string): string {
  const escaped = text.replaceAll(
    /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff]/g,
    (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/** A key, in quotes unless it is a bare one. */
export function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) && !/[^\0-\x7f]/.test(key) ? key : quotedToml(key);
}
