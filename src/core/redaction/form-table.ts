/** The forms in the order of their bytes, in one piece of memory: thousands of small buffers would cost ten times it. */
export class FormTable {
  readonly longest: number;
  /** All forms of two bytes or more, one after the other. */
  readonly bytes: Uint8Array;
  /** Where each form begins in `bytes`, and where the last one ends. */
  readonly starts: Int32Array;
  /** For each form the longest other form that it begins with; -1 when there is none. */
  readonly parents: Int32Array;
  /** For two first bytes (`first << 8 | second`) the first form that is not before them. */
  readonly firstOf: Int32Array;
  /** 1 for each byte that is a form by itself. */
  readonly singles: Uint8Array;
  readonly #selfOverlaps = new Map<number, Int32Array>();

  /** `sorted`: latin1 texts, each once, in the order of their characters. */
  constructor(sorted: readonly string[]) {
    this.longest = sorted.reduce((most, { length }) => Math.max(most, length), 0);
    this.singles = new Uint8Array(256);
    for (const form of sorted) if (form.length === 1) this.singles[form.charCodeAt(0)] = 1;
    const forms = sorted.filter(({ length }) => length > 1);
    const size = forms.reduce((sum, { length }) => sum + length, 0);
    const bytes = Buffer.alloc(size);
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, size);
    this.starts = new Int32Array(forms.length + 1);
    this.parents = parentsOf(forms);
    this.firstOf = new Int32Array(0x1_00_01);
    let at = 0;
    let nextPair = 0;
    for (const [form, text] of forms.entries()) {
      this.starts[form] = at;
      at += bytes.write(text, at, 'latin1');
      const pair = (text.charCodeAt(0) << 8) | text.charCodeAt(1);
      if (pair < nextPair) continue;
      this.firstOf.fill(form, nextPair, pair + 1);
      nextPair = pair + 1;
    }
    this.starts[forms.length] = at;
    this.firstOf.fill(forms.length, nextPair);
  }

  /**
   * For each offset in a form, how many bytes from there on are the same as from its start (the Z array).
   *
   * Made when first asked for: only streams that repeat themselves need it.
   */
  selfOverlap(form: number): Int32Array {
    const known = this.#selfOverlaps.get(form);
    if (known !== undefined) return known;
    const made = selfOverlapOf(this.bytes.subarray(this.starts[form], this.starts[form + 1]));
    this.#selfOverlaps.set(form, made);
    return made;
  }
}

function parentsOf(forms: readonly string[]): Int32Array {
  const parents = new Int32Array(forms.length).fill(-1);
  const open: number[] = [];
  for (const [form, text] of forms.entries()) {
    while (open.length > 0 && !text.startsWith(forms[open.at(-1) ?? 0] ?? '')) open.pop();
    parents[form] = open.at(-1) ?? -1;
    open.push(form);
  }
  return parents;
}

function selfOverlapOf(bytes: Uint8Array): Int32Array {
  const overlap = new Int32Array(bytes.length);
  overlap[0] = bytes.length;
  let from = 0;
  let to = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    let length = at < to ? Math.min(to - at, overlap[at - from] ?? 0) : 0;
    while (at + length < bytes.length && bytes[length] === bytes[at + length]) length += 1;
    overlap[at] = length;
    if (at + length > to) {
      from = at;
      to = at + length;
    }
  }
  return overlap;
}
