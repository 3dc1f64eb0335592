import type { Liquid, Template, Tokenizer, TopLevelToken } from 'liquidjs';
import { SeguraError } from '../core/errors.js';
import { MAX_BYTES } from '../inject/edit.js';
import { FILTERS, type FilterState, handlers } from './filters.js';
import { invalidOf } from './library-faults.js';
import type { TemplateSource } from './source.js';
import { closedBy, refuseTags } from './tags.js';

export type Library = typeof import('liquidjs');

/** The most outputs and tags of one template: its parts are objects of the library, about 1 KB each. */
const MAX_PARTS = 100_000;
/** How long one template may render, in milliseconds. */
const RENDER_LIMIT = 3_000;

export interface Parsed {
  readonly library: Library;
  readonly liquid: Liquid;
  readonly templates: readonly Template[];
}

/**
 * A template as the library sees it. It has no files, no tags but ours, and no filters but ours.
 *
 * Errors: DOCUMENT_REFUSED for what is too large; TEMPLATE_INVALID.
 */
export async function parseTemplate(source: TemplateSource, state: FilterState): Promise<Parsed> {
  const { path, text } = source;
  if (text.length > MAX_BYTES) throw tooLarge(path, `is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);
  // The build that has no file system.
  const library = await import(/* webpackMode: "eager" */ 'liquidjs/dist/liquid.browser.mjs');
  const liquid = engine(library, source, state);
  try {
    const tokens = reader(library, source).readTopLevelTokens(liquid.options);
    if (tokens.length > MAX_PARTS) throw tooLarge(path, `has more than ${MAX_PARTS} parts.`);
    refuseTags(source, tokens);
    const queue = new Queue(tokens) as unknown as TopLevelToken[];
    return { library, liquid, templates: new library.Parser(liquid).parseTokens(queue) };
  } catch (error) {
    throw invalidOf(error, source, Object.keys(FILTERS));
  }
}

function tooLarge(path: string, what: string): SeguraError {
  return new SeguraError('DOCUMENT_REFUSED', `The template ${path} ${what}`, 'Split the template.');
}

function engine(library: Library, { delimiters }: TemplateSource, state: FilterState): Liquid {
  const liquid = new library.Liquid({
    // Instead of the file system: no tag that reads a file is there either.
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: MAX_BYTES,
    renderLimit: RENDER_LIMIT,
    memoryLimit: MAX_BYTES,
    outputDelimiterLeft: delimiters.outputLeft,
    outputDelimiterRight: delimiters.outputRight,
    tagDelimiterLeft: delimiters.tagLeft,
    tagDelimiterRight: delimiters.tagRight,
  });
  for (const name of Object.keys(liquid.tags)) if (closedBy(name) === undefined) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, handler] of handlers(state)) liquid.registerFilter(name, handler);
  return liquid;
}

/** Its own reader of text looks at each character twice, and takes `${{ }}` for an output. */
function reader(library: Library, { text, delimiters }: TemplateSource): Tokenizer {
  const { outputLeft } = delimiters;
  class Reader extends library.Tokenizer {
    #next = new Map<string, number>();

    override readHTMLToken(stops: string[]): ReturnType<Tokenizer['readHTMLToken']> {
      const begin = this.p;
      let at = begin;
      for (;;) {
        at = Math.min(...stops.map((stop) => this.#indexOf(stop, at)));
        const isExpression =
          outputLeft === '{{' && at > begin && text[at - 1] === '$' && text.startsWith('{{', at);
        if (!isExpression) break;
        const end = this.#indexOf('}}', at);
        at = end === text.length ? at + 2 : end + 2;
      }
      this.p = at;
      // Only this makes a token of that class, which is not exported.
      const whole = this.N;
      this.N = at;
      this.p = begin;
      const token = super.readHTMLToken([]);
      this.N = whole;
      return token;
    }

    #indexOf(stop: string, from: number): number {
      const known = this.#next.get(stop);
      if (known !== undefined && known >= from) return known;
      const found = text.indexOf(stop, from);
      const at = found === -1 ? text.length : found;
      this.#next.set(stop, at);
      return at;
    }
  }
  return new Reader(text);
}

/** Tokens whose first is taken in a constant time: an array of a hundred thousand moves all others each time. */
class Queue {
  readonly #tokens: readonly TopLevelToken[];
  #at = 0;

  constructor(tokens: readonly TopLevelToken[]) {
    this.#tokens = tokens;
  }

  get length(): number {
    return this.#tokens.length - this.#at;
  }

  shift(): TopLevelToken | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }
}
