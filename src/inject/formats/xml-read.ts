import { option, say } from '../../core/text.js';
import { documentRefused, lineAt, MAX_DEPTH } from '../edit.js';
import { namesOf } from '../library.js';
import { refuseVast } from '../limits.js';
import {
  attributesOf,
  elementsOf,
  type Namespaces,
  nodesBelow,
  type XmlNode,
  type XmlTools,
} from './xml-nodes.js';
import { type ScannedElement, scanXml, XmlFault } from './xml-scan.js';

/** A document, and for each of its elements where that stands in the text. */
export interface Read {
  readonly document: XmlNode;
  readonly elements: readonly XmlNode[];
  readonly places: readonly ScannedElement[];
}

interface ParsedXPath {
  evaluate(options: { node: XmlNode; namespaces: Namespaces; isHtml: boolean }): { toArray?: () => unknown };
}

/** The two libraries, which are evaluated here. */
export async function openTools(): Promise<XmlTools> {
  const { DOMParser } = namesOf(await import(/* webpackMode: "eager" */ '@xmldom/xmldom'));
  const xpath = namesOf(await import(/* webpackMode: "eager" */ 'xpath'));
  // Its types leave this function out. The other ones take every document of this parser for HTML, and names in any case.
  const { parse } = xpath as unknown as { readonly parse: (path: string) => ParsedXPath };
  return {
    parse(text) {
      const onError = (_level: string, message: string): never => {
        throw new XmlFault(message, -1);
      };
      const document = new DOMParser({ onError }).parseFromString(text, 'text/xml') as unknown as XmlNode;
      numberNodes(document);
      return document;
    },
    select: (document, path, namespaces) => {
      const result = parse(path).evaluate({
        node: document,
        namespaces: Object.assign(Object.create(null), namespaces),
        isHtml: false,
      });
      return result.toArray?.();
    },
  };
}

/**
 * Tells each node its place in the order of the document. The XPath library sorts by it, and the parser's own comparison
 * looks at all siblings each time: a path through 4,000 siblings took a minute.
 */
function numberNodes(document: XmlNode): void {
  const order = new Map<XmlNode, number>([[document, 0]]);
  const compareDocumentPosition = function (this: XmlNode, other: XmlNode): number {
    const [own, others] = [order.get(this), order.get(other)];
    // DOM Standard, section 4.4: disconnected, following, preceding.
    if (own === undefined || others === undefined) return 1;
    return own < others ? 4 : 2;
  };
  for (const node of nodesBelow(document)) {
    for (const each of [node, ...attributesOf(node)]) order.set(each, order.size);
  }
  for (const node of order.keys()) Object.assign(node, { compareDocumentPosition });
}

/** A text as both see it. Errors: DOCUMENT_REFUSED. */
export function readXml(text: string, path: string, { parse }: XmlTools): Read {
  refuseVast(text, path, 'xml');
  try {
    const places = scanXml(text);
    const document = parse(text);
    const elements = elementsOf(document);
    const isAlike =
      elements.length === places.length &&
      elements.every(({ nodeName }, at) => nodeName === places[at]?.name);
    if (!isAlike) throw new XmlFault('its tags are not all found', -1);
    return { document, elements, places };
  } catch (error) {
    if (error instanceof RangeError)
      throw documentRefused(path, `is nested deeper than ${MAX_DEPTH} levels.`, 'Name another file.', error);
    const fault = error instanceof XmlFault ? error : undefined;
    // The parser's own words quote the file.
    const isOurs = fault !== undefined && fault.offset >= 0;
    throw documentRefused(
      path,
      isOurs
        ? `cannot be changed: ${fault.message} (line ${lineAt(text, fault.offset)}).`
        : 'is not well-formed XML.',
      say`Correct the file, or name its format with ${option.injectFormat}.`,
    );
  }
}
