/** One line of a table: what was measured, and how it stands to what is wanted. */
export interface Line {
  readonly what: string;
  readonly value: string;
  /** As text, such as "at most 2.00"; empty when there is none. */
  readonly goal: string;
  readonly met: boolean | undefined;
  readonly beside?: string;
  /** Exact figures do not depend on the machine: missing one fails the run. */
  readonly exact?: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Runs every job once a round, in a new random order each round: what drifts on the machine hits all alike. */
export async function interleave(
  rounds: number,
  jobs: readonly (() => Promise<void>)[],
  warmUps = 1,
): Promise<void> {
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const job of shuffled(jobs)) await job();
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** A line whose value should be at most `most`. */
export function atMost(what: string, value: number, most: number, beside = ''): Line {
  return { what, value: value.toFixed(2), goal: `at most ${most.toFixed(2)}`, met: value <= most, beside };
}

/** A line that only tells. */
export function told(what: string, value: string, beside = ''): Line {
  return { what, value, goal: '', met: undefined, beside };
}

export function printTable(title: string, lines: readonly Line[]): void {
  const rows = lines.map(({ what, value, goal, met, beside = '' }) => [
    what,
    value,
    goal,
    met === undefined ? '' : met ? 'met' : 'MISSED',
    beside,
  ]);
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of rows) {
    const cells = row.map((cell, at) =>
      at === 1 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
    );
    console.log(`  ${cells.join('  ')}`.trimEnd());
  }
}
