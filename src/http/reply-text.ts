import { TransportFailure } from '../core/transport.js';

/** Applies both to the bytes as sent and to the decompressed ones. */
const MAX_REPLY_BYTES = 10 * 1024 * 1024;

/** The text of a reply, decompressed. Errors: TransportFailure `too-large` or `encoding`, else the connection's. */
export async function readText(body: AsyncIterable<Buffer>, encoding = ''): Promise<string> {
  const bytes = await unpack(await readBytes(body), encoding);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TransportFailure('encoding', false, 'not UTF-8 text');
  }
}

async function readBytes(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Requests do not ask for compression, but a gateway in front of the vault may compress anyway.
 * Source: RFC 9110 section 8.4.1. A list of codings is rejected, except for `identity`, which has no effect.
 */
async function unpack(bytes: Buffer, encoding: string): Promise<Buffer> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length === 0 || bytes.length === 0) return bytes;
  const zlib = await import('node:zlib');
  const limit = { maxOutputLength: MAX_REPLY_BYTES };
  try {
    switch (codings.join()) {
      case 'gzip':
      case 'x-gzip':
        return zlib.gunzipSync(bytes, limit);
      case 'deflate':
        // Some servers omit the required zlib header, which begins with the number of its method, 8.
        return (bytes.readUInt8(0) & 15) === 8
          ? zlib.inflateSync(bytes, limit)
          : zlib.inflateRawSync(bytes, limit);
      case 'br':
        return zlib.brotliDecompressSync(bytes, limit);
    }
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new TransportFailure('encoding', false, 'compressed, and damaged or cut short');
  }
  throw new TransportFailure('encoding', false, 'compressed in a way that was not requested');
}

function tooLarge(): TransportFailure {
  return new TransportFailure('too-large', false, '10 MiB');
}
