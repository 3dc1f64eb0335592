import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../../support/command-line.js';
import { openDesk } from '../../support/desk-fixture.js';
import { addDynamic, held } from '../../support/dynamic.js';
import type { Vault } from '../../vault/index.js';

let vault: Vault;
let desk: Desk;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
});

/** Requests that change something, or ask for one item by its name. */
const sent = () =>
  vault.journal.requests.filter(
    ({ method, path }) =>
      method === 'DELETE' || /\/(?:device|info)\//.test(path) || path === '/iso/pam/credential',
  );

describe('a name of dots, which would mean another place in the vault', () => {
  test.each([
    ['device', 'show', '..'],
    ['device', 'disable', '.', '--yes'],
    ['info', 'show', '..'],
    ['info', 'disable', '..', '--yes'],
    ['secret', 'delete', '..', '--dsm-endpoint', 'api', '--dry-run'],
  ])('is rejected before anything is sent: %s %s %s', async (...args) => {
    const ended = await desk.run(args);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/INPUT_INVALID: The name "\.\.?" would mean another place in the vault\./);
    expect(sent()).toEqual([]);
  });
});

describe('a name of spaces only', () => {
  test.each([
    ['secret', 'put', ' ', '--field', 'A=env:PATH', '--yes'],
    ['secret', 'put', 'a', '--field', ' =env:PATH', '--yes'],
    ['device', 'put', '\t', '--ip', '10.0.0.1', '--yes'],
    ['provision', ' ', '--yes'],
  ])('is no name: %s %s %j', async (...args) => {
    const ended = await desk.run(args);
    expect(ended.code, ended.stderr).toBe(2);
    expect(vault.journal.requests).toEqual([]);
  });
});

test('a name that is like another only in having no letters is not suggested', async () => {
  const [first] = vault.data.secrets;
  if (first === undefined) throw new Error('the sample has no secret');
  first.identity = '-';
  const ended = await desk.run(['secret', 'show', '+=']);
  expect(ended.stderr).toContain('See what there is: segura-secrets secret list');
});

test.each([
  ['@web-01', ['--ip', '10.0.0.12'], 'credential put @web-01 --username USER --ip 10.0.0.12'],
  ['a@', [], 'credential put a@ --hostname HOST --ip ADDRESS'],
  ['new', ['--username=-u'], 'credential put new --username=-u --hostname HOST --ip ADDRESS'],
])('a new credential %s is told what it lacks, beside what is given', async (name, more, command) => {
  const ended = await desk.run(['credential', 'put', name, ...more, '--tags', 'a', '--yes']);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(`create it: segura-secrets ${command}\n`);
});

test('the command that ends a lease is printed with its names as a shell has them', async () => {
  addDynamic(vault);
  const made = await desk.run(['provision', 'app/db', '--pod-name', "my pod's", '--yes']);
  expect(made.code, made.stderr).toBe(0);
  const [, command = ''] = /to end it, run: segura-secrets (.*)/.exec(made.stderr) ?? [];
  const ended = await desk.shell(['sh'], `segura_secrets ${command} --yes`);
  expect([ended.code, held(vault)], ended.stderr).toEqual([0, []]);
});
