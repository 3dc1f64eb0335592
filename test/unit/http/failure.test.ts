import { describe, expect, test } from 'vitest';
import type { FailureReason } from '../../../src/core/ports.js';
import { failureOf } from '../../../src/http/failure.js';

const fault = (code: string, more: object = {}): Error => Object.assign(new Error('hunter2'), { code }, more);
const live = new AbortController().signal;

describe('what became of a request', () => {
  test.each<[string, unknown, FailureReason, boolean]>([
    ['refused', fault('ECONNREFUSED', { syscall: 'connect' }), 'unreachable', true],
    ['no such host', fault('ENOTFOUND', { syscall: 'getaddrinfo' }), 'unreachable', true],
    ['no connection in time', fault('UND_ERR_CONNECT_TIMEOUT'), 'unreachable', true],
    ['no answer to connect', fault('ETIMEDOUT', { syscall: 'connect' }), 'unreachable', true],
    [
      'refused at every address',
      Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
      'unreachable',
      true,
    ],
    ['reset while reading', fault('ECONNRESET', { syscall: 'read' }), 'broken', false],
    ['closed by the other side', fault('UND_ERR_SOCKET'), 'broken', false],
    ['broken pipe', fault('EPIPE', { syscall: 'write' }), 'broken', false],
    ['silence while reading', fault('ETIMEDOUT', { syscall: 'read' }), 'broken', false],
    ['expired', fault('CERT_HAS_EXPIRED'), 'tls', true],
    ['wrong host name', fault('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls', true],
    ['unknown CA', fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls', true],
    ['self-signed', fault('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', true],
    ['self-signed in the chain', fault('SELF_SIGNED_CERT_IN_CHAIN'), 'tls', true],
    ['no TLS at all', fault('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls', true],
    ['something else', new TypeError('hunter2'), 'unknown', false],
    ['no error at all', 'hunter2', 'unknown', false],
  ])('%s', (_, error, reason, neverSent) => {
    const failure = failureOf(error, live);
    expect([failure.reason, failure.neverSent]).toEqual([reason, neverSent]);
    expect(failure.message + failure.detail).not.toContain('hunter2');
  });

  test('a proxy that refuses is told with its status', () => {
    const failure = failureOf(
      Object.assign(new Error('Proxy response (407) !== 200 when HTTP Tunneling'), {
        code: 'UND_ERR_ABORTED',
      }),
      live,
    );
    expect([failure.reason, failure.neverSent, failure.detail]).toEqual(['proxy', true, 'HTTP 407']);
  });

  test('a connection that broke before TLS stood carried nothing', () => {
    const error = Object.assign(
      new Error('Client network socket disconnected before secure TLS connection was established'),
      { code: 'ECONNRESET' },
    );
    expect(failureOf(error, live)).toMatchObject({ reason: 'broken', neverSent: true });
  });

  test('a request that was given up may have been carried out', () => {
    expect(failureOf(fault('ECONNREFUSED'), AbortSignal.abort())).toMatchObject({
      reason: 'aborted',
      neverSent: false,
    });
  });

  test.each([
    'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC',
    'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  ])('%s can come after the request was sent, which then is not taken for unsent', (code) => {
    expect(failureOf(fault(code), live).neverSent).toBe(false);
  });
});
