import { closestMatch } from '../core/did-you-mean.js';
import { SeguraError } from '../core/errors.js';
import { option, say, type Text } from '../core/text.js';
import { FilterFault } from './filters.js';
import { output, placeIn, shown, type TemplateSource, templateInvalid } from './source.js';
import { otherSyntax } from './tags.js';

interface LibraryFault {
  readonly message: string;
  readonly originalError?: unknown;
  readonly token?: { readonly begin: number; readonly end: number };
}

/** What the library says of a template, as TEMPLATE_INVALID with a place; an error of ours is that one. */
export function invalidOf(error: unknown, source: TemplateSource, filters: readonly string[]): unknown {
  const own = innermost(error);
  if (own instanceof SeguraError) return own;
  if (error instanceof RangeError)
    return templateInvalid(source, 0, 'or behind it is nested too deep.', 'Split the template.');
  const { token, message, originalError } = error as LibraryFault;
  if (token === undefined) return error;
  if (own instanceof FilterFault) {
    return new SeguraError(
      'VALUE_BROKEN',
      `${placeIn(source, token.begin)} has a value that ${own.message}.`,
      'Leave the filter out that cannot take it, or correct the value in the vault.',
    );
  }
  const what = (originalError instanceof Error ? originalError.message : message).replace(
    /, (?:file:.*?, )?line:\d+, col:\d+$/s,
    '',
  );
  const filter = /^undefined filter: (.*)$/s.exec(what)?.[1];
  if (filter !== undefined) return unknownFilter(source, token, filter, filters);
  const variable = /^undefined variable: (.*)$/s.exec(what)?.[1];
  if (variable !== undefined) {
    return templateInvalid(
      source,
      token.begin,
      `uses ${shown(variable)}, which has no value there.`,
      'Assign it on every way that leads there.',
    );
  }
  if (/limit exceeded/.test(what)) {
    return templateInvalid(source, token.begin, 'does not come to an end in time.', 'Split the template.');
  }
  return templateInvalid(
    source,
    token.begin,
    `cannot be read: ${shown(what)}.`,
    say`Correct it. ${otherSyntax()}`,
  );
}

function unknownFilter(
  source: TemplateSource,
  { begin, end }: { readonly begin: number; readonly end: number },
  filter: string,
  filters: readonly string[],
): SeguraError {
  const place = source.text
    .slice(begin, end)
    .search(new RegExp(`(?<=\\|\\s*)${filter.replaceAll('?', '\\?')}`));
  const nearest = closestMatch(filter, filters);
  return templateInvalid(
    source,
    begin + Math.max(0, place),
    `has the filter "${shown(filter)}", which is unknown.`,
    nameOf(filter, source) ??
      `${nearest === undefined ? '' : `Write ${nearest}. `}The filters are ${filters.join(', ')}.`,
  );
}

/** The error that the library has put into others. */
function innermost(error: unknown): unknown {
  let at = error;
  for (;;) {
    const { originalError } = Object(at) as { readonly originalError?: unknown };
    if (originalError === undefined) return at;
    at = originalError;
  }
}

/** How a template gets what no filter fetches. */
function nameOf(filter: string, source: TemplateSource): Text | undefined {
  if (filter !== 'dynamic' && filter !== 'mysafe') return undefined;
  const line = filter === 'dynamic' ? 'IDENTITY/FIELD > NAME' : 'password:ITEM > NAME';
  return say`Write ${line} in ${option[filter]}, and ${output(source, 'NAME')} here.`;
}
