const NOTHING = Buffer.alloc(0);

/** The bytes of a stream that are still needed, as one piece of memory. */
export class Window {
  /** Offset in the stream of the first byte. */
  base = 0;
  bytes: Buffer = NOTHING;
  #view: DataView | undefined;
  /** Our own memory. `bytes` is the end of its used part. */
  #store: Buffer = NOTHING;
  #used = 0;

  /** Offset in the stream after the last byte. */
  get end(): number {
    return this.base + this.bytes.length;
  }

  get view(): DataView {
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.#view;
  }

  /** Copies nothing if no bytes are left, else each byte once. Reserves room, so that many small chunks cost no more. */
  append(chunk: Buffer): void {
    const left = this.bytes;
    this.#view = undefined;
    if (left.length === 0) {
      this.bytes = chunk;
      this.#store = NOTHING;
      this.#used = 0;
      return;
    }
    const length = left.length + chunk.length;
    if (this.#store.length - this.#used < chunk.length) {
      this.#store = Buffer.allocUnsafe(left.length > chunk.length ? 2 * length : length);
      left.copy(this.#store);
      this.#used = left.length;
    }
    chunk.copy(this.#store, this.#used);
    this.#used += chunk.length;
    this.bytes = this.#store.subarray(this.#used - length, this.#used);
  }

  /** Replaces the bytes by the whole `chunk` if they are its beginning, so that it need not be copied. */
  adopt(chunk: Buffer, taken: number): boolean {
    const left = this.bytes.length;
    if (left > taken) return false;
    this.bytes = chunk.subarray(taken - left);
    this.#store = NOTHING;
    this.#used = 0;
    this.#view = undefined;
    return true;
  }

  /** Drops all bytes before an offset of the stream, and keeps none of the memory of a chunk. */
  release(offset: number): void {
    this.bytes = this.bytes.subarray(offset - this.base);
    this.base = offset;
    this.#view = undefined;
    this.own();
  }

  /** Copies the bytes of a chunk that are still needed: its memory may be used again. */
  own(): void {
    if (this.#store.length > 0 || this.bytes.length === 0) return;
    this.#store = Buffer.from(this.bytes);
    this.#used = this.#store.length;
    this.bytes = this.#store;
  }
}
