import { codeOf, SeguraError } from '../../errors.js';
import { say, type Text } from '../../text.js';

/** Reads a file that an input names. Throws the error of the system. */
export type ReadFile = (path: string) => string | Uint8Array;

/** The DER header of a sequence, with or without a length: certificates, keys and PKCS#12 begin with it. */
const DER = /^\x30[\x80-\x84]/;
const MIN_DER_BYTES = 64;

/**
 * The content of an input that is PEM text, base64 of PEM or of DER, or the path of a file with one of them.
 *
 * `name` is the input as the first words of a sentence. Errors: INPUT_INVALID, which never shows the text: it may be a
 * damaged key.
 */
export function readGiven(input: string, name: Text, readFile: ReadFile): Buffer {
  const given = bytesInText(input);
  if (given !== undefined) return given;
  let file: Buffer;
  try {
    file = Buffer.from(readFile(input));
  } catch (error) {
    throw new SeguraError(
      'INPUT_INVALID',
      say`${name} is neither PEM, nor base64 of it, nor the path of a file that can be read (${codeOf(error)}).`,
      'Give PEM text, base64 of the file, or the path of the file.',
    );
  }
  // A file may hold the base64 text as a CI variable does.
  return decodedFrom(file.toString('latin1').trim()) ?? file;
}

/** The bytes that an input contains; undefined if it is the path of a file. */
export function bytesInText(input: string): Buffer | undefined {
  // A secret of one line may have its line ends written out.
  const text = input.replaceAll('\\n', '\n');
  return text.includes('-----BEGIN') ? Buffer.from(text) : decodedFrom(input);
}

function decodedFrom(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const start = bytes.subarray(0, 2).toString('latin1');
  const isDer = bytes.length >= MIN_DER_BYTES && DER.test(start);
  return isDer || bytes.includes('-----BEGIN') ? bytes : undefined;
}
