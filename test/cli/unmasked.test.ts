import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openDesk } from '../support/desk-fixture.js';
import { expectOk, openRunb, runb } from './runb-desk.js';

const STAGE = 'production-eu';
const KEY = 'a-secret-key-value';
const REQUESTS = ['--secrets', 'postgres/STAGE > STAGE', '--secrets', 'postgres/KEY > KEY'];

async function desk() {
  const { vault, desk: place } = await openDesk();
  const postgres = vault.data.secrets.find(({ identity }) => identity === 'postgres');
  if (postgres !== undefined) postgres.data = [{ STAGE, KEY }];
  return place;
}

describe('--unmasked', () => {
  test('leaves only this value readable in the output of exec', async () => {
    const show = ['--', 'sh', '-c', 'echo "$STAGE $KEY"'];
    const ended = await (await desk()).run(['exec', ...REQUESTS, '--unmasked', 'STAGE', '--quiet', ...show]);
    expect(ended.stdout.toString()).toMatch(/^production-eu \S+\n$/);
    expect(ended.stdout.toString()).not.toContain(KEY);
    expect(ended.stderr).toContain('warning: STAGE is named in --unmasked');
  });

  test('can be repeated, and can be in the environment or the config file', async () => {
    const place = await desk();
    const check = ['exec', ...REQUESTS, '--', 'sh', '-c', 'echo "$STAGE $KEY"'];
    const [command = '', ...rest] = check;
    for (const ended of [
      await place.run([command, '--unmasked', 'STAGE', '--unmasked', 'env:KEY', ...rest]),
      await place.run(check, { env: { SENHASEGURA_UNMASKED: 'STAGE,KEY' } }),
    ])
      expect(ended.stdout.toString()).toBe(`${STAGE} ${KEY}\n`);
  });

  test('makes an ordinary variable of Azure Pipelines', async () => {
    const ended = await (await desk()).run([
      'export',
      '--format',
      'azure',
      '--state',
      'state',
      ...REQUESTS,
      '--unmasked',
      'STAGE',
    ]);
    expect(ended.stdout.toString()).toContain('variable=STAGE;issecret=false]');
    expect(ended.stdout.toString()).toContain('variable=KEY;issecret=true]');
    expect(ended.stdout.toString()).not.toContain(`[task.setsecret]${STAGE}`);
  });

  test('has a remedy in the words of a command line', async () => {
    const ended = await (await desk()).run(['check', ...REQUESTS, '--unmasked', 'STAGF']);
    expect(ended.stderr).toContain('Write --unmasked STAGE\n');
  });

  test('applies to runb too', async () => {
    const { desk: place, file } = await openRunb({ db: { STAGE, KEY } });
    const ended = await runb(place, ['--tool', 'github', '--unmasked', 'STAGE']);
    expectOk(ended);
    expect(ended.stderr).toContain('warning: STAGE is named in --unmasked');
    const masks = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('add-mask'));
    expect(masks.some((line) => line.includes(KEY))).toBe(true);
    expect(masks.filter((line) => line.includes('production'))).toEqual([]);
  });
});

describe('--opaque', () => {
  test('accepts a value that looks encrypted; without it runb and export fail, and name the option', async () => {
    const value = Buffer.alloc(128, 9).toString('base64');
    const { desk: place, file } = await openRunb({ db: { TOKEN: value } });
    const refused = await runb(place);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/VALUE_BROKEN: .*db\/TOKEN/);
    expect(refused.stderr).toContain('write --opaque TOKEN\n');
    expectOk(await runb(place, ['--opaque', 'TOKEN']));
    expect(readFileSync(file, 'utf8')).toContain(value);
  });
});
