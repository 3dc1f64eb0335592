import { expect, test } from 'vitest';
import {
  type ChangeRecord,
  recordCef,
  recordJson,
  recordText,
} from '../../../../src/core/changes/change-record.js';

const RECORD: ChangeRecord = {
  time: '2026-01-02T03:04:05.000Z',
  client: 'a=b\\c',
  vault: 'vault.example.com:443',
  change: 'secret|put',
  target: 'two\nlines|x',
  outcome: 'uncertain',
  versionBefore: '2',
  versionAfter: null,
  requestId: 'r-1',
  fields: ['A', 'B=C'],
};

test('a record in CEF escapes | and \\ in its header, and =, \\ and line ends in its extension', () => {
  const line = recordCef(RECORD);
  expect(line).toMatch(
    /^CEF:0\|segura-secrets\|segura-secrets\|[\d.]+\|secret\\\|put\|secret\\\|put in the vault\|6\|/,
  );
  expect(line).toContain(
    ' suser=a\\=b\\\\c dhost=vault.example.com:443 act=secret|put outcome=uncertain externalId=r-1 ',
  );
  expect(line).toContain(' cs1=two\\nlines|x cs2Label=versionBefore cs2=2 cs4Label=fields cs4=A,B\\=C\n');
  expect(line.trimEnd()).not.toContain('\n');
});

test('a record in JSON is one line', () => {
  expect(JSON.parse(recordJson(RECORD))).toEqual(RECORD);
  expect(recordJson(RECORD).indexOf('\n')).toBe(recordJson(RECORD).length - 1);
});

test('a record for a person is one line, with what is not one word in quotes', () => {
  expect(recordText(RECORD)).toBe(
    'audit: secret|put "two\\nlines|x" by client "a=b\\\\c": uncertain, version 2 -> unknown, request id r-1',
  );
});

test('a record has no character that a terminal obeys, whatever the vault calls a version', () => {
  const record = {
    ...RECORD,
    target: 'a\u009b2J\u202eb',
    versionBefore: '\u001b]0;x\u0007',
    fields: ['\u001b[2J'],
  };
  for (const line of [recordText(record), recordJson(record), recordCef(record)])
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(recordJson(record))).toEqual(record);
});
