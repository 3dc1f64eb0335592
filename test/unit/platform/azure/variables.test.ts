import { expect, test } from 'vitest';
import { Ledger } from '../../../../src/core/custody/ledger.js';
import { Secret } from '../../../../src/core/secret.js';
import type { AzureFiles } from '../../../../src/platform/azure/files.js';
import { Settings } from '../../../../src/platform/azure/variables.js';
import { FakePlatform, LEDGER_DATA } from '../../fakes.js';

const VALUE = 'first line\nsecond line';

test('a value goes into its file when the ledger that names it has left the process', async () => {
  const platform = new FakePlatform();
  const ledger = new Ledger(platform, new Secret('the-client-secret'), LEDGER_DATA);
  const settings = new Settings({
    // All that is asked of files but what only the real ones can tell.
    files: Object.assign(platform.files, { hasMade: () => false }) as unknown as AzureFiles,
    ledger,
    options: { multiline: 'file', outputs: false },
  });
  const wanted = {
    name: 'KEY',
    value: VALUE,
    source: 'tls/KEY',
    isVariable: true,
    isOutput: false,
    isUnmasked: false,
  };
  const [made] = await settings.make([wanted], platform);
  expect(platform.events).toEqual([
    'save',
    'create /tmp/private/KEY',
    'save',
    'flush',
    'fill /tmp/private/KEY',
  ]);
  expect(made).toMatchObject({ value: '/tmp/private/KEY', isSecret: false, change: 'file' });
  expect(platform.contents.get('/tmp/private/KEY')).toBe(VALUE);
});
