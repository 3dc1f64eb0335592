/** Which place of a template each part of a rendered text was made of. */
export class Places {
  /** By where they begin in the text. What is no text of the template has one place. */
  readonly #parts: { readonly start: number; readonly offset: number; readonly isText: boolean }[] = [];

  add(start: number, offset: number, isText: boolean): void {
    this.#parts.push({ start, offset, isText });
  }

  /** The offset in the template. */
  at(position: number): number {
    let [low, high] = [0, this.#parts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#parts[middle]?.start ?? 0) <= position) low = middle;
      else high = middle;
    }
    const { start, offset, isText } = this.#parts[low] ?? { start: 0, offset: 0, isText: false };
    return isText ? offset + position - start : offset;
  }
}
