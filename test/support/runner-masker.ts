/**
 * What GitHub's runner does with masks, said again for tests and figures: it shares no code with what is tested.
 *
 * Source: actions/runner, ActionCommandManager.cs, HostContext.cs, SecretMasker.cs and ValueEncoders.cs.
 */
export class RunnerMasker {
  /** Every text that each line is searched for. */
  readonly entries = new Set<string>();

  /** `mask`: the value of one `::add-mask::`. */
  add(mask: string): void {
    for (const text of [mask, ...mask.split(/[\r\n]/).map((line) => line.trim())]) {
      if (text.trim() === '') continue;
      for (const entry of [text, ...encodingsOf(text)]) if (entry !== '') this.entries.add(entry);
    }
  }

  /** A line of the log as the runner passes it on. */
  mask(line: string): string {
    const found: [start: number, end: number][] = [];
    for (const entry of this.entries) {
      // What is longer than the line costs nothing.
      if (entry.length > line.length) continue;
      for (let at = line.indexOf(entry); at !== -1; at = line.indexOf(entry, at + 1)) {
        found.push([at, at + entry.length]);
      }
    }
    found.sort(([a], [b]) => a - b);
    let output = '';
    let to = -1;
    let passed = 0;
    for (const [start, end] of found) {
      if (start > to) {
        output += `${line.slice(passed, start)}***`;
        to = end;
      }
      to = Math.max(to, end);
      passed = to;
    }
    return output + line.slice(passed);
  }
}

function encodingsOf(text: string): string[] {
  const forms: string[] = [];
  for (const skipped of [0, 1, 2]) {
    const base64 = Buffer.from(text).subarray(skipped).toString('base64').replace(/=+$/, '');
    forms.push(base64, base64.replace(/\+/g, '-').replace(/\//g, '_'));
  }
  const json = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0085\u2028\u2029]/g, (char) => {
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  const uri = [...Buffer.from(text.toWellFormed())].map((byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const entities: Record<string, string> = {
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
    '&': '&amp;',
  };
  forms.push(text.replace(/"/g, '\\"'), text.replace(/'/g, "''"), json, uri.join(''));
  forms.push(text.replace(/[<>"'&]/g, (char) => entities[char] ?? ''));
  if (text.length > 8 && text.startsWith('"') && text.endsWith('"')) forms.push(text.slice(1, -1));
  const plus = text.indexOf('&+');
  const at = plus === -1 ? text.lastIndexOf('&') : plus;
  if (at !== -1) {
    const parts =
      plus === -1 ? [text.slice(0, at + 1), text.slice(at + 1)] : [text.slice(0, at + 2), text.slice(at + 3)];
    forms.push(...parts.filter((part) => part.length >= 6));
  }
  return forms;
}
