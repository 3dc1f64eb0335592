const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/;
/** What is between the first and the last line of a block: base64, its sum in PGP, or a header (RFC 7468, RFC 1421, RFC 9580). */
const BODY =
  /^\s*(?:[A-Za-z0-9+/]*={0,2}|=[A-Za-z0-9+/]{4}|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .*)\s*$/;

/** Whether a value begins a block of PEM that ends elsewhere. */
export function isCutBlock(value: string): boolean {
  const [, label] = BEGIN.exec(value) ?? [];
  return label !== undefined && !value.includes(`-----END ${label}-----`);
}

/** The last line of a block that begins in the line `first` of a file: those after that one are no entries. */
export function lastLineOfBlock(lines: readonly string[], first: number): number {
  let next = first + 1;
  while (next < lines.length && BODY.test(lines[next] ?? '')) next += 1;
  return /-----END [A-Z0-9 ]+-----/.test(lines[next] ?? '') ? next : next - 1;
}
