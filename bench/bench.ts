import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBytes } from './bytes.js';
import { measureExecStart } from './exec-start.js';
import { type Line, printTable } from './figures.js';
import { measureListing } from './listing.js';
import { measureMasks } from './masks.js';
import { measureMemory } from './memory.js';
import { measureMigration } from './migration.js';
import { measureNetwork } from './network.js';
import { measurePlaces } from './places.js';
import { NODE } from './process.js';
import { measureRedaction } from './redaction.js';
import { measureStartUp } from './start-up.js';
import { measureWholeProcess } from './whole-process.js';

/**
 * Measures dist/ and prints tables. Times only tell; it fails where a figure that no machine changes is off: requests,
 * connections, bytes, files that are loaded. SEGURA_TEST_NODE names another node to measure with.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const rounds = values.quick
  ? { startUp: 15, wholeProcess: 11, network: 3, memory: 3, redaction: 2 }
  : { startUp: 41, wholeProcess: 41, network: 11, memory: 7, redaction: 6 };

const version = execFileSync(NODE, ['--version'], { encoding: 'utf8' }).trim();
const major = Number(/^v(\d+)/.exec(version)?.[1]);
console.log(
  `node ${version}, ${cpus().length} cores, medians of ${rounds.startUp} starts, ${rounds.network} fetches`,
);

const all: Line[] = [];
const print = (title: string, lines: readonly Line[]): void => {
  printTable(title, lines);
  all.push(...lines);
};
print('Start-up, ratio to node -e 0', await measureStartUp(rounds.startUp, major));
print('exec, ratio to node -e 0', await measureExecStart(rounds.startUp));
print('Whole process, ratio to the line above', await measureWholeProcess(rounds.wholeProcess));
print('Fetch, ratio to the fewest round trips', await measureNetwork(rounds.network));
print('Listing, ratio to one of three secrets', await measureListing(rounds.network));
print('Values in a file, ratio to a read and a write by the library', await measurePlaces(rounds.network));
print(
  'Migration of 1,000 entries at 20 ms, ratio to its requests alone',
  await measureMigration(rounds.network),
);
print('Peak memory', await measureMemory(rounds.memory));
print(
  'Redaction, ratio to plain Node',
  await measureRedaction(rounds.redaction, values.quick ? 64 << 20 : 1 << 30),
);
print("Masks a secret on GitHub's runner, each with a user name", measureMasks());
print('Bytes of dist', measureBytes());
if (all.some(({ exact, met }) => exact === true && met === false)) process.exitCode = 1;
