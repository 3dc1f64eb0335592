import type { SeguraError } from '../../src/core/errors.js';
import { parseRequests } from '../../src/core/requests/parse.js';
import type { RequestKind, SecretRequest } from '../../src/core/requests/request.js';

/** What reads so many took minutes, some of it hours, when the time grew with the square of the lines. */
export const MANY = 10_000;

export function manyLines(make: (index: number) => string): string {
  return Array.from({ length: MANY }, (_, index) => make(index)).join('\n');
}

/** The requests of a text, and the problems of its lines. */
export function requestsIn(
  kind: RequestKind,
  text: string,
): { requests: SecretRequest[]; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  return { requests: parseRequests(kind, text, problems), problems };
}
