import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    exclude: ['build/**', 'node_modules/**'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      include: ['src/core/**', 'src/http/**', 'src/platform/**'],
      reporter: ['text', 'json-summary'],
    },
  },
});
