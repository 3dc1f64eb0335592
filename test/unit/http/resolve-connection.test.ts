import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { INPUT_DEFAULTS, type RawInputs } from '../../../src/core/input-names.js';
import { readInputs } from '../../../src/core/job/inputs.js';
import { plain } from '../../../src/core/text.js';
import { splitCertificates } from '../../../src/core/vault/connection/certificate-blocks.js';
import { resolveConnection } from '../../../src/http/resolve-connection.js';
import { codesOf, problemsIn } from '../fakes.js';

const [ONE = '', TWO = ''] = rootCertificates;

function resolved(given: Partial<RawInputs>, environment: Record<string, string> = {}) {
  const warnings: string[] = [];
  const raw = {
    ...INPUT_DEFAULTS,
    url: 'https://v.example/base/',
    'client-id': 'i',
    'client-secret': 's',
    secrets: '*',
  };
  const connection = resolveConnection(readInputs({ ...raw, ...given }, {}).connection, {
    environment,
    readFile: (path) => {
      if (path === 'extra.pem') return TWO;
      if (path === 'damaged.pem') return TWO + ONE.replace(/.{64}\n/, '');
      throw new Error('ENOENT');
    },
    warn: (message) => warnings.push(plain(message)),
  });
  return { connection, warnings };
}

test('the base path is kept, without a slash at the end', () => {
  expect(resolved({}).connection.url).toBe('https://v.example/base');
  expect(resolved({ url: 'https://v.example' }).connection.url).toBe('https://v.example');
});

test('NODE_EXTRA_CA_CERTS is used in addition to the input', () => {
  const { connection } = resolved({ 'ca-certificate': ONE }, { NODE_EXTRA_CA_CERTS: 'extra.pem' });
  expect(splitCertificates(connection.caCertificates)).toEqual([ONE, TWO]);
});

test('NODE_EXTRA_CA_CERTS that cannot be read is a warning, as Node has it', () => {
  const { connection, warnings } = resolved({}, { NODE_EXTRA_CA_CERTS: 'gone.pem' });
  expect([connection.caCertificates, warnings.length]).toEqual(['', 1]);
});

test('NODE_EXTRA_CA_CERTS of which a certificate is damaged is ignored with a warning, as Node has it', () => {
  const { connection, warnings } = resolved({}, { NODE_EXTRA_CA_CERTS: 'damaged.pem' });
  expect([connection.caCertificates, warnings.length]).toEqual(['', 1]);
});

test('a wrong certificate and a wrong proxy are reported together', () => {
  const problems = problemsIn(() => resolved({ 'ca-certificate': 'gone.pem', proxy: 'socks5://x' }));
  expect(codesOf(problems)).toEqual(['CA_INVALID', 'INPUT_INVALID']);
});
