import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';

const LINE_BYTES = 100;
/** Bytes from one secret to the next. */
const HIT_BYTES = 10_000;
/** Written over and over: made of random words, more than any cache of a processor holds. */
const BLOCK_BYTES = 32 * 1_024 * 1_024;
const WORDS =
  'info warn error debug request response completed in ms user session started connection closed GET POST 200 404 ' +
  'cache miss hit retry build step compile test passed /usr/lib/node_modules/tool/index.js src/app/service.ts:123';
const words = WORDS.split(' ');

/** What a log of so many bytes without its secrets holds. */
export interface LogFile {
  readonly bytes: number;
  /** When each secret is `***`. */
  readonly bytesHidden: number;
}

/** Writes about `bytes` of log lines, now and then with one of the secrets in them. */
export function writeLog(path: string, bytes: number, secrets: readonly string[]): LogFile {
  const block = logBlock(Math.min(bytes, BLOCK_BYTES), secrets);
  const text = Buffer.from(block.text);
  const file = openSync(path, 'w', 0o600);
  const times = Math.ceil(bytes / text.length);
  try {
    for (let time = 0; time < times; time += 1) {
      for (let at = 0; at < text.length; ) at += writeSync(file, text, at);
    }
  } finally {
    closeSync(file);
  }
  return { bytes: times * text.length, bytesHidden: times * block.bytesHidden };
}

function logBlock(bytes: number, secrets: readonly string[]): { text: string; bytesHidden: number } {
  const lines: string[] = [];
  let length = 0;
  let saved = 0;
  let nextHit = HIT_BYTES;
  while (length < bytes) {
    let line = logLine();
    const secret = secrets[lines.length % secrets.length];
    if (length >= nextHit && secret !== undefined) {
      line += ` password=${secret} .`;
      saved += secret.length - '***'.length;
      nextHit += HIT_BYTES;
    }
    lines.push(line);
    length += line.length + 1;
  }
  return { text: `${lines.join('\n')}\n`, bytesHidden: length - saved };
}

export function logLine(): string {
  let line = `${new Date(1_700_000_000_000 + randomInt(2 ** 40)).toISOString()} `;
  const kind = randomInt(100);
  if (kind < 3) line += `id=${randomUUID()} `;
  else if (kind < 6) line += `sha256:${createHash('sha256').update(line).digest('hex')} `;
  while (line.length < LINE_BYTES) {
    line += randomInt(20) === 0 ? randomBytes(4).toString('hex') : words[randomInt(words.length)];
    line += ' ';
  }
  return line.trimEnd();
}
