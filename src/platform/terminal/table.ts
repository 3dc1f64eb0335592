const GAP = '  ';
const MIN_WIDTH = 8;

/**
 * Rows in columns, each line at most `width` columns long: the widest columns are cut, with … where something is missing.
 * Without `width`, nothing is cut: what reads it is no terminal.
 */
export function tableText(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const cells = [heads, ...rows].map((row) => row.map((cell) => [...(cell === '' ? '-' : cell)]));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  if (width !== undefined) narrow(widths, width - GAP.length * (heads.length - 1));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** Takes from the widest column until all fit, or none can lose more. */
function narrow(widths: number[], total: number): void {
  let over = widths.reduce((sum, each) => sum + each, 0) - total;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= MIN_WIDTH) return;
    widths[widths.indexOf(widest)] = widest - 1;
    over -= 1;
  }
}

function cut(cell: readonly string[], width: number): string {
  return cell.length <= width ? cell.join('') : `${cell.slice(0, width - 1).join('')}…`;
}
