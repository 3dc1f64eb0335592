import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { inject } from '../../../src/inject/inject.js';
import { editOf } from './injecting.js';

const SERVICES = 4400;

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

async function fastest(operation: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    await operation();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

test('200 places in 1 MB of YAML take at most 3 times as long as the library reads and writes it', async () => {
  const text = Array.from({ length: SERVICES }, (_, index) => service(index)).join('');
  expect(text.length).toBeGreaterThan(950_000);
  const edits = Array.from({ length: 200 }, (_, index) =>
    editOf('a.yaml', `/service${index * (SERVICES / 200)}/environment/DB_PASSWORD`, `new "${index}"`),
  );
  const library = await fastest(() => parseAllDocuments(text, { uniqueKeys: false }).map(String));
  const ours = await fastest(() => inject(Buffer.from(text), edits));
  expect(ours / library).toBeLessThan(3);
}, 120_000);
