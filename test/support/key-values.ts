/**
 * The pairs of a file command, read as the runner reads them: `NAME=value` lines and `NAME<<DELIMITER` blocks, whose
 * value keeps its line ends. Source: actions/runner 2.336, FileCommandManager.cs, EnvFileKeyValuePairs.
 */
export function parseKeyValues(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  let at = 0;
  const readLine = (): { line: string; end: string } | undefined => {
    if (at >= text.length) return undefined;
    const lf = text.indexOf('\n', at);
    const stop = lf === -1 ? text.length : lf;
    const isCrLf = lf > at && text[lf - 1] === '\r';
    const line = text.slice(at, isCrLf ? stop - 1 : stop);
    at = lf === -1 ? text.length : lf + 1;
    return { line, end: lf === -1 ? '' : isCrLf ? '\r\n' : '\n' };
  };
  for (let read = readLine(); read !== undefined; read = readLine()) {
    const { line } = read;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.set(line.slice(0, equals), line.slice(equals + 1));
    } else if (heredoc >= 0) {
      const delimiter = line.slice(heredoc + 2);
      if (heredoc === 0 || delimiter === '') throw new Error(`Invalid format '${line}'`);
      let value = '';
      let end = '';
      for (let next = readLine(); ; next = readLine()) {
        if (next === undefined) throw new Error(`Matching delimiter not found '${delimiter}'`);
        if (next.line === delimiter) break;
        value += end + next.line;
        end = next.end;
      }
      pairs.set(line.slice(0, heredoc), value);
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}
