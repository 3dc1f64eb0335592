import { expect, test } from 'vitest';
import { SeguraError } from '../../../../../src/core/errors.js';
import { TransportFailure } from '../../../../../src/core/transport.js';
import {
  certificateFailure,
  MAY_BE_REJECTED,
} from '../../../../../src/core/vault/errors/certificate-error.js';
import { ofAnotherHost } from '../../../../../src/core/vault/errors/other-host.js';

const HOST = new URL('https://broker.example.com/oauth/token');

function messageOf(error: SeguraError): string {
  return String((ofAnotherHost(error, HOST) as SeguraError).message);
}

test('an error about a client certificate names the other host, and not a server in front of the vault', () => {
  const route = { vault: 'broker.example.com:443', proxy: undefined };
  const failure = new TransportFailure('client-certificate', false, 'ERR_SSL_TLSV1_ALERT_X', route);
  expect(messageOf(certificateFailure(failure, 'POST /oauth/token'))).toMatch(
    /^The token endpoint on broker\.example\.com, not the vault, failed\. POST \/oauth\/token: broker\.example\.com [a-z]/,
  );
  const lost = new SeguraError('VAULT_UNREACHABLE', `POST /x: no reply. ${MAY_BE_REJECTED}`, 'Look.');
  expect(messageOf(lost)).toContain('no reply. broker.example.com may have rejected');
});
