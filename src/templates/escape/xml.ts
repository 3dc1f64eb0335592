import { SeguraError } from '../../core/errors.js';
import { attributesOf, isText, nodesBelow, type XmlNode } from '../../inject/formats/xml-nodes.js';
import { openTools, readXml } from '../../inject/formats/xml-read.js';
import { NO_XML_CHARACTER } from '../../inject/formats/xml-scan.js';
import { xmlAttribute, xmlText } from '../../inject/formats/xml-write.js';
import { differs, type Escape, holeBroken } from './faults.js';
import type { Hole, Holes } from './holes.js';

/** XML: texts, attributes and CDATA sections; a value in one of these ends it, and another begins behind it. */
export async function openXmlEscape(): Promise<Escape> {
  const tools = await openTools();
  return (text, holes, { path }) => {
    const isUnicode = readsUnicode(text, path);
    const before = digestOf(readXml(text, path, tools).document, holes);
    for (const hole of holes.all) {
      if (!NO_XML_CHARACTER.test(hole.value)) continue;
      throw holeBroken(
        hole,
        'XML needs characters that it can hold: the value has a control character.',
        'Keep the value base64-encoded in the vault, or write "| base64" behind it.',
      );
    }
    const next = filled(text, holes, isUnicode);
    const after = digestOf(readXml(next, path, tools).document, holes);
    if (before.length !== after.length || before.some((each, index) => each !== after[index]))
      throw differs(path);
    return next;
  };
}

/** What is written is UTF-8. With another encoding declared, only ASCII is the same in both. */
function readsUnicode(text: string, path: string): boolean {
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(text)?.[1] ?? 'utf-8';
  if (/^utf-?8$/i.test(declared)) return true;
  if (/^(?:us-ascii|iso-8859-\d{1,2}|windows-125\d)$/i.test(declared) && /^[\0-\x7f]*$/.test(text))
    return false;
  throw new SeguraError('DOCUMENT_REFUSED', `The file ${path} declares the encoding ${declared}.`, '');
}

const PARTS = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+/g;

function filled(text: string, holes: Holes, isUnicode: boolean): string {
  const asText = ({ literal, value }: Hole): string => literal ?? xmlText(value, isUnicode);
  return text.replaceAll(PARTS, (part) => {
    if (!holes.isIn(part) || /^<(?:!--|\?)/.test(part)) return part;
    if (part.startsWith('<![CDATA[')) return holes.fill(part, (hole) => `]]>${asText(hole)}<![CDATA[`);
    if (!part.startsWith('<')) return holes.fill(part, asText);
    return part.replaceAll(/"[^"]*"|'[^']*'/g, (quoted) =>
      holes.fill(quoted, ({ literal, value }) => literal ?? xmlAttribute(value, quoted.charAt(0), isUnicode)),
    );
  });
}

/** What a reader gets, node by node, with the values; texts beside each other are one. */
function digestOf(document: XmlNode, holes: Holes): string[] {
  const digest: string[] = [];
  let isOpen = false;
  for (const node of nodesBelow(document)) {
    const value = holes.read(node.nodeValue ?? '');
    if (isText(node)) {
      if (isOpen) digest.push(`${digest.pop() ?? ''}${value}`);
      else digest.push(`text ${value}`);
      isOpen = true;
      continue;
    }
    isOpen = false;
    const attributes = attributesOf(node).map((each) => [each.nodeName, holes.read(each.nodeValue ?? '')]);
    digest.push(JSON.stringify([node.nodeType, node.nodeName, node.nodeType === 1 ? '' : value, attributes]));
  }
  // An empty value is no node.
  return digest.filter((each) => each !== 'text ');
}
