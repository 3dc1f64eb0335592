import type { Format } from './format.js';

/** One object, its names in order; `{}` for nothing, which is JSON still. The only format that carries any value. */
export const JSON_OBJECT: Format = {
  check: () => [],
  render: (assignments) =>
    `${JSON.stringify(Object.fromEntries(assignments.map(({ name, value }) => [name, value])), null, 2)}\n`,
};
