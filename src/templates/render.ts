import type { Context, Emitter, Output, Template } from 'liquidjs';
import { SeguraError } from '../core/errors.js';
import { MAX_BYTES } from '../inject/edit.js';
import type { OutputUse } from './analyze.js';
import { Holes } from './escape/holes.js';
import { hasNames, isOwn, targetFormat, writeValues } from './escape/write-values.js';
import { writtenForms } from './escape/written-forms.js';
import { FILTERS, FilterFault, type FilterState, textOf } from './filters.js';
import { invalidOf } from './library-faults.js';
import type { Parsed } from './liquid.js';
import { Places } from './places.js';
import { placeIn, type TemplateSource } from './source.js';

/** The text of a target, and the texts that filters made of values, each with that value: they are masked as it is. */
export interface Rendered {
  readonly text: string;
  readonly derived: ReadonlyMap<string, string>;
  /** How values stand in it, with the escapes of its format, each with the value or the text that a filter made. */
  readonly written: ReadonlyMap<string, string>;
}

interface Rendering {
  readonly source: TemplateSource;
  readonly parsed: Parsed;
  readonly outputs: ReadonlyMap<Template, OutputUse>;
  readonly texts: ReadonlyMap<Template, number>;
  readonly names: ReadonlyMap<string, string>;
  readonly state: FilterState;
  readonly target: string;
}

const MARK = '\ufeff';

/** Renders with a mark for each value, and then writes the values as their places in the target want them. */
export async function render(rendering: Rendering): Promise<Rendered> {
  const { source, state, target } = rendering;
  const format = targetFormat(target);
  const holes = new Holes(source.text, hasNames(format));
  const places = new Places();
  const rendered = withMarks(rendering, holes, places);
  const mark = rendered.startsWith(MARK) ? MARK : '';
  const text = await writeValues(format, rendered.slice(mark.length), holes, {
    template: source.path,
    target,
    placeAt: (offset) => placeIn(source, places.at(mark.length + offset)),
  });
  const written = new Map<string, string>();
  for (const { value } of holes.all) {
    if (!state.secrets.has(value)) continue;
    for (const form of writtenForms(format, value)) if (form !== value) written.set(form, value);
  }
  return {
    text: mark + text,
    written,
    derived: new Map([...state.secrets].filter(([each, value]) => each !== value)),
  };
}

function withMarks(rendering: Rendering, holes: Holes, places: Places): string {
  const { source, parsed, outputs, texts, names, target } = rendering;
  const { library, liquid, templates } = parsed;
  const format = targetFormat(target);
  const parts: string[] = [];
  let length = 0;
  const emitter: Emitter = {
    buffer: '',
    write(text: unknown) {
      const part = String(text);
      length += part.length;
      if (length > MAX_BYTES) throw tooLarge(source, target);
      parts.push(part);
    },
  };
  for (const [node, offset] of texts) {
    const { render } = Object.getPrototypeOf(node) as Template;
    node.render = (context, into) => {
      places.add(length, offset, true);
      return render.call(node, context, into);
    };
  }
  for (const [node, use] of outputs) {
    const { filters, offset } = use;
    const last = filters.at(-1);
    const { value } = node as Output;
    const where = (): string => placeIn(source, offset);
    node.render = function* (context: Context) {
      let found = (yield value.initial.evaluate(context)) as unknown;
      // The last filter writes a whole value of the format: what is to be read is the text before it.
      const own = isOwn(format, last) ? value.filters.at(-1) : undefined;
      for (const filter of value.filters)
        if (filter !== own) found = (yield filter.render(found, context)) as unknown;
      const text = textOf(found);
      const literal = own === undefined ? undefined : textOf(yield own.render(text, context));
      places.add(length, offset, false);
      if (!text.isWellFormed()) throw new FilterFault('has half a character of Unicode');
      if (format === 'text' || last === 'raw') emitter.write(text);
      else emitter.write(holes.add({ value: text, literal, filters, where }));
    };
  }
  try {
    const environment = Object.assign(Object.create(null), Object.fromEntries(names)) as object;
    const context = new library.Context(environment, liquid.options, {
      sync: true,
      globals: Object.create(null) as object,
    });
    library.toValueSync(liquid.renderer.renderTemplates([...templates], context, emitter));
  } catch (error) {
    throw invalidOf(error, source, Object.keys(FILTERS));
  }
  return parts.join('');
}

function tooLarge({ path }: TemplateSource, target: string): SeguraError {
  return new SeguraError(
    'DOCUMENT_REFUSED',
    `The file ${target}, as ${path} makes it, is larger than ${MAX_BYTES / 1024 / 1024} MiB.`,
    'Split the template.',
  );
}
