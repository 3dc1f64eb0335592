import { SeguraError } from '../../core/errors.js';
import { FreeNames } from '../../core/requests/free-names.js';
import { type SecretRequest, showSource } from '../../core/requests/request.js';
import { say } from '../../core/text.js';

/** The problems of requests that only GitHub can meet: a command line has no step outputs, as `output:` asks for. */
export function checkOutputs(requests: readonly SecretRequest[]): SeguraError[] {
  return requests.flatMap(({ destinations, source, where }) =>
    destinations.flatMap((destination) => {
      if (destination.kind !== 'output') return [];
      const { name, wildcard } = destination;
      return [
        new SeguraError(
          'REQUEST_INVALID',
          say`${where} asks for the output ${name}${wildcard ? '*' : ''}, which only GitHub Actions has.`,
          `Write ${showSource(source)} > ${asVariable(name, wildcard)}`,
        ),
      ];
    }),
  );
}

/** An output may hold a hyphen, and a name that no variable may have. */
function asVariable(name: string, wildcard: boolean): string {
  const names = new FreeNames([]);
  if (!wildcard) return names.one(name);
  return name === '' ? '*' : `${names.prefix(name, [])}*`;
}

/** A plain name is a variable here, because there are no outputs. */
export function asVariables(request: SecretRequest): SecretRequest {
  const destinations = request.destinations.map((destination) =>
    destination.kind === 'plain' ? { ...destination, kind: 'env' as const } : destination,
  );
  return { ...request, destinations };
}
