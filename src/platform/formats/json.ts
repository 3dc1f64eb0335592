import type { Format } from './format.js';

/** One object, its names in order; `{}` if there is nothing. The only format that can carry every value. */
export const JSON_OBJECT: Format = {
  check: () => [],
  render: (assignments) =>
    `${JSON.stringify(Object.fromEntries(assignments.map(({ name, value }) => [name, value])), null, 2)}\n`,
};
