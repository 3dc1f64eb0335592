import { createHash } from 'node:crypto';

interface XmlName {
  /** As it stands in the text. */
  readonly nodeName: string;
  readonly localName: string | null;
  readonly prefix: string | null;
  readonly namespaceURI: string | null;
}

/** The part of the parser's nodes that is used here. */
export interface XmlNode extends XmlName {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly textContent: string | null;
  readonly parentNode: XmlNode | null;
  readonly ownerElement?: XmlNode | null;
  readonly firstChild: XmlNode | null;
  readonly nextSibling: XmlNode | null;
  readonly attributes?: { readonly length: number; item(index: number): XmlNode | null };
}

export const ELEMENT = 1;
const ATTRIBUTE = 2;
const TEXT = 3;
const CDATA = 4;

/** One value of a document: the text of an element, counted from 0 in the order of the text, or one of its attributes. */
export interface XmlTarget {
  readonly index: number;
  readonly attribute: string | undefined;
}

/** Prefixes of an XPath, with the namespaces they stand for. */
export type Namespaces = Readonly<Record<string, string>>;

/** What the two libraries do. Both throw what they say. */
export interface XmlTools {
  readonly parse: (text: string) => XmlNode;
  readonly select: (document: XmlNode, path: string, namespaces: Namespaces) => unknown;
}

/** All nodes below one, in the order of the text. The parser takes any depth: no call for each level. */
export function* nodesBelow(root: XmlNode): Generator<XmlNode> {
  let node = root.firstChild;
  while (node !== null) {
    yield node;
    let next: XmlNode | null = node.firstChild;
    for (let up: XmlNode | null = node; next === null && up !== null && up !== root; up = up.parentNode)
      next = up.nextSibling;
    node = next;
  }
}

export function elementsOf(document: XmlNode): XmlNode[] {
  return [...nodesBelow(document)].filter(({ nodeType }) => nodeType === ELEMENT);
}

export function attributesOf({ attributes }: XmlNode): XmlNode[] {
  return Array.from({ length: attributes?.length ?? 0 }, (_, index) => attributes?.item(index) as XmlNode);
}

export function isAttribute({ nodeType }: XmlNode): boolean {
  return nodeType === ATTRIBUTE;
}

export function isText({ nodeType }: XmlNode): boolean {
  return nodeType === TEXT || nodeType === CDATA;
}

/** What a target's value is read as; undefined when it is not there. */
export function readTarget(
  elements: readonly XmlNode[],
  { index, attribute }: XmlTarget,
): string | undefined {
  const element = elements[index];
  if (element === undefined || attribute === undefined) return element?.textContent ?? undefined;
  return attributesOf(element).find(({ nodeName }) => nodeName === attribute)?.nodeValue ?? undefined;
}

/**
 * What a document says everywhere but at its targets, as one short text. `made`: the index of an element that was not there
 * before, which is left out, and with it the white space of its parent.
 */
export function digestXml(
  document: XmlNode,
  targets: readonly XmlTarget[],
  made?: { index: number; parent: number },
): string {
  const hash = createHash('sha256');
  const known = new Set(targets.map(({ index, attribute }) => `${index} ${attribute ?? ''}`));
  const indexes = new Map(elementsOf(document).map((node, index) => [node, index]));
  const shift = (index: number): number => (made !== undefined && index > made.index ? index - 1 : index);
  for (const node of nodesBelow(document)) {
    const parent = node.parentNode === null ? undefined : indexes.get(node.parentNode);
    const index = indexes.get(node);
    if (index !== undefined) {
      if (index === made?.index) continue;
      const parts: unknown[] = [
        shift(index),
        parent === undefined ? -1 : shift(parent),
        node.nodeName,
        node.namespaceURI,
      ];
      for (const { nodeName, nodeValue } of attributesOf(node))
        if (!known.has(`${index} ${nodeName}`)) parts.push(nodeName, nodeValue);
      hash.update(`${JSON.stringify(parts)}\n`);
      continue;
    }
    if (parent !== undefined && (parent === made?.index || known.has(`${parent} `))) continue;
    const text = node.nodeValue ?? '';
    if (parent !== undefined && parent === made?.parent && text.trim() === '') continue;
    hash.update(`${JSON.stringify([node.nodeType, node.nodeName, text])}\n`);
  }
  return hash.digest('base64');
}
