/** The stretches of one stream to hide, as offsets, until they are passed on. */
export class Stretches {
  #starts: number[] = [];
  #ends: number[] = [];

  add(start: number, end: number): void {
    const last = this.#starts.length - 1;
    const lastEnd = this.#ends[last] ?? -1;
    if (start <= lastEnd && start >= (this.#starts[last] ?? 0)) {
      this.#ends[last] = Math.max(lastEnd, end);
    } else {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Removes and returns those that begin before `offset`, in the order of their starts. They may overlap. */
  take(offset: number): (readonly [start: number, end: number])[] {
    if (this.#starts.length === 0) return [];
    const all = this.#starts.map((start, at) => [start, this.#ends[at] ?? start] as const);
    all.sort(([a], [b]) => a - b);
    const later = all.findIndex(([start]) => start >= offset);
    const left = later === -1 ? [] : all.splice(later);
    this.#starts = left.map(([start]) => start);
    this.#ends = left.map(([, end]) => end);
    return all;
  }
}
