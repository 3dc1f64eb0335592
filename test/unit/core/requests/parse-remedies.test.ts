import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../../src/core/errors.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import type { SecretRequest, Source } from '../../../../src/core/requests/request.js';
import { codesOf } from '../../fakes.js';

type Kind = Source['kind'];

function plan(kind: Kind, text: string): { requests: SecretRequest[]; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  return { requests: parseRequests(kind, text, problems), problems };
}

/** The line that a remedy tells to write. */
function lineOf(remedy: string): string {
  const line = /(?:Write |first: |or write )((?:"(?:\\"|[^"])*"|\S)+ > .+?)(?: for .*|\.)?$/.exec(
    remedy,
  )?.[1];
  return line ?? `no line in: ${remedy}`;
}

describe('the line that a remedy gives, written in place of the bad one', () => {
  const bad: [Kind, string, string][] = [
    ['dsm', 'a/b >', 'REQUEST_INVALID'],
    ['dsm', 'a/b > env:', 'REQUEST_INVALID'],
    ['dsm', 'a/b > file:', 'REQUEST_INVALID'],
    ['dsm', 'a/b > X,', 'REQUEST_INVALID'],
    ['dsm', 'a/* > X', 'REQUEST_INVALID'],
    ['dsm', 'a > X', 'REQUEST_INVALID'],
    ['dsm', 'a/* > env:X', 'REQUEST_INVALID'],
    ['dsm', 'a/b > PREFIX_*', 'REQUEST_INVALID'],
    ['dsm', 'a/b > output:P*', 'REQUEST_INVALID'],
    ['dsm', 'a/b > *', 'REQUEST_INVALID'],
    ['dsm', 'a/b > 1X', 'NAME_INVALID'],
    ['dsm', 'a/b > MY-NAME', 'NAME_INVALID'],
    ['dsm', 'a/b > output:a.b', 'NAME_INVALID'],
    ['dsm', 'a/* > 1-*', 'NAME_INVALID'],
    ['dsm', 'a/* > file:/tmp/x', 'REQUEST_INVALID'],
    ['pam', '94', 'REQUEST_INVALID'],
    ['pam', '94/*', 'REQUEST_INVALID'],
    ['pam', 'root@web-01/ip', 'REQUEST_INVALID'],
    ['dsm', '"my secret"/a >', 'REQUEST_INVALID'],
    ['dsm', '"my secret"/a > 1X', 'NAME_INVALID'],
    ['dsm', '"db/prod" > X', 'REQUEST_INVALID'],
    ['dsm', 'a/"b c" > X_*', 'REQUEST_INVALID'],
    ['dsm', 'a/"*" > X_*', 'REQUEST_INVALID'],
    ['pam', '"my account"', 'REQUEST_INVALID'],
  ];
  test.each(bad)('%s: %s', (kind, line, code) => {
    const first = plan(kind, line);
    expect(codesOf(first.problems)).toEqual([code]);
    const remedy = lineOf(first.problems[0]?.remedy ?? '');
    const second = plan(kind, remedy);
    expect(codesOf(second.problems), remedy).toEqual([]);
    expect(second.requests).toHaveLength(1);
  });

  test('keeps the source that the bad line meant', () => {
    const first = plan('dsm', '"db/prod" > X');
    const second = plan('dsm', lineOf(first.problems[0]?.remedy ?? ''));
    expect(second.requests[0]?.source).toMatchObject({ identity: 'db/prod', field: undefined });
  });
});

describe('an impossible request', () => {
  test.each<[Kind, string, RegExp]>([
    ['dsm', 'a/b > X > Y', /more than one ">"/],
    ['dsm', '> X', /names no source/],
    ['dsm', 'a/ > X', /names no field/],
    ['dsm', '/b > X', /empty identity/],
    ['dsm', '"" > X_*', /empty identity/],
    ['dsm', 'a/"" > X', /names no field|empty field/],
    ['dsm', 'a*/b > X', /"\*" inside the identity/],
    ['dsm', 'a/b* > X', /"\*" inside the field/],
    ['dsm', '*/b > X', /"\*" inside the identity/],
    ['dsm', 'a/b X', /space inside/],
    ['dsm', 'my secret/b > X', /space inside/],
    ['dsm', 'a/b > X Y', /space inside/],
    ['dsm', 'a/b > ENV:X', /unknown kind "ENV:"/],
    ['dsm', 'a/b > C:\\x', /unknown kind "C:"/],
    ['pam', '94[1]/password > X', /only DSM secrets have maps/],
    ['pam', 'me@corp@web-01 > X', /user name contains "@"/],
    ['pam', '94/* > file:/tmp/x', /one file/],
  ])('%s: %s', (kind, line, message) => {
    const { problems, requests } = plan(kind, line);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
    expect(problems[0]?.message).toMatch(/^Line 1 of /);
    expect(problems[0]?.remedy).not.toBe('');
    expect(requests.flatMap(({ destinations }) => destinations)).toEqual([]);
  });
});

test('a name that begins with a digit is offered with all its digits', () => {
  expect(plan('pam', '241/ > path:241').problems[0]?.remedy).toContain('241/* > path:_241_*');
});
