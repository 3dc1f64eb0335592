import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import SkipsReporter from './test/support/skips-reporter.js';

/** `npm run test:slow`: many processes each, or waits that must be real. A file that is in no list is in `npm test`. */
const SLOW = [
  'test/kill.test.ts',
  'test/ssh-kinds.test.ts',
  'test/ssh-git.test.ts',
  'test/ssh-kill.test.ts',
  'test/ssh-surfaces.test.ts',
  'test/dynamic-kill.test.ts',
  'test/inject-kill.test.ts',
  'test/ways-kill.test.ts',
  'test/ways-faults.test.ts',
  'test/ways-cancel.test.ts',
  'test/ways-values.test.ts',
  'test/odd-answers.test.ts',
  'test/azure/ways.test.ts',
  'test/cli/ways.test.ts',
  'test/gitlab/ways.test.ts',
  'test/azure/kill.test.ts',
  'test/cli/kill.test.ts',
  'test/schedules.test.ts',
  'test/cancel.test.ts',
  'test/azure/cancel.test.ts',
  'test/worst-minute.test.ts',
  'test/uses.test.ts',
  'test/azure/uses.test.ts',
  'test/cli/exec-signals.test.ts',
  'test/cli/first-process.test.ts',
  'test/cli/stop.test.ts',
  'test/unit/templates/foreign.test.ts',
  'test/templates-kill.test.ts',
  'test/cli/nouns/secret-put.test.ts',
  'test/cli/nouns/migrate.test.ts',
  'test/cli/nouns/hostile.test.ts',
  'test/cli/nouns/odd-input.test.ts',
  'test/cli/nouns/odd-names.test.ts',
  'test/cli/nouns/kill.test.ts',
  'test/cli/nouns/credential.test.ts',
  'test/cli/nouns/credential-rotate.test.ts',
  'test/cli/nouns/rotate-kill.test.ts',
  'test/cli/nouns/rotate-new.test.ts',
  'test/cli/nouns/rotate-answers.test.ts',
  'test/cli/nouns/rotate-twice.test.ts',
  'test/cli/nouns/verify-timeout.test.ts',
  'test/cli/nouns/rotate-new-kill.test.ts',
  'test/cli/nouns/device.test.ts',
  'test/cli/nouns/ssh-key.test.ts',
  'test/cli/nouns/mysafe.test.ts',
  'test/cli/nouns/mysafe-kill.test.ts',
  'test/cli/nouns/info.test.ts',
  'test/cli/nouns/ssh-key-put.test.ts',
  'test/cli/nouns/ssh-key-answers.test.ts',
  'test/cli/nouns/ssh-key-kill.test.ts',
  'test/docs-commands.test.ts',
];
/** `npm run test:slow` too, with the short waits of `npm test`: products of ways and jobs, and readers of other languages. */
const BROAD = [
  'test/ways.test.ts',
  'test/command-files.test.ts',
  'test/cli/surroundings.test.ts',
  'test/gitlab/pipeline.test.ts',
  'test/gitlab/real-tool.test.ts',
  'test/unit/core/masking/encoders.test.ts',
  'test/unit/inject/foreign.test.ts',
  'test/unit/platform/formats/dotenv.test.ts',
];
/** `npm run test:clients`: clients of other projects, which are downloaded and compiled. */
const CLIENTS = 'test/clients/**';
const EXCLUDED = ['build/**', 'node_modules/**'];

// These drive shells, signals and modes that Windows does not have.
const posixOnly = process.platform === 'win32' ? ['test/cli/**', 'test/gitlab/**'] : [];

export default defineConfig({
  test: {
    // Only what hangs takes longer, even on a machine that is ten times slower than it should be.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', new SkipsReporter()],
    coverage: {
      include: ['src/core/**', 'src/http/**', 'src/platform/**', 'src/cli/**'],
      reporter: ['text', 'json-summary'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...EXCLUDED, ...posixOnly, ...SLOW, ...BROAD, CLIENTS],
          env: { SEGURA_TEST_WAITS: 'short' },
          // A process for each worker, not for each file: a third of all processor time was the same modules, loaded again.
          isolate: false,
          // Half of a test's time is a process that waits: two files on each core.
          maxWorkers: 2 * availableParallelism(),
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: SLOW,
          exclude: [...EXCLUDED, ...posixOnly],
          // Each runs many processes at once itself, and many of them wait: after the files of the other projects.
          maxWorkers: availableParallelism() + 1,
          maxConcurrency: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'broad',
          include: BROAD,
          exclude: [...EXCLUDED, ...posixOnly],
          env: { SEGURA_TEST_WAITS: 'short' },
          isolate: false,
          maxWorkers: 2 * availableParallelism(),
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'clients',
          include: ['test/clients/*.test.ts'],
          exclude: EXCLUDED,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
