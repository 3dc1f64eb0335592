import type { PropertyAccessToken, Token, Value } from 'liquidjs';
import type { Source } from '../core/requests/request.js';
import { say, type Text } from '../core/text.js';
import { FILTERS } from './filters.js';
import type { Library } from './liquid.js';
import type { Access, Names } from './names.js';
import { REQUEST_FILTERS, type RequestFilter, readRequest, requestExample } from './requests.js';
import { output, shown, type TemplateSource, templateInvalid } from './source.js';
import { otherSyntax } from './tags.js';

/** A request that a template makes itself. */
export interface RequestUse {
  readonly kind: Source['kind'];
  /** As it stands in the template. */
  readonly text: string;
  readonly source: Source;
  readonly offset: number;
}

type FilterUse = Value['filters'][number];

/** Reads the expressions of a template for what they use. Errors: TEMPLATE_INVALID. */
export class ValueReader {
  readonly requests: RequestUse[] = [];
  readonly #guards: Library['TypeGuards'];
  readonly #source: TemplateSource;
  readonly #names: Names;

  constructor(library: Library, source: TemplateSource, names: Names) {
    this.#guards = library.TypeGuards;
    this.#source = source;
    this.#names = names;
  }

  /** A value that has to be a text. */
  text(value: Value): void {
    const access = this.read(value);
    if (access === 'text') return;
    const offset = value.initial.postfix[0]?.begin ?? 0;
    throw templateInvalid(
      this.#source,
      offset,
      access === 'list'
        ? 'shows a list of fields as if it were a text.'
        : 'shows a field as if it were a text.',
      access === 'list'
        ? `Name one field, or go over all: ${this.#source.delimiters.tagLeft} for field in … ${this.#source.delimiters.tagRight}`
        : `Write ${output(this.#source, 'field.name')} or ${output(this.#source, 'field.value')} with the name of the loop.`,
    );
  }

  /** What an expression with its filters leads to. */
  read({ initial, filters }: Value): Access {
    let access = this.#expression(initial.postfix);
    for (const [index, filter] of filters.entries()) {
      this.#refuseArguments(filter);
      const { name } = filter;
      if (name === 'secret' || name === 'credential') {
        access = this.#request(name, index === 0 ? initial.postfix : [], filter);
      } else if (access !== 'text') {
        throw this.#invalid(
          offsetOf(filter),
          `gives a list or a field to the filter ${name}, which takes a text.`,
          'Leave the filter out.',
        );
      }
    }
    return access;
  }

  #request(name: RequestFilter, before: readonly Token[], filter: FilterUse): Access {
    const [literal, other] = before;
    if (literal === undefined || other !== undefined || !this.#guards.isQuotedToken(literal)) {
      throw this.#invalid(
        offsetOf(filter),
        `has the filter "${name}" behind something else than a text in quotes: what is fetched must be known before.`,
        `Write ${requestExample(this.#source, name)}`,
      );
    }
    const text = literal.content;
    const source = readRequest(name, text, this.#source, literal.begin);
    this.requests.push({ kind: REQUEST_FILTERS[name].kind, text, source, offset: literal.begin });
    return source.field === undefined ? 'list' : 'text';
  }

  #refuseArguments(filter: FilterUse): void {
    const { name, args } = filter;
    const [least = 0, most = 0] = FILTERS[name] ?? [];
    const isNamed = args.some((arg) => Array.isArray(arg));
    if (args.length < least || args.length > most || isNamed) {
      const wanted = most === 0 ? name : `${name}: ${name === 'indent' ? '2' : '"…"'}`;
      throw this.#invalid(
        offsetOf(filter),
        `has the filter "${name}" with ${args.length} values behind it.`,
        `Write ${wanted}`,
      );
    }
    for (const arg of args as Token[]) {
      if (this.operand(arg) !== 'text')
        throw this.#invalid(arg.begin, `gives a list or a field to the filter ${name}.`, 'Give it a text.');
    }
  }

  /** One access for the value; operators make a text of what they compare. */
  #expression(postfix: readonly Token[]): Access {
    let depth = 0;
    let access: Access = 'text';
    for (const token of postfix) {
      if (this.#guards.isOperatorToken(token)) {
        depth -= token.operator === 'not' ? 0 : 1;
        access = 'text';
        if (depth < 1)
          throw this.#invalid(
            token.begin,
            `has "${token.operator}" without a value on each side.`,
            'Write both values.',
          );
      } else {
        depth += 1;
        access = this.operand(token);
      }
    }
    const last = postfix.at(-1);
    if (depth === 1 || last === undefined) return access;
    throw this.#invalid(
      last.begin,
      `has ${shown(last.getText())} behind another value, with nothing between them.`,
      say`Write one value, or an operator such as == between two. ${otherSyntax()}`,
    );
  }

  /** A part of an expression: a text, a number, or a name. */
  operand(token: Token): Access {
    const { isQuotedToken, isNumberToken, isLiteralToken, isPropertyAccessToken } = this.#guards;
    if (isPropertyAccessToken(token)) return this.#access(token);
    if (isQuotedToken(token) || isNumberToken(token) || isLiteralToken(token)) return 'text';
    throw this.#invalid(
      token.begin,
      `has the range ${shown(token.getText())}, which is off.`,
      'Go over the fields of a secret.',
    );
  }

  #access(token: PropertyAccessToken): Access {
    const [first, ...rest] = token.props.map((prop) => {
      if (this.#guards.isWordToken(prop) || this.#guards.isQuotedToken(prop)) return prop.content;
      return undefined;
    });
    const text = token.getText();
    if (first === undefined || token.variable !== undefined || text.startsWith('.')) {
      throw this.#invalid(
        token.begin,
        `has ${shown(text)}, which is no name that a request gives.`,
        say`Write the name of a request. ${otherSyntax()}`,
      );
    }
    const access = this.#names.read(first, rest, token.begin);
    // One key, dots and all.
    if (rest.length > 0 && !this.#names.isOwn(first))
      Object.assign(token, { props: [{ content: [first, ...rest].join('.') }] });
    return access;
  }

  #invalid(offset: number, what: string, remedy: Text): Error {
    return templateInvalid(this.#source, offset, what, remedy);
  }
}

function offsetOf(filter: FilterUse): number {
  return (filter as unknown as { readonly token: Token }).token.begin;
}
