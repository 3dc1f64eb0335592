import { describe, test } from 'vitest';
import { expectReleaseOnSignal } from './support/way-faults.js';
import { WAYS } from './support/ways.js';

/** One after the other: after a cancellation, main has 4 s for all that it does. */
describe.each(WAYS.filter((way) => way !== 'client-secret'))('a job that logs in by %s', (way) => {
  test.each(['SIGINT', 'SIGTERM'] as const)('releases custody when it is cancelled (%s)', (signal) =>
    expectReleaseOnSignal(signal, way),
  );
});
