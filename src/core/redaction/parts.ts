/** Consecutive bytes of a view that stand for consecutive bytes of the stream, each for the same number. */
interface Part {
  /** Offset in the view. */
  readonly at: number;
  /** Offset in the stream. */
  readonly raw: number;
  readonly width: number;
}

/** Maps the bytes of a view of a stream to their places in the stream. */
export class Parts {
  #parts: Part[] = [];

  /** The byte at `at` of the view stands for `width` bytes at `raw`; to be told in rising order. */
  add(at: number, raw: number, width: number): void {
    const last = this.#parts.at(-1);
    if (last === undefined || last.width !== width || last.raw + (at - last.at) * width !== raw) {
      this.#parts.push({ at, raw, width });
    }
  }

  /** Offset in the stream of the first byte that the byte at `at` stands for. */
  startOf(at: number): number {
    const part = this.#parts.findLast((each) => each.at <= at);
    return part === undefined ? 0 : part.raw + (at - part.at) * part.width;
  }

  /** Offset in the stream after the bytes that the byte before `at` stands for. */
  endOf(at: number): number {
    const part = this.#parts.findLast((each) => each.at < at);
    return part === undefined ? 0 : part.raw + (at - part.at) * part.width;
  }

  /** Forgets what is before `at`. */
  release(at: number): void {
    const next = this.#parts.findIndex((each) => each.at > at);
    if (next > 1) this.#parts = this.#parts.slice(next - 1);
  }
}
