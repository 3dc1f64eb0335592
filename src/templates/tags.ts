import type { TopLevelToken } from 'liquidjs';
import { closestMatch } from '../core/did-you-mean.js';
import type { SeguraError } from '../core/errors.js';
import { say, setting, settings, type Text } from '../core/text.js';
import { shown, type TemplateSource, tag, templateInvalid } from './source.js';

/** The tags of a template, each with the one that closes it; `assign` has none. */
const TAGS: Readonly<Record<string, string>> = {
  if: 'endif',
  unless: 'endunless',
  case: 'endcase',
  for: 'endfor',
  assign: '',
  comment: 'endcomment',
  raw: 'endraw',
};

/** Those that stand inside of others. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  else: ['if', 'unless', 'case', 'for'],
  elsif: ['if', 'unless'],
  when: ['case'],
};

/** The most tags inside of each other. */
const MAX_DEPTH = 100;

/** The tag that closes another, `''` when none has to; undefined for what is no tag that can be used. */
export function closedBy(name: string): string | undefined {
  return Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
}

/** Throws TEMPLATE_INVALID for a tag that is off or in a wrong place, or that is never closed. */
export function refuseTags(source: TemplateSource, tokens: readonly TopLevelToken[]): void {
  const open: { name: string; offset: number }[] = [];
  for (const token of tokens) {
    const { name } = token as { readonly name?: string };
    if (name === undefined) continue;
    const offset = token.begin;
    const last = open.at(-1);
    // In a comment, everything is text but its end.
    if (last?.name === 'comment' && name !== 'endcomment') continue;
    const closing = closedBy(name);
    if (last !== undefined && name === TAGS[last.name]) open.pop();
    else if (closing !== undefined) {
      if (closing !== '') open.push({ name, offset });
    } else if (!(INNER[name]?.includes(last?.name ?? '') ?? false))
      throw misplaced(source, offset, name, last);
    if (open.length > MAX_DEPTH)
      throw templateInvalid(source, offset, `opens more than ${MAX_DEPTH} tags.`, 'Split the template.');
  }
  const [first] = open.slice(-1);
  if (first === undefined) return;
  const end = tag(source, TAGS[first.name] ?? '');
  throw templateInvalid(
    source,
    first.offset,
    `has the tag "${first.name}", which is never closed.`,
    `Write ${end} behind its text.`,
  );
}

function misplaced(
  source: TemplateSource,
  offset: number,
  name: string,
  last: { readonly name: string } | undefined,
): SeguraError {
  const opener = Object.keys(TAGS).find((each) => TAGS[each] === name);
  if (opener !== undefined || Object.hasOwn(INNER, name)) {
    const openers = opener === undefined ? (INNER[name] ?? []) : [opener];
    return templateInvalid(
      source,
      offset,
      last === undefined
        ? `has the tag "${name}" outside of ${openers.join(', ')}.`
        : `has the tag "${name}" inside of "${last.name}".`,
      last === undefined
        ? 'Remove it, or write the tag that it belongs to before it.'
        : `Close "${last.name}" first: ${tag(source, TAGS[last.name] ?? '')}`,
    );
  }
  const nearest = closestMatch(name, Object.keys(TAGS));
  return templateInvalid(
    source,
    offset,
    `has the tag "${shown(name)}", which is off or unknown.`,
    say`${nearest === undefined ? '' : `Write ${nearest}. `}The tags are ${Object.keys(TAGS).join(', ')}. ${otherSyntax()}`,
  );
}

/** What to do when the braces are meant for another program. */
export function otherSyntax(): Text {
  return say`If another program reads these signs, set others: ${settings('inside', setting('templateDelimiters', '[[ ]]'))}`;
}
