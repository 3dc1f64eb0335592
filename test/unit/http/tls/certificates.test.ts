import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { splitCertificates } from '../../../../src/core/vault/connection/certificate-blocks.js';
import { readCertificates } from '../../../../src/http/tls/certificates.js';
import { codesOf, problemsIn } from '../../fakes.js';

const [ONE = '', TWO = ''] = rootCertificates;
const noFile = (): string => {
  throw Object.assign(new Error('hunter2'), { code: 'ENOENT' });
};
const read = (input: string, files: Record<string, string> = {}): string =>
  readCertificates(input, (path) => files[path] ?? noFile());

describe('a CA certificate', () => {
  test('may be nothing, PEM, base64 of PEM, a path, a chain', () => {
    expect(read('')).toBe('');
    expect(splitCertificates(read(ONE))).toEqual([ONE]);
    expect(splitCertificates(read(Buffer.from(`${ONE}\n${TWO}`).toString('base64')))).toEqual([ONE, TWO]);
    expect(
      splitCertificates(read('certs/ca.pem', { 'certs/ca.pem': `# one\n${ONE}\n\n# two\n${TWO}\n` })),
    ).toEqual([ONE, TWO]);
    expect(splitCertificates(read('C:\\new\\ca.pem', { 'C:\\new\\ca.pem': ONE }))).toEqual([ONE]);
  });

  test('may have the line ends that a secret or a one-line variable gives it', () => {
    for (const text of [
      ONE.replaceAll('\n', '\r\n'),
      ONE.replaceAll('\n', '\\n'),
      Buffer.from(ONE)
        .toString('base64')
        .replace(/(.{76})/g, '$1\n'),
    ]) {
      expect(splitCertificates(read(text))).toHaveLength(1);
    }
  });
});

describe('a CA certificate that cannot be used', () => {
  const damaged = ONE.replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA');
  test.each<[string, string, RegExp]>([
    ['a path that is not there', 'no/such.pem', /no\/such\.pem.*ENOENT/],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----', /no certificate/],
    ['a long text', 'hunter2 '.repeat(40), /neither PEM nor base64/],
    ['a damaged one', damaged, /certificate 1 of 1/],
    ['a damaged one in a chain', `${TWO}\n${damaged}`, /certificate 2 of 2/],
    ['one that is cut off', ONE.slice(0, -40), /no certificate/],
    ['one that is cut off after a good one', `${TWO}\n${ONE.slice(0, -40)}`, /only 1 of 2 certificates/],
  ])('%s is rejected', (_, text, message) => {
    const problems = problemsIn(() => read(text));
    expect(codesOf(problems)).toEqual(['CA_INVALID']);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.message).not.toContain('hunter2');
  });
});
