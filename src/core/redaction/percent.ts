export const PERCENT = 0x25;

/** At a percent sign: it stands for itself. */
export const NO_CODE = -1;
/** At a percent sign: what follows it decides. */
export const CODE_UNDECIDED = -2;

/** Bytes of a code: the percent sign and two hex digits. */
export const CODE_BYTES = 3;

const DIGITS = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit += 1) {
  DIGITS[digit.toString(16).charCodeAt(0)] = digit;
  DIGITS[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** The byte that the percent sign at `at` and what follows it stand for, NO_CODE or CODE_UNDECIDED. */
export function codeAt(bytes: Uint8Array, at: number): number {
  if (at + 1 >= bytes.length) return CODE_UNDECIDED;
  const high = DIGITS[bytes[at + 1] as number] as number;
  if (high < 0) return NO_CODE;
  if (at + 2 >= bytes.length) return CODE_UNDECIDED;
  const low = DIGITS[bytes[at + 2] as number] as number;
  return low < 0 ? NO_CODE : (high << 4) | low;
}

/** A latin1 text without percent-encoding: what it reads as where it is all that there is. */
export function decoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
