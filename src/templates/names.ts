import { closestMatch } from '../core/did-you-mean.js';
import { say } from '../core/text.js';
import { shown, type TemplateSource, templateInvalid } from './source.js';
import { otherSyntax } from './tags.js';

/** What a name of a template leads to: a text, all fields of a secret, one of these, or the counters of a loop. */
export type Access = 'text' | 'list' | 'field' | 'loop';

const PARTS: Readonly<Record<Access, readonly string[]>> = {
  text: [],
  list: ['size'],
  field: ['name', 'value'],
  loop: ['index', 'index0', 'rindex', 'rindex0', 'first', 'last', 'length'],
};

/** The names that a template makes itself, and those that it uses without making them. */
export class Names {
  readonly used = new Map<string, number>();
  readonly #assigned = new Map<string, Access>();
  readonly #open: { readonly name: string; readonly access: Access }[] = [];
  readonly #source: TemplateSource;

  constructor(source: TemplateSource) {
    this.#source = source;
  }

  assign(name: string, access: Access): void {
    this.#assigned.set(name, access);
  }

  open(name: string, access: Access): void {
    this.#open.push({ name, access });
  }

  close(name: string): void {
    const at = this.#open.findLastIndex((each) => each.name === name);
    if (at !== -1) this.#open.splice(at, 1);
  }

  /**
   * What `root` with its parts leads to. A name that the template does not make is one of a request, parts and all: such
   * names have dots on Azure Pipelines. Errors: TEMPLATE_INVALID.
   */
  read(root: string, parts: readonly (string | undefined)[], offset: number): Access {
    const local = this.#open.findLast(({ name }) => name === root)?.access ?? this.#assigned.get(root);
    if (local !== undefined) return this.#partOf(local, root, parts, offset);
    if (parts.includes(undefined)) {
      throw templateInvalid(
        this.#source,
        offset,
        `takes a part of ${shown(root)}, which is one text.`,
        `Write ${shown(root)}`,
      );
    }
    const name = [root, ...parts].join('.');
    if (!this.used.has(name)) this.used.set(name, offset);
    return 'text';
  }

  isOwn(name: string): boolean {
    return this.#assigned.has(name) || this.#open.some((each) => each.name === name);
  }

  #partOf(access: Access, root: string, parts: readonly (string | undefined)[], offset: number): Access {
    if (parts.length === 0) return access;
    const [part = ''] = parts;
    const known = PARTS[access];
    if (parts.length === 1 && known.includes(part)) return 'text';
    const nearest = closestMatch(part, known) ?? known[0];
    throw templateInvalid(
      this.#source,
      offset,
      `has ${shown([root, ...parts.map((each) => each ?? '[…]')].join('.'))}, but ${root} has ${known.length === 0 ? 'no parts' : `only ${known.join(', ')}`}.`,
      nearest === undefined ? say`Write ${root}. ${otherSyntax()}` : `Write ${root}.${nearest}`,
    );
  }
}
