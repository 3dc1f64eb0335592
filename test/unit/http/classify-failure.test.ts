import { describe, expect, test } from 'vitest';
import { type FailureReason, TransportFailure } from '../../../src/core/transport.js';
import { failureOf, isAboutClientCertificate, isTlsCode } from '../../../src/http/classify-failure.js';

const fault = (code: string, more: object = {}): Error => Object.assign(new Error('hunter2'), { code }, more);
const live = new AbortController().signal;

describe('the outcome of a request', () => {
  test.each<[string, unknown, FailureReason]>([
    ['reset while reading', fault('ECONNRESET', { syscall: 'read' }), 'broken'],
    ['refused although a connection is up', fault('ECONNREFUSED', { syscall: 'connect' }), 'broken'],
    ['no HTTP at all', fault('HPE_INVALID_CONSTANT'), 'broken'],
    ['broken pipe', fault('EPIPE', { syscall: 'write' }), 'broken'],
    ['silence while reading', fault('ETIMEDOUT', { syscall: 'read' }), 'broken'],
    ['an alert of TLS', fault('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), 'tls'],
    [
      'an alert that may have another cause',
      fault('ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR'),
      'client-certificate',
    ],
    ['a damaged record', fault('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'), 'tls'],
    ['something else', new TypeError('hunter2'), 'unknown'],
    ['no error at all', 'hunter2', 'unknown'],
  ])('%s: it may have been carried out', (_, error, reason) => {
    const failure = failureOf(error, live);
    expect([failure.reason, failure.neverSent]).toEqual([reason, false]);
    expect(failure.message + failure.detail).not.toContain('hunter2');
  });

  test.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  ])('%s: no server handled it', (code) => {
    expect(failureOf(fault(code), live)).toMatchObject({ reason: 'client-certificate', neverSent: true });
  });

  test('a failure that is reported already stays as it is', () => {
    const told = new TransportFailure('proxy', true, 'HTTP 407');
    expect(failureOf(told, live)).toBe(told);
  });

  test('a request that was given up may have been carried out', () => {
    for (const error of [fault('ECONNREFUSED'), new TransportFailure('unreachable', true, 'ABORT_ERR')])
      expect(failureOf(error, AbortSignal.abort())).toMatchObject({ reason: 'aborted', neverSent: false });
  });
});

test('every code of a certificate that is not accepted is one of TLS', () => {
  for (const code of [
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])
    expect(isTlsCode(code), code).toBe(true);
  for (const code of ['ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'ABORT_ERR'])
    expect(isTlsCode(code)).toBe(false);
});

test('the alerts about a client certificate are recognized, in the names of every OpenSSL', () => {
  for (const code of [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  ]) {
    expect(isAboutClientCertificate(code), code).toBe(true);
    expect(isTlsCode(code), code).toBe(true);
  }
  for (const code of [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
    'CERT_HAS_EXPIRED',
    'ECONNRESET',
  ])
    expect(isAboutClientCertificate(code), code).toBe(false);
});
