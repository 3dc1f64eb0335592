import type { Template } from 'liquidjs';
import type { Library } from './liquid.js';
import { type Access, Names } from './names.js';
import { type TemplateSource, tag, templateInvalid } from './source.js';
import { type RequestUse, ValueReader } from './values.js';

/** One output of a template. */
export interface OutputUse {
  readonly offset: number;
  /** The names of its filters, in their order. */
  readonly filters: readonly string[];
}

/** What a template asks for, and what it shows, before anything is fetched. */
export interface Analysis {
  /** The names that it uses, each with where it is first. */
  readonly names: ReadonlyMap<string, number>;
  readonly requests: readonly RequestUse[];
  readonly outputs: ReadonlyMap<Template, OutputUse>;
  /** Where the text of each other part begins: of a tag, the text behind it. */
  readonly texts: ReadonlyMap<Template, number>;
  /** What it makes has one form, whatever the values are: no part of it is left out, and no value is written as it is. */
  readonly isFixed: boolean;
}

/**
 * Everything that a template can use, in all of its branches. Errors: TEMPLATE_INVALID, the first one.
 *
 * A name with dots becomes one key of the values: the nodes of the library are changed so.
 */
export function analyze(library: Library, source: TemplateSource, templates: readonly Template[]): Analysis {
  const names = new Names(source);
  const values = new ValueReader(library, source, names);
  const outputs = new Map<Template, OutputUse>();
  const texts = new Map<Template, number>();
  let isFixed = true;
  const visit = (all: readonly Template[]): void => {
    for (const template of all) {
      if (template instanceof library.Output) {
        values.text(template.value);
        outputs.set(template, {
          offset: template.token.begin,
          filters: template.value.filters.map(({ name }) => name),
        });
        continue;
      }
      texts.set(template, textStart(library, template));
      if ('branches' in template) isFixed = false;
      const kind = argumentsOf(template);
      const blocks = template.blockScope === undefined ? [] : [...template.blockScope()];
      if (blocks.length > 0 && kind !== 'list') {
        throw templateInvalid(
          source,
          template.token.begin,
          'goes over something else than the fields of a secret or credential.',
          `Write ${tag(source, 'assign fields = "IDENTITY/*" | secret')} and then ${tag(source, 'for field in fields')}`,
        );
      }
      for (const [index, name] of blocks.entries()) names.open(name, index === 0 ? 'field' : 'loop');
      for (const { content } of template.localScope?.() ?? []) names.assign(content, kind ?? 'text');
      visit(childrenOf(template));
      for (const name of blocks) names.close(name);
    }
  };
  /** What the first value of a tag is. */
  const argumentsOf = (template: Template): Access | undefined => {
    const kinds = [...(template.arguments?.() ?? [])].map((each) =>
      each instanceof library.Value ? values.read(each) : values.operand(each),
    );
    return kinds[0];
  };
  visit(templates);
  for (const { filters } of outputs.values()) if (filters.at(-1) === 'raw') isFixed = false;
  return { names: names.used, requests: values.requests, outputs, texts, isFixed };
}

function childrenOf(template: Template): readonly Template[] {
  const result = template.children?.(false, true).next();
  return result?.done === true ? result.value : [];
}

function textStart(library: Library, { token }: Template): number {
  if (token.kind !== library.TokenKind.HTML) return token.end;
  return token.begin + ('trimLeft' in token ? Number(token.trimLeft) : 0);
}
