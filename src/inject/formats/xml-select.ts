import { closestMatch } from '../../core/did-you-mean.js';
import { SeguraError } from '../../core/errors.js';
import { say, setting, settings } from '../../core/text.js';
import { type Edit, placeNotFound, placeRefused } from '../edit.js';
import { showPlace } from '../place.js';
import {
  attributesOf,
  ELEMENT,
  elementsOf,
  isAttribute,
  isText,
  type Namespaces,
  type XmlNode,
  type XmlTools,
} from './xml-nodes.js';

/** The element, and the attribute of it, that an XPath means. */
export interface Selected {
  readonly element: XmlNode;
  readonly attribute: XmlNode | undefined;
}

const MAX_LISTED = 5000;

/** What the XPath of an edit selects, which has to be one; undefined when there is nothing. Errors: REQUEST_INVALID, PLACE_REFUSED. */
export function selectOne(
  document: XmlNode,
  edit: Edit,
  tools: XmlTools,
  namespaces: Namespaces,
): Selected | undefined {
  const nodes = select(document, edit, tools, namespaces);
  const [node, another] = nodes;
  if (another !== undefined) {
    const wanted = isAttribute(node as XmlNode) ? 'attribute' : 'element';
    throw placeRefused(
      edit,
      `which ${nodes.length} places of the file match.`,
      `Name one ${wanted}: ${showPlace({ ...edit.place, text: `(${edit.place.text})[1]` })}`,
    );
  }
  if (node === undefined) return undefined;
  if (isAttribute(node)) return { element: node.ownerElement as XmlNode, attribute: node };
  if (isText(node) && node.parentNode !== null) return { element: node.parentNode, attribute: undefined };
  if (node.nodeType === ELEMENT) return { element: node, attribute: undefined };
  throw placeRefused(edit, 'which is no element and no attribute.', 'Name an element or an attribute.');
}

function select(document: XmlNode, edit: Edit, tools: XmlTools, namespaces: Namespaces): XmlNode[] {
  let found: unknown;
  try {
    found = tools.select(document, edit.place.text, namespaces);
  } catch {
    throw notXPath(document, edit, namespaces);
  }
  if (Array.isArray(found)) return found as XmlNode[];
  throw new SeguraError(
    'REQUEST_INVALID',
    say`${edit.where} has an XPath that selects no node but gives a value: ${edit.place.text}`,
    'Name an element or an attribute, such as /config/element/@attribute',
  );
}

const PREFIX = /"[^"]*"|'[^']*'|([A-Za-z_][\w.-]*):(?=[A-Za-z_*])/g;

function notXPath(document: XmlNode, edit: Edit, namespaces: Namespaces): SeguraError {
  const { place, where } = edit;
  const root = elementsOf(document)[0];
  const atRoot = root === undefined ? [] : attributesOf(root).map(({ nodeName }) => nodeName);
  const prefixes = [...place.text.matchAll(PREFIX)].flatMap(([, prefix]) => prefix ?? []);
  const prefix = prefixes.find(
    (each) => !Object.hasOwn(namespaces, each) && !atRoot.includes(`xmlns:${each}`),
  );
  if (prefix === undefined) {
    return new SeguraError(
      'REQUEST_INVALID',
      say`${where} has a place that is no XPath 1.0: ${place.text}`,
      'Write a path such as /config/element/@attribute, in quotes if it has a space, a comma or ">".',
    );
  }
  const declared = elementsOf(document)
    .flatMap(attributesOf)
    .find(({ nodeName }) => nodeName === `xmlns:${prefix}`)?.nodeValue;
  return new SeguraError(
    'REQUEST_INVALID',
    say`${where} has the prefix "${prefix}" in ${place.text}, which is bound to no namespace.`,
    say`Bind it: ${settings('inside', setting('injectNamespaces', `${prefix}=${declared ?? 'URI'}`))}`,
  );
}

