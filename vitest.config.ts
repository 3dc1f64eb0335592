import { defineConfig } from 'vitest/config';

// These drive shells, signals and modes that Windows does not have.
const posixOnly = process.platform === 'win32' ? ['test/cli/**', 'test/gitlab/**'] : [];

export default defineConfig({
  test: {
    exclude: ['build/**', 'node_modules/**', ...posixOnly],
    include: ['test/**/*.test.ts'],
    // Most of a test's time is a process that waits: a file on each core, this process's own too.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      include: ['src/core/**', 'src/http/**', 'src/platform/**', 'src/cli/**'],
      reporter: ['text', 'json-summary'],
    },
  },
});
