/** The few DER forms a certificate needs. Source: ITU-T X.690. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);

/** Context-specific, constructed. */
export const explicit = (number: number, ...parts: readonly Buffer[]): Buffer => der(0xa0 + number, ...parts);

/** Context-specific, primitive. */
export const implicit = (number: number, value: Buffer): Buffer => der(0x80 + number, value);

export const integer = (value: Buffer): Buffer => der(0x02, value);

export const octets = (value: Buffer): Buffer => der(0x04, value);

export const bits = (value: Buffer, unused = 0): Buffer => der(0x03, Buffer.from([unused]), value);

export const yes = (): Buffer => der(0x01, Buffer.from([0xff]));

export const utf8 = (value: string): Buffer => der(0x0c, Buffer.from(value, 'utf8'));

/** UTC time before 2050, generalized time from then on. Source: RFC 5280 section 4.1.2.5. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : der(0x18, Buffer.from(digits, 'ascii'));
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}
