import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { issueCertificates } from '../vault/certificate.js';

/** The path of a file of CA certificates, `pem` among them, that are too long for a state, so that a run keeps a file of its own. */
export function manyAuthorities(pem: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'segura-authorities-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'authorities.pem');
  const others = Array.from({ length: 150 }, () => issueCertificates('valid', '127.0.0.1').ca);
  writeFileSync(file, [...others, pem].join(''));
  return file;
}
