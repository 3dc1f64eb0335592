import type { Template as Node } from 'liquidjs';
import { closestMatch } from '../core/did-you-mean.js';
import { SeguraError } from '../core/errors.js';
import { type Source, sourceKey } from '../core/requests/request.js';
import { MAX_BYTES } from '../inject/edit.js';
import { type Analysis, analyze } from './analyze.js';
import { DEFAULT_DELIMITERS, type Delimiters } from './delimiters.js';
import type { Field, FilterState } from './filters.js';
import { type Parsed, parseTemplate } from './liquid.js';
import { type Rendered, render } from './render.js';
import { requestText } from './requests.js';
import { output, placeIn, shown, type TemplateSource, templateInvalid } from './source.js';

export { readDelimiters } from './delimiters.js';
export type { Field } from './filters.js';
export type { Rendered } from './render.js';

const SAMPLE = '1';

/** The most unknown names that are reported together. */
const MAX_PROBLEMS = 50;

/** One name or request that a template uses, with its place as the first words of a sentence. */
export interface NameUse {
  readonly name: string;
  readonly where: string;
}

export interface TemplateRequest {
  readonly source: Source;
  readonly where: string;
  /** How another source is written in its place. */
  readonly write: (source: Source) => string;
}

/** What a template is rendered with. */
export interface TemplateValues {
  /** The values of the names that it uses. */
  readonly names: ReadonlyMap<string, string>;
  /** By `sourceKey`: the value of one field, or all fields where the request has none. */
  readonly requests: ReadonlyMap<string, string | readonly Field[]>;
}

/**
 * A Liquid template of a configuration file. It runs no code, reads no file, and fetches nothing: what it uses is listed,
 * and the caller brings it.
 */
export class Template {
  readonly #source: TemplateSource;
  readonly #parsed: Parsed;
  readonly #analysis: Analysis;
  readonly #state: State;

  private constructor(source: TemplateSource, parsed: Parsed, analysis: Analysis, state: State) {
    this.#source = source;
    this.#parsed = parsed;
    this.#analysis = analysis;
    this.#state = state;
  }

  /**
   * Reads a template, whose path is for messages. Errors: TEMPLATE_INVALID, DOCUMENT_REFUSED for what is no UTF-8 text or
   * too large.
   */
  static async read(
    path: string,
    bytes: Uint8Array,
    delimiters: Delimiters = DEFAULT_DELIMITERS,
  ): Promise<Template> {
    const source = { path, text: textOf(path, bytes), delimiters };
    const state = new State();
    const parsed = await parseTemplate(source, state);
    const analysis = analyze(parsed.library, source, parsed.templates);
    return new Template(source, parsed, analysis, state);
  }

  /** Every name that it uses and does not make itself, also where it would not be shown; each once. */
  get names(): readonly NameUse[] {
    return [...this.#analysis.names].map(([name, offset]) => ({
      name,
      where: placeIn(this.#source, offset),
    }));
  }

  /** Every request that it makes itself; each once. */
  get requests(): readonly TemplateRequest[] {
    const unique = new Map(
      this.#analysis.requests.toReversed().map((each) => [sourceKey(each.source), each]),
    );
    return [...unique.values()].toReversed().map(({ source, offset }) => ({
      ...{ source, where: placeIn(this.#source, offset) },
      write: (other) => requestText(this.#source, other),
    }));
  }

  /**
   * One TEMPLATE_INVALID for each name that no request gives. `isGiven`: whether one does; `given`: those that are known,
   * to name the nearest.
   */
  unknownNames(isGiven: (name: string) => boolean, given: Iterable<string>): SeguraError[] {
    const known = [...given];
    return [...this.#analysis.names]
      .filter(([name]) => !isGiven(name))
      .slice(0, MAX_PROBLEMS)
      .map(([name, offset]) => {
        const nearest = closestMatch(name, known);
        return templateInvalid(
          this.#source,
          offset,
          `uses the name ${shown(name)}, which no request gives.`,
          nearest === undefined
            ? `Ask for it: IDENTITY/FIELD > ${shown(name)}`
            : `Write ${output(this.#source, nearest)}, or ask for it: IDENTITY/FIELD > ${shown(name)}`,
        );
      });
  }

  /**
   * Renders with samples for all values, where what comes of it says something of every other value: that no part of it
   * stands where a value cannot. Errors: those of render.
   */
  async tryOut(target: string): Promise<void> {
    const { names, requests, isFixed } = this.#analysis;
    if (!isFixed) return;
    const sampleOf = ({ field }: Source): string | readonly Field[] =>
      field === undefined ? [{ name: 'NAME', value: SAMPLE }] : SAMPLE;
    await this.render(target, {
      names: new Map([...names.keys()].map((name) => [name, SAMPLE])),
      requests: new Map(requests.map(({ source }) => [sourceKey(source), sampleOf(source)])),
    });
  }

  /**
   * The text of a target with these values, each written as the ending of `target` has it, and read back by a parser of
   * that format.
   *
   * Errors: TEMPLATE_INVALID for an unknown name, a value where none can stand, or a rendering that does not end;
   * VALUE_BROKEN for a value that the format cannot hold; DOCUMENT_REFUSED for a text that is not of its format.
   */
  async render(target: string, values: TemplateValues): Promise<Rendered> {
    const [unknown] = this.unknownNames((name) => values.names.has(name), values.names.keys());
    if (unknown !== undefined) throw unknown;
    this.#state.begin(values, this.#analysis);
    return render({
      source: this.#source,
      parsed: this.#parsed,
      outputs: this.#analysis.outputs as ReadonlyMap<Node, { offset: number; filters: readonly string[] }>,
      texts: this.#analysis.texts,
      names: values.names,
      state: this.#state,
      target,
    });
  }
}

/** What the filters of one rendering see. */
class State implements FilterState {
  secrets = new Map<string, string>();
  #fetched = new Map<string, string | readonly Field[]>();

  begin({ names, requests }: TemplateValues, { requests: uses }: Analysis): void {
    this.secrets = new Map([...names.values()].map((value) => [value, value]));
    this.#fetched = new Map();
    for (const { kind, text, source } of uses) {
      const found = requests.get(sourceKey(source));
      if (found === undefined) throw new TypeError('a request of the template has no value');
      this.#fetched.set(`${kind} ${text}`, found);
      for (const each of typeof found === 'string' ? [found] : found.map(({ value }) => value))
        this.secrets.set(each, each);
    }
  }

  fetched(kind: 'dsm' | 'pam', text: string): string | readonly Field[] {
    const found = this.#fetched.get(`${kind} ${text}`);
    // Objects without a prototype: `f.constructor` is nothing.
    if (typeof found === 'object')
      return found.map(({ name, value }) => Object.assign(Object.create(null), { name, value }) as Field);
    return found ?? '';
  }
}

function textOf(path: string, bytes: Uint8Array): string {
  const refuse = (what: string, remedy: string): SeguraError =>
    new SeguraError('DOCUMENT_REFUSED', `The template ${path} ${what}`, remedy);
  if (bytes.length > MAX_BYTES)
    throw refuse(`is larger than ${MAX_BYTES / 1024 / 1024} MiB.`, 'Split the template.');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    throw refuse('is not UTF-8 text.', 'Write the template in UTF-8.');
  }
  throw refuse('has a NUL character.', 'Name a text file.');
}
