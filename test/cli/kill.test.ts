import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_LINE, Desk, type Ended } from '../support/command-line.js';
import { formsIn } from '../support/encodings.js';
import {
  type Ending,
  endingOf,
  KILL_HOOK,
  killAtEach,
  killingMs,
  SAMPLE,
  samplePoints,
} from '../support/kills.js';
import { makeWayParts, type OpenWay, openWay, WAYS, type Way, type WayParts } from '../support/ways.js';

/** The command is killed at awaits of its bundle, the HTTP client's too; then `release --state` runs. */
const WANTED = [
  '--state',
  'state',
  '--secrets',
  'tls/TLS_KEY > path:KEY',
  '--credentials',
  '94 > A\nroot@web-01 > path:B',
];
const COMMANDS = {
  exec: ['exec', ...WANTED, '--', 'true'],
  export: ['export', '--format', 'sh', ...WANTED],
} as const;

interface Place {
  readonly desk: Desk;
  readonly open: OpenWay;
}

/** A desk whose environment has the login of one way. */
async function withDesk<T>(
  deed: (place: Place) => Promise<T>,
  way: Way = 'client-secret',
  shared?: WayParts,
): Promise<T> {
  const open = await openWay(way, {}, shared);
  const desk = new Desk(open.vault);
  try {
    const settings = Object.entries(open.inputs).map(([name, value]) => [variableOf(name), value]);
    Object.assign(
      desk.env,
      { SENHASEGURA_CLIENT_ID: undefined, SENHASEGURA_CLIENT_SECRET: undefined },
      way.includes('oidc') ? { SENHASEGURA_OIDC_PROVIDER: 'github' } : {},
      Object.fromEntries(settings),
      open.env,
    );
    return await deed({ desk, open });
  } finally {
    desk.close();
    await open.close();
  }
}

const variableOf = (input: string): string => `SENHASEGURA_${input.toUpperCase().replaceAll('-', '_')}`;

function runAt(desk: Desk, name: keyof typeof COMMANDS, at: number, countFile = ''): Promise<Ended> {
  const env = { KILL_AT: String(at), KILL_IN: COMMAND_LINE, KILL_COUNT_FILE: countFile };
  return desk.run(COMMANDS[name], { env, nodeFlags: KILL_HOOK });
}

function killAt(
  at: number,
  { name, way, shared }: { name: keyof typeof COMMANDS; way?: Way; shared?: WayParts },
): Promise<Ending> {
  return withDesk(
    async ({ desk, open: { vault, hidden } }) => {
      const run = await runAt(desk, name, at);
      const released = await desk.run(['release', '--state', 'state']);
      expect(released.code, `${way} ${at}: ${released.stderr}`).toBe(0);
      // Standard output of export is its destination.
      const printed = Buffer.from(`${run.stderr}${released.stdout}${released.stderr}`);
      return endingOf({ at, signal: run.signal }, vault, {
        files: () => desk.files(),
        secrets: hidden,
        traces: () => formsIn(printed, hidden()),
      });
    },
    way,
    shared,
  );
}

function countAwaits(name: keyof typeof COMMANDS, way?: Way, shared?: WayParts): Promise<number> {
  return withDesk(
    async ({ desk }) => {
      const file = join(desk.folder, 'count');
      const ended = await runAt(desk, name, 0, file);
      expect(ended.code, `${way}: ${ended.stderr}`).toBe(0);
      return Number(readFileSync(file, 'utf8'));
    },
    way,
    shared,
  );
}

describe.each(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])('when %s is killed', (name) => {
  test('anywhere, release releases every custody and removes every secret file', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const count = await countAwaits(name);
    expect(count).toBeGreaterThan(100);
    const tally = await killAtEach(samplePoints(count, SAMPLE), (at) => killAt(at, { name }), name);
    const { kills, killed, withCustody, bad } = tally;
    expect(killed).toBeGreaterThan(kills * 0.8);
    expect(withCustody).toBeGreaterThan(kills / 4);
    expect(bad).toEqual([]);
  });
});

describe.concurrent.each(WAYS.filter((way) => way !== 'client-secret'))('when exec logs in by %s', (way) => {
  test('and is killed, release leaves no custody, no secret file and shows no secret', {
    timeout: killingMs(1_800_000),
  }, async () => {
    const shared = await makeWayParts(way);
    try {
      const points = samplePoints(await countAwaits('exec', way, shared), SAMPLE / 4);
      const { killed, kills, bad } = await killAtEach(
        points,
        (at) => killAt(at, { name: 'exec', way, shared }),
        `exec, ${way}:`,
      );
      expect(killed).toBeGreaterThan(kills / 2);
      expect(bad).toEqual([]);
    } finally {
      await shared.close();
    }
  });
});