/** The parent of a place that is to be made, and the name of the attribute or the element. Errors: PLACE_NOT_FOUND. */
export function parentAndName(
  document: XmlNode,
  edit: Edit,
  tools: XmlTools,
  namespaces: Namespaces,
): { parent: XmlNode; name: string; isAttribute: boolean } {
  const { text } = edit.place;
  const [, way = '', at = '', name = ''] =
    /^(.+)\/(@?)([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)$/.exec(text) ?? [];
  if (way === '' || /\/$/.test(way)) {
    throw placeNotFound(
      edit,
      'which is not there, and says too little to create it.',
      `End the XPath with the name of one element or attribute: ${showPlace({ ...edit.place, text: '/config/element/@attribute' })}`,
    );
  }
  const found = selectOne(document, { ...edit, place: { ...edit.place, text: way } }, tools, namespaces);
  if (found === undefined || found.attribute !== undefined)
    throw xmlNotFound(
      document,
      { ...edit, place: { ...edit.place, text: way, create: false } },
      tools,
      namespaces,
    );
  const [prefix, local] = name.includes(':') ? name.split(':') : [undefined, name];
  const { element: parent } = found;
  const isInNamespaceOfParent =
    prefix !== undefined && namespaces[prefix] === parent.namespaceURI && at === '';
  const inFile = isInNamespaceOfParent ? `${parent.prefix ? `${parent.prefix}:` : ''}${local}` : name;
  return { parent, name: inFile, isAttribute: at !== '' };
}

/** The error for an XPath that selects nothing. `canCreate`: whether its place can be made. */
export function xmlNotFound(
  document: XmlNode,
  edit: Edit,
  tools: XmlTools,
  namespaces: Namespaces,
  canCreate = false,
): SeguraError {
  const { text } = edit.place;
  const offer = (wanted: string): string =>
    `Write ${edit.source} > ${showPlace({ ...edit.place, text: wanted })}`;
  const selects = (path: string): boolean => {
    try {
      const found = tools.select(document, path, namespaces);
      return Array.isArray(found) && found.length === 1;
    } catch {
      return false;
    }
  };
  const local = text.replaceAll(/(^|\/)([A-Za-z_][\w.-]*)(?=[/[]|$)/g, "$1*[local-name()='$2']");
  if (local !== text && selects(local)) {
    const uri = elementsOf(document).find(({ namespaceURI }) => namespaceURI)?.namespaceURI;
    const bound = text.replaceAll(/(^|\/)([A-Za-z_][\w.-]*)(?=[/[]|$)/g, '$1x:$2');
    return placeNotFound(
      edit,
      'but the elements of the file are in a namespace, and the names of the XPath are in none.',
      say`${offer(local)}, or bind a prefix by ${settings('inside', setting('injectNamespaces', `x=${uri}`))} and write ${showPlace({ ...edit.place, text: bound })}`,
    );
  }
  const nearest = closestMatch(text, pathsOf(document));
  const usable = nearest !== undefined && selects(nearest);
  const create = canCreate ? `, or create it: ${showPlace({ ...edit.place, create: true })}` : '.';
  return placeNotFound(
    edit,
    usable ? `which is not there; the nearest one is ${nearest}.` : 'which is not there.',
    usable ? offer(nearest) : `Name an element or an attribute that is there${create}`,
  );
}

/** The paths of the first elements and attributes that are in no namespace, as a user writes them. */
function pathsOf(document: XmlNode): Set<string> {
  const paths = new Map<XmlNode, string>([[document, '']]);
  const all = new Set<string>();
  for (const element of elementsOf(document).slice(0, MAX_LISTED)) {
    const { parentNode, namespaceURI, localName, nodeName } = element;
    const step = namespaceURI ? `*[local-name()='${localName}']` : nodeName;
    const path = `${paths.get(parentNode ?? document) ?? ''}/${step}`;
    paths.set(element, path);
    all.add(path).add(`//${step}`);
    for (const { nodeName: name } of attributesOf(element))
      all.add(`${path}/@${name}`).add(`//${step}/@${name}`);
  }
  return all;
}
