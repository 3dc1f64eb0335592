import type { Wanted } from '../value.js';

/** What a reader of YAML 1.1 or 1.2 would not take as it is between double quotes. A pair of surrogates stays literal. */
const UNSAFE = /["\\\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\0': '\\0',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/** A text as a double-quoted scalar on one line (YAML 1.2.2, section 7.3.1). PyYAML reads no pairs of `\u` as JSON has them. */
export function quotedYaml(text: string): string {
  const escaped = text.replaceAll(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return SHORT[char] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
  });
  return `"${escaped}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A value as YAML in one line; a map or a list in flow style. */
export function yamlOf(wanted: Wanted): string {
  switch (wanted.is) {
    case 'text':
      return quotedYaml(wanted.text);
    case 'number':
      return numberOf(wanted.text);
    case 'bool':
      return wanted.text;
    case 'null':
      return 'null';
    case 'list':
      return `[${wanted.items.map(yamlOf).join(', ')}]`;
    case 'map':
      return `{${wanted.entries.map(([key, value]) => `${quotedYaml(key)}: ${yamlOf(value)}`).join(', ')}}`;
  }
}

/** With an exponent, YAML 1.1 takes a number only with a point and a sign: `1e3` is a text there. */
function numberOf(text: string): string {
  const [digits = '', exponent] = text.toLowerCase().split('e');
  if (exponent === undefined) return text;
  return `${digits.includes('.') ? digits : `${digits}.0`}e${/^[+-]/.test(exponent) ? '' : '+'}${exponent}`;
}

/** A key as it is usually written: without quotes where every reader takes it for the same text. */
export function yamlKey(key: string): string {
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null|_)$/i.test(key);
  return isPlain ? key : quotedYaml(key);
}
