import type { Inputs } from '../../core/job/inputs.js';
import type { Write } from '../../core/ports.js';

/** Before the name of each field, so that none is the name of a variable that steers programs. */
const PREFIX = 'field_';

/** A request line for all fields of a source, of which only the labels count and no names. `source`: as a line has it. */
export function allFieldsOf(source: string): string {
  return `${source}/* > ${PREFIX}*`;
}

/** The same inputs, with a name for each label that no other label has. */
export function byLabel(inputs: Inputs): Inputs {
  const requests = inputs.requests.map((request) => ({
    ...request,
    destinations: request.destinations.map((destination) =>
      'wildcard' in destination ? { ...destination, named: inHex } : destination,
    ),
  }));
  return { ...inputs, requests };
}

/** The values by the labels that the vault has for them, in its order. */
export function valuesByLabel(writes: readonly Write[]): Map<string, string> {
  return new Map(
    writes.map(({ name, value }) => [Buffer.from(name.slice(PREFIX.length), 'hex').toString(), value]),
  );
}

function inHex(label: string): string {
  return Buffer.from(label).toString('hex');
}
