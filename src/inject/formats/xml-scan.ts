import { MAX_DEPTH } from '../edit.js';

/** An element as it stands in the text; offsets in UTF-16 code units. */
export interface ScannedElement {
  readonly name: string;
  /** Of the start tag, and of the end tag behind the content; the same place for `<e/>`. */
  readonly start: number;
  readonly contentStart: number;
  contentEnd: number;
  readonly isEmptyTag: boolean;
  readonly attributes: readonly ScannedAttribute[];
  /** Whether it has an element, a comment or an instruction in it. */
  hasOther: boolean;
}

export interface ScannedAttribute {
  readonly name: string;
  /** Between the quotes. */
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** What is wrong with a text, where the parser would let it pass. */
export class XmlFault extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}

const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|</g;
const PARTS = [
  ['<!--', '-->', 'a comment'],
  ['<![CDATA[', ']]>', 'a CDATA section'],
  ['<?', '?>', 'an instruction'],
] as const;
const ATTRIBUTE = /([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g;
/** What XML 1.0 cannot hold (section 2.2). Half a character is found by itself. */
export const NO_XML_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const LOOSE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/;

/**
 * The elements of a text in the order of their start tags, which is the order in which the parser makes them.
 *
 * It finds positions only: what is well-formed, the parser says. Throws XmlFault for a DTD, an entity that is not built in,
 * or a character that XML has not; a RangeError when it is nested too deep.
 */
export function scanXml(text: string): ScannedElement[] {
  refuseUnclosed(text);
  const bad =
    NO_XML_CHARACTER.exec(text) ??
    LOOSE_AMPERSAND.exec(
      text.replaceAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g, (part) =>
        ' '.repeat(part.length),
      ),
    );
  const elements: ScannedElement[] = [];
  const open: ScannedElement[] = [];
  for (const match of text.matchAll(MARKUP)) {
    const [all, closed, name, attributes = '', slash] = match;
    const { index } = match;
    const parent = open.at(-1);
    if (all === '<!') throw new XmlFault('it has a DTD, which is never read', index);
    if (all === '<') throw new XmlFault('a tag is not closed', index);
    if (closed !== undefined) {
      if (parent === undefined) throw new XmlFault('an end tag has no start', index);
      parent.contentEnd = index;
      open.pop();
    } else if (name !== undefined) {
      if (parent !== undefined) parent.hasOther = true;
      const end = index + all.length;
      const element = {
        name,
        start: index,
        contentStart: end,
        contentEnd: end,
        isEmptyTag: slash === '/',
        attributes: attributesOf(attributes, index + 1 + name.length),
        hasOther: false,
      };
      elements.push(element);
      if (!element.isEmptyTag) open.push(element);
      if (open.length > MAX_DEPTH) throw new RangeError('too deep');
    } else if (parent !== undefined && !all.startsWith('<![')) parent.hasOther = true;
  }
  if (bad !== null)
    throw new XmlFault(
      bad[0] === '&' ? 'it has an entity that is not built in' : 'it has a character that XML has not',
      bad.index,
    );
  return elements;
}

/** Each expression here would look for the end of every one of them, to the end of the text. */
function refuseUnclosed(text: string): void {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const start = at;
    const part = PARTS.find(([opening]) => text.startsWith(opening, start));
    if (part === undefined) {
      at += 1;
      continue;
    }
    const [opening, closing, name] = part;
    const end = text.indexOf(closing, at + opening.length);
    if (end < 0) throw new XmlFault(`${name} is not closed`, at);
    at = end + closing.length;
  }
}

function attributesOf(text: string, offset: number): ScannedAttribute[] {
  return [...text.matchAll(ATTRIBUTE)].map((match) => {
    const [all, name = '', quoted = ''] = match;
    const end = offset + match.index + all.length - 1;
    return { name, start: end - (quoted.length - 2), end, quote: quoted.charAt(0) };
  });
}
