import type { Document, Node, Scalar } from 'yaml';
import { printableUpTo } from '../../core/printable.js';
import { applySplices, type Splice } from '../../inject/edit.js';
import { yamlDocuments } from '../../inject/formats/yaml.js';
import { endOf } from '../../inject/formats/yaml-node.js';
import { quotedYaml, yamlKey } from '../../inject/formats/yaml-text.js';
import { namesOf } from '../../inject/library.js';
import { otherThanText } from '../../platform/formats/yaml-tag.js';
import { differs, type Escape, misplaced } from './faults.js';
import type { Hole, Holes } from './holes.js';

type Yaml = typeof import('yaml');

/** YAML: a scalar with a value in it is written between double quotes on one line, and reads as its text with the value. */
export async function openYamlEscape(): Promise<Escape> {
  const yaml = namesOf(await import(/* webpackMode: "eager" */ 'yaml'));
  return (text, holes, { path }) => {
    const { splices, before } = read(yaml, yamlDocuments(yaml, text, path), text, holes);
    const next = applySplices(text, splices);
    const { before: after } = read(yaml, yamlDocuments(yaml, next, path), next, holes);
    if (before.length !== after.length || before.some((each, index) => each !== after[index]))
      throw differs(path);
    return next;
  };
}

interface Read {
  readonly splices: readonly Splice[];
  /** What a reader gets, node by node, with the values. */
  readonly before: readonly string[];
}

function read(yaml: Yaml, documents: readonly Document[], text: string, holes: Holes): Read {
  const splices: Splice[] = [];
  const before: string[] = [];
  for (const document of documents) {
    before.push('document');
    yaml.visit(document, {
      Node: (key, node) => {
        const { tag = '', anchor = '' } = node as { readonly tag?: string; readonly anchor?: string };
        const said = `${key} ${tag} ${anchor} ${kindOf(yaml, node)}`;
        if (!yaml.isScalar(node)) {
          before.push(yaml.isAlias(node) ? `${said} ${node.source}` : said);
          return;
        }
        const source = node.source ?? '';
        if (!holes.isIn(source)) {
          before.push(`${said} ${typeof node.value} ${String(node.value)}`);
          return;
        }
        refuseTag(tag, holes.in(source)[0] as Hole);
        const isAlone = node.type === 'PLAIN' && holes.only(source) !== undefined;
        before.push(`${said} string ${holes.read(source, (hole) => (isAlone ? hole.value : textIn(hole)))}`);
        splices.push(spliceOf(text, node, { holes, isAlone, isKey: key === 'key' }));
      },
    });
  }
  return { splices, before };
}

/** Behind `!!int`, or a tag of a program's own, a value is read as something else than a text. */
function refuseTag(tag: string, hole: Hole): void {
  const other = tag === '' ? undefined : otherThanText(tag);
  if (other !== undefined)
    throw misplaced(
      hole,
      'yaml',
      `puts a value behind the tag ${printableUpTo(60, other)}, by which programs read it as something else than a text.`,
      'Remove the tag, or write "| raw" behind the value to write it as it is.',
    );
}

function kindOf(yaml: Yaml, node: Node): string {
  if (yaml.isMap(node)) return 'map';
  return yaml.isSeq(node) ? 'list' : yaml.isAlias(node) ? 'alias' : 'scalar';
}

/** Inside another text, what a filter wrote is text too: JSON in a text of YAML. */
function textIn({ literal, value }: Hole): string {
  return literal ?? value;
}

interface Place {
  readonly holes: Holes;
  /** The scalar is nothing but values, and has no quotes. */
  readonly isAlone: boolean;
  readonly isKey: boolean;
}

function spliceOf(text: string, node: Scalar, { holes, isAlone, isKey }: Place): Splice {
  const [from = 0, to = 0] = node.range ?? [];
  const [start, end] = [from, endOf(text, from, to)];
  const source = node.source ?? '';
  const written = text.slice(start, end);
  if (node.type === 'QUOTE_DOUBLE')
    return { start, end, text: holes.fill(written, (hole) => quotedYaml(textIn(hole)).slice(1, -1)) };
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') {
    const indented = holes.in(source).find(({ filters }) => filters.includes('indent'));
    if (indented !== undefined)
      throw misplaced(
        indented,
        'yaml',
        'indents a value in a block of YAML, where the spaces would be part of the value.',
        'Leave the filter indent out: a value is indented as its block is.',
      );
  }
  const [only, another] = isAlone ? holes.in(source) : [];
  const value = holes.fill(source, (hole) => (isAlone ? hole.value : textIn(hole)));
  if (only?.literal !== undefined && another === undefined) return { start, end, text: only.literal };
  // A comment behind `|` or `>` stays.
  const comment = /^[|>][^\s#]*([ \t]+#[^\r\n]*)/.exec(written)?.[1] ?? '';
  const inner = isKey && isAlone ? yamlKey(value) : quotedYaml(value);
  return { start, end, text: `${inner}${comment}` };
}
