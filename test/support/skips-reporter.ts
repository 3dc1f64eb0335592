import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Reporter } from 'vitest/reporters';

/**
 * Says at the end of a run what was skipped, and what was missing. SEGURA_TEST_SKIPS names the file in which tests note
 * it, a temporary one when it is not set: one line each, `lacks` or `cannot`, a tab, and a program or a reason.
 */
export default class SkipsReporter implements Reporter {
  readonly #own = process.env['SEGURA_TEST_SKIPS'] === undefined;
  readonly #path =
    process.env['SEGURA_TEST_SKIPS'] ?? join(mkdtempSync(join(tmpdir(), 'segura-skips-')), 'skips');

  /** Before any worker starts, since they inherit the variable. */
  onInit(): void {
    writeFileSync(this.#path, '');
    process.env['SEGURA_TEST_SKIPS'] = this.#path;
  }

  onTestRunEnd(): void {
    for (const line of skipLines(readFileSync(this.#path, 'utf8'))) console.log(line);
    if (this.#own) rmSync(dirname(this.#path), { recursive: true, force: true });
  }
}

/** What is said of the notes of a run, which several processes may have written. */
export function skipLines(notes: string): string[] {
  const lines = [...new Set(notes.split('\n'))].sort();
  const of = (kind: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${kind}\t`) ? [line.slice(kind.length + 1)] : []));
  const programs = of('lacks');
  return [
    ...of('cannot').map((reason) => `not run: ${reason}`),
    ...(programs.length === 0 ? [] : [`skipped for want of: ${programs.join(', ')}`]),
  ];
}
