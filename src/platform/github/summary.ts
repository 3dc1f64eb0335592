import type { SummaryRow } from '../../core/ports.js';

/** The most that a step may write. The runner shows nothing of a larger summary. Source: FileCommandManager.cs, AttachmentSizeLimit. */
const MAX_SUMMARY_BYTES = 1024 * 1024;
/** For the line that says how many rows are missing. */
const LAST_LINE_BYTES = 200;

/** The summary of a step, cut to what fits after the `occupied` bytes that are already there; empty when nothing fits. */
export function summaryOf(rows: readonly SummaryRow[], occupied: number): string {
  const head = ['Name', 'From', 'To', 'Version', 'Expires', 'Custody'];
  const first = ['### Secrets from Segura', '', line(head), line(head.map(() => '---'))];
  const lines = rows.map((row) =>
    line([row.name, row.source, row.destination, row.version, row.expires, row.custody].map(cell)),
  );
  const most = MAX_SUMMARY_BYTES - occupied - LAST_LINE_BYTES;
  let bytes = bytesOf(first.join('\n'));
  let shown = 0;
  for (const each of lines) {
    bytes += bytesOf(each) + 1;
    if (bytes > most) break;
    shown += 1;
  }
  const missing = rows.length - shown;
  if (missing === 0) return [...first, ...lines, ''].join('\n');
  const last = `${missing} more ${missing === 1 ? 'row is' : 'rows are'} left out: a step's summary can be 1 MiB at most.`;
  const text = [...first, ...lines.slice(0, shown), '', last, ''].join('\n');
  return occupied + bytesOf(text) > MAX_SUMMARY_BYTES ? '' : text;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Names come from the vault: nothing in them may be markup. */
function cell(text: string): string {
  return text.replaceAll(/[\\`*{}[\]()#+!|<>&~$]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
