/** A number of 32 bits. Source: RFC 4251 section 5. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string of bytes after its length. Source: RFC 4251 section 5. */
export function string(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A message to an agent, or from one. Source: draft-miller-ssh-agent section 3. */
export function message(type: number, ...contents: readonly Buffer[]): Buffer {
  return string(Buffer.concat([Buffer.of(type), ...contents]));
}

/** The first whole message of what has come so far; undefined while it is not whole. */
export function firstMessage(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + bytes.readUInt32BE();
  return bytes.length < end ? undefined : bytes.subarray(4, end);
}

/** Reads one string after another. Throws a RangeError where the bytes end before. */
export class StringReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  string(): Buffer {
    const length = this.number();
    if (length > this.#bytes.length - this.#at) throw new RangeError('The message ends too early.');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
