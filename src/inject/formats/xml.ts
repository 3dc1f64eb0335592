import { collect, SeguraError, throwIfAny } from '../../core/errors.js';
import { say, setting, settings } from '../../core/text.js';
import {
  applySplices,
  placeRefused,
  type ReadyEdit,
  type Splice,
  type Splicer,
  valueBroken,
} from '../edit.js';
import { digestXml, type Namespaces, readTarget, type XmlTarget, type XmlTools } from './xml-nodes.js';
import { openTools, type Read, readXml } from './xml-read.js';
import { NO_XML_CHARACTER, type ScannedElement } from './xml-scan.js';
import { parentAndName, type Selected, selectOne, xmlNotFound } from './xml-select.js';
import { attributeSplice, childSplice, contentSplice, xmlAttribute, xmlText } from './xml-write.js';

export interface XmlOptions {
  /** The prefixes of XPaths. */
  readonly namespaces: Namespaces;
  /** Whether the bytes of the file are UTF-8; else a value is written in ASCII. */
  readonly isUnicode: boolean;
}

/**
 * XML 1.0 with namespaces. `@xmldom/xmldom` says what it means, `xpath` which place is meant, and a scanner of our own where
 * that stands in the text. A DTD is refused, so there is no entity to expand.
 */
export async function openXml(options: XmlOptions): Promise<Splicer> {
  const tools = await openTools();
  return (text, edits) => {
    const { splices, before, targets, later } = replaceThere(text, edits, tools, options);
    let next = applySplices(text, splices);
    if (splices.length > 0) verify(next, tools, targets, before);
    for (const edit of later) next = withMade(next, edit, tools, options);
    return next;
  };
}

type Wanted = XmlTarget & { readonly edit: ReadyEdit };

function replaceThere(
  text: string,
  edits: readonly ReadyEdit[],
  tools: XmlTools,
  { namespaces, isUnicode }: XmlOptions,
): {
  splices: readonly Splice[];
  before: string;
  targets: readonly Wanted[];
  later: readonly ReadyEdit[];
} {
  const read = readXml(text, edits[0]?.place.path ?? '', tools);
  const problems: SeguraError[] = [];
  const targets: Wanted[] = [];
  const later: ReadyEdit[] = [];
  const splices = edits.flatMap(
    (edit) =>
      collect(problems, (): Splice | undefined => {
        refuseValue(edit);
        const found = selectOne(read.document, edit, tools, namespaces);
        if (found === undefined) {
          if (!edit.place.create) {
            const canCreate = canMake(text, edit, tools, { namespaces, isUnicode });
            throw xmlNotFound(read.document, edit, tools, namespaces, canCreate);
          }
          later.push(edit);
          return undefined;
        }
        const target = { ...targetOf(read, found), edit };
        if (targets.some(({ index, attribute }) => index === target.index && attribute === target.attribute))
          throw placeRefused(edit, 'which another line names too.', 'Leave one of the lines out.');
        targets.push(target);
        return spliceOf(text, read, target, isUnicode);
      }) ?? [],
  );
  throwIfAny(problems);
  return { splices, before: digestXml(read.document, targets), targets, later };
}

function targetOf({ elements }: Read, { element, attribute }: Selected): XmlTarget {
  return { index: elements.indexOf(element), attribute: attribute?.nodeName };
}

function spliceOf(
  text: string,
  { places }: Read,
  { index, attribute, edit }: Wanted,
  isUnicode: boolean,
): Splice {
  const place = places[index] as ScannedElement;
  if (attribute !== undefined) {
    const found = place.attributes.find(({ name }) => name === attribute);
    if (found === undefined) throw unkept(edit);
    const { start, end, quote } = found;
    return { start, end, text: told(edit, xmlAttribute(edit.value, quote, isUnicode)) };
  }
  if (place.hasOther)
    throw placeRefused(edit, 'which holds more than a text.', 'Name an element inside it, or an attribute.');
  return contentSplice(text, place, told(edit, xmlText(edit.value, isUnicode)));
}

function told(edit: ReadyEdit, written: string): string {
  edit.onWritten?.(written);
  return written;
}

function refuseValue(edit: ReadyEdit): void {
  if (NO_XML_CHARACTER.test(edit.value))
    throw valueBroken(
      edit,
      'XML is wanted: it has a control character that XML cannot hold.',
      'Keep the value base64-encoded in the vault.',
    );
}

function verify(
  text: string,
  tools: XmlTools,
  targets: readonly Wanted[],
  before: string,
  made?: { index: number; parent: number },
): void {
  const [first] = targets as [Wanted];
  try {
    const { document, elements } = readXml(text, first.edit.place.path, tools);
    const isRead = targets.every((target) => readTarget(elements, target) === target.edit.value);
    if (isRead && digestXml(document, made === undefined ? targets : [], made) === before) return;
  } catch {
    // What cannot be read any more is no result.
  }
  throw unkept(first.edit);
}

function unkept(edit: ReadyEdit): SeguraError {
  return placeRefused(
    edit,
    'which cannot be changed without a change elsewhere in the file.',
    'Name another place.',
  );
}

/** Whether the place of an edit that is not there could be created. */
function canMake(
  text: string,
  { onWritten: _, ...edit }: ReadyEdit,
  tools: XmlTools,
  options: XmlOptions,
): boolean {
  try {
    withMade(text, { ...edit, place: { ...edit.place, create: true } }, tools, options);
    return true;
  } catch (error) {
    if (error instanceof SeguraError) return false;
    throw error;
  }
}

/** With an element or an attribute that was not there. */
function withMade(
  text: string,
  edit: ReadyEdit,
  tools: XmlTools,
  { namespaces, isUnicode }: XmlOptions,
): string {
  const read = readXml(text, edit.place.path, tools);
  const { parent, name, isAttribute } = parentAndName(read.document, edit, tools, namespaces);
  const index = read.elements.indexOf(parent);
  const place = read.places[index] as ScannedElement;
  const below = read.places.filter(
    ({ start }) => start >= place.contentStart && start < place.contentEnd,
  ).length;
  const target = isAttribute
    ? { index, attribute: name, edit }
    : { index: index + below + 1, attribute: undefined, edit };
  if (!isAttribute && below === 0 && text.slice(place.contentStart, place.contentEnd).trim() !== '')
    throw placeRefused(edit, 'whose parent holds a text.', 'Name another parent.');
  const splice = isAttribute
    ? attributeSplice(place, name, told(edit, xmlAttribute(edit.value, '"', isUnicode)))
    : childSplice(text, place, name, told(edit, xmlText(edit.value, isUnicode)));
  const next = applySplices(text, [splice]);
  const made = isAttribute ? undefined : { index: target.index, parent: index };
  // The document before has the white space of the parent too, which is left out on both sides.
  const before = isAttribute
    ? digestXml(read.document, [target])
    : digestXml(read.document, [], { index: Number.POSITIVE_INFINITY, parent: index });
  verify(next, tools, [target], before, made);
  const now = readXml(next, edit.place.path, tools);
  const found = selectOne(now.document, edit, tools, namespaces);
  const isMeant = found !== undefined && targetOf(now, found).index === target.index;
  if (!isMeant) {
    throw placeRefused(
      edit,
      'which would be created in another namespace than the XPath means.',
      say`Give the last name the prefix of its parent's namespace: ${settings('inside', setting('injectNamespaces', `x=${parent.namespaceURI ?? 'URI'}`))}`,
    );
  }
  return next;
}
