import type { Alias, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { otherThanText } from '../../platform/formats/yaml-tag.js';
import type { TreeChild, TreeNode } from '../tree.js';

/** The library, which is loaded when it is needed, and the text of its nodes. */
export interface YamlText {
  readonly yaml: typeof import('yaml');
  readonly text: string;
  /** The places of the keys of each map that was looked into. */
  readonly indexes: WeakMap<YAMLMap, Map<string, number[]>>;
}

/** Where a part of a text ends without the white space of YAML: other spaces of Unicode belong to a value. */
export function endOf(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /[ \t\r\n]/.test(text.charAt(at - 1))) at -= 1;
  return at;
}

type Content = Scalar | YAMLMap | YAMLSeq | Alias;

/** A node of YAML. A file has hundreds of thousands: what few are asked for is worked out then. */
export class YamlNode implements TreeNode {
  readonly kind: TreeNode['kind'];
  readonly #node: Content | undefined;
  readonly #of: YamlText;

  constructor(node: Node | null | undefined, of: YamlText) {
    this.#node = (node ?? undefined) as Content | undefined;
    this.#of = of;
    const { isAlias, isMap, isSeq } = of.yaml;
    if (node === null || node === undefined) this.kind = 'none';
    else if (isAlias(node)) this.kind = 'alias';
    else if (isMap(node)) this.kind = 'map';
    else this.kind = isSeq(node) ? 'list' : 'scalar';
  }

  get start(): number {
    return this.#node?.range?.[0] ?? 0;
  }

  /** A block scalar ends with the line end behind it, and with blank lines: they are not replaced. */
  get end(): number {
    const [start, end] = this.#node?.range ?? [0, 0];
    return endOf(this.#of.text, start, end);
  }

  get note(): string {
    const node = this.#node;
    if (node === undefined) return '';
    if (this.#of.yaml.isAlias(node)) return node.source;
    return `${node.tag ?? ''}${node.anchor === undefined ? '' : `&${node.anchor}`}`;
  }

  get tag(): string | undefined {
    const tag = this.kind === 'none' || this.kind === 'alias' ? undefined : this.#node?.tag;
    return tag === undefined ? undefined : otherThanText(tag);
  }

  get value(): TreeNode['value'] {
    if (this.kind === 'none') return null;
    return this.kind === 'scalar' ? (this.#node as Scalar<TreeNode['value']>).value : undefined;
  }

  readonly children = (): readonly TreeChild[] => {
    if (this.kind === 'map') return this.#pairs.map((pair) => this.#childOf(pair));
    if (this.kind !== 'list') return [];
    return (this.#node as YAMLSeq).items.map((item, index) => ({
      key: String(index),
      // `[a: 1]` is a list of a map that has no node of its own.
      node: this.#of.yaml.isPair(item) ? this.#mapOf(item) : new YamlNode(item as Node | null, this.#of),
    }));
  };

  readonly childrenOf = (key: string): readonly TreeChild[] => {
    if (this.kind !== 'map') return this.children().filter((child) => child.key === key);
    const pairs = this.#pairs;
    return (this.#index().get(key) ?? []).map((at) => this.#childOf(pairs[at] as Pair));
  };

  get #pairs(): readonly Pair[] {
    return (this.#node as YAMLMap).items;
  }

  #index(): Map<string, number[]> {
    const map = this.#node as YAMLMap;
    const known = this.#of.indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map<string, number[]>();
    for (const [at, pair] of this.#pairs.entries()) {
      const key = this.#keyOf(pair);
      const places = index.get(key);
      if (places === undefined) index.set(key, [at]);
      else places.push(at);
    }
    this.#of.indexes.set(map, index);
    return index;
  }

  #keyOf({ key }: Pair): string {
    const { yaml, text } = this.#of;
    if (yaml.isScalar(key)) return String(key.source ?? key.value ?? '');
    const [start = 0, end = 0] = (key as Node | null)?.range ?? [];
    // No pointer leads to a key that is no scalar: none of its own has a NUL.
    return `\0${text.slice(start, end)}`;
  }

  #childOf(pair: Pair): TreeChild {
    return { key: this.#keyOf(pair), node: new YamlNode(pair.value as Node | null, this.#of) };
  }

  #mapOf(pair: Pair): TreeNode {
    return { kind: 'map', start: 0, end: 0, note: '', children: () => [this.#childOf(pair)] };
  }
}
