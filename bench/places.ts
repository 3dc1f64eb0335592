import { parseAllDocuments } from 'yaml';
import { inject } from '../src/inject/inject.js';
import { editOf } from '../test/unit/inject/injecting.js';
import { atMost, type Line, median } from './figures.js';

/** About 5 MB. */
const SERVICES = 22_000;
const PLACES = 200;
const MAX_RATIO = 3;

function service(index: number): string {
  return `service${index}:
  image: "registry.example.com/app:${index}"   # the image
  environment:
    DB_HOST: db${index}.example.com
    DB_PASSWORD: 'old ${index}'
    RETRIES: 3
  ports: [ "80:80",  443 ]
  command: >-
    run --fast
    --twice
`;
}

/** Values put at places of a large YAML file, and the library that reads that file and writes it once, in turns. */
export async function measurePlaces(rounds: number): Promise<Line[]> {
  const text = Array.from({ length: SERVICES }, (_, index) => service(index)).join('');
  const bytes = Buffer.from(text);
  const edits = Array.from({ length: PLACES }, (_, index) =>
    editOf('a.yaml', `/service${index * (SERVICES / PLACES)}/environment/DB_PASSWORD`, `new "${index}"`),
  );
  const [library, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    library.push(await timeOf(() => parseAllDocuments(text, { uniqueKeys: false }).map(String)));
    ours.push(await timeOf(() => inject(bytes, edits)));
  }
  const [ms, ofLibrary] = [median(ours), median(library)];
  const beside = `${ms.toFixed(0)} ms, to ${ofLibrary.toFixed(0)} ms of the library`;
  const megabytes = (bytes.length / 1e6).toFixed(1);
  return [atMost(`${PLACES} places in ${megabytes} MB of YAML`, ms / ofLibrary, MAX_RATIO, beside)];
}

async function timeOf(operation: () => unknown): Promise<number> {
  const start = performance.now();
  await operation();
  return performance.now() - start;
}
