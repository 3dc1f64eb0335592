import type { Splice } from '../edit.js';
import type { ScannedElement } from './xml-scan.js';

/** A value as the text of an element. CR, and what XML 1.1 takes for a line end, stand as references, or they become LF. */
export function xmlText(value: string, isUnicode: boolean): string {
  return referenced(
    value.replaceAll(/[&<>]/g, (char) => ENTITIES[char] ?? char),
    /[\r\x7f-\x9f\u2028\u2029\ufeff]/g,
    isUnicode,
  );
}

/** A value between the quotes of an attribute, where a tab and a line end would become spaces. */
export function xmlAttribute(value: string, quote: string, isUnicode: boolean): string {
  const escaped = value.replaceAll(/[&<>"']/g, (char) =>
    char === quote || !/["']/.test(char) ? (ENTITIES[char] ?? char) : char,
  );
  return referenced(escaped, /[\t\n\r\x7f-\x9f\u2028\u2029\ufeff]/g, isUnicode);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function referenced(text: string, unsafe: RegExp, isUnicode: boolean): string {
  const reference = (char: string): string => `&#x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()};`;
  const safe = text.replaceAll(unsafe, reference);
  return isUnicode ? safe : safe.replaceAll(/[^\0-\x7f]/gu, reference);
}

/** An element's whole content becomes a text. */
export function contentSplice(text: string, element: ScannedElement, written: string): Splice {
  if (!element.isEmptyTag) return { start: element.contentStart, end: element.contentEnd, text: written };
  const { start, end } = emptyTagEnd(text, element);
  return { start, end, text: `>${written}</${element.name}>` };
}

/** A new attribute behind the last one. */
export function attributeSplice(element: ScannedElement, name: string, written: string): Splice {
  const last = element.attributes.at(-1);
  const at = last === undefined ? element.start + 1 + element.name.length : last.end + 1;
  return { start: at, end: at, text: ` ${name}="${written}"` };
}

/** A new element behind the last child of its parent, on a line of its own if that one has it. */
export function childSplice(text: string, parent: ScannedElement, name: string, written: string): Splice {
  const element = `<${name}>${written}</${name}>`;
  if (parent.isEmptyTag) {
    const { start, end } = emptyTagEnd(text, parent);
    return { start, end, text: `>${element}</${parent.name}>` };
  }
  const content = text.slice(parent.contentStart, parent.contentEnd);
  const tail = /\s*$/.exec(content)?.[0] ?? '';
  const at = parent.contentEnd - tail.length;
  const lead = /^\s*/.exec(content)?.[0] ?? '';
  return {
    start: at,
    end: at,
    text: `${content.trim() === '' ? '' : (/\r?\n[ \t]*$/.exec(lead)?.[0] ?? '')}${element}`,
  };
}

function emptyTagEnd(text: string, { contentStart }: ScannedElement): { start: number; end: number } {
  const slash = text.lastIndexOf('/', contentStart);
  return { start: text.slice(0, slash).trimEnd().length, end: contentStart };
}
