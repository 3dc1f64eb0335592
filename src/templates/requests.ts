import { SeguraError } from '../core/errors.js';
import { namesAmong } from '../core/requests/offered-lines.js';
import { type Source, showSource } from '../core/requests/request.js';
import { type Line, readDsmSource, readPamSource } from '../core/requests/source.js';
import { readLine, split, trim } from '../core/requests/tokens.js';
import { isVariableName } from '../core/requests/variable-names.js';
import { output, placeIn, shown, type TemplateSource, templateInvalid } from './source.js';

/** The filters that make a request, each with an example of the text before it. */
export const REQUEST_FILTERS = {
  secret: { kind: 'dsm', example: 'IDENTITY/FIELD' },
  credential: { kind: 'pam', example: 'ID/FIELD' },
} as const;
export type RequestFilter = keyof typeof REQUEST_FILTERS;

/** A request of a template as it is to be written. */
export function requestExample(source: TemplateSource, filter: RequestFilter): string {
  return output(source, `"${REQUEST_FILTERS[filter].example}" | ${filter}`);
}

/** A request with that source. */
export function requestText(source: TemplateSource, asked: Source): string {
  const text = showSource(asked);
  const quote = text.includes('"') ? "'" : '"';
  return output(source, `${quote}${text}${quote} | ${asked.kind === 'dsm' ? 'secret' : 'credential'}`);
}

/**
 * What the text before `secret` or `credential` asks for: what stands before the `>` of a line of requests. Errors:
 * TEMPLATE_INVALID.
 */
export function readRequest(
  filter: RequestFilter,
  text: string,
  source: TemplateSource,
  offset: number,
): Source {
  const where = placeIn(source, offset);
  const { kind } = REQUEST_FILTERS[filter];
  const invalid = (what: string): SeguraError =>
    templateInvalid(source, offset, what, `Write ${requestExample(source, filter)}`);
  try {
    const parts = split(readLine(text, where), '>');
    const left = trim(parts[0] ?? []);
    if (left.length === 0 || parts.length > 1)
      throw invalid(
        `asks for "${shown(text)}": only what stands before the ">" of a request is written here.`,
      );
    if (left.some(({ char, quoted }) => !quoted && /\s/.test(char)))
      throw invalid(`asks for "${shown(text)}", which has a space outside of quotes.`);
    const line: Line = {
      kind,
      where,
      isName: isVariableName,
      names: namesAmong([])(0),
      offer: () => undefined,
    };
    const of = { left, right: undefined };
    const found = kind === 'dsm' ? readDsmSource(line, of) : readPamSource(line, of);
    if (found.kind === 'dsm' && found.identity === undefined)
      throw invalid('asks for every secret: one template takes the fields of one.');
    return found;
  } catch (error) {
    if (!(error instanceof SeguraError) || error.code === 'TEMPLATE_INVALID') throw error;
    throw new SeguraError('TEMPLATE_INVALID', error.messageText, `Write ${requestExample(source, filter)}`);
  }
}
