// Adds the integrity that the registry states to each entry of package-lock.json. npm leaves it out of some entries.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

for (const [place, entry] of Object.entries(lock.packages)) {
  // A link leads to a folder of this repository, and so do entries that are no package of a registry.
  if (entry.link || !place.includes('node_modules/')) continue;
  const name = entry.name ?? place.split('node_modules/').at(-1);
  const stated = entry.integrity ?? integrityOf(`${name}@${entry.version}`);
  // In the order that npm writes, so that npm leaves the file as it is.
  const { name: alias, version, integrity: _old, resolved: _host, ...rest } = entry;
  lock.packages[place] = { ...(alias && { name: alias }), version, integrity: stated, ...rest };
}
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

function integrityOf(wanted) {
  const integrity = execFileSync('npm', ['view', wanted, 'dist.integrity'], { encoding: 'utf8' }).trim();
  if (!/^sha512-[\w+/]{86}==$/.test(integrity))
    throw new Error(`The registry states no SHA-512 of ${wanted}.`);
  console.log(`${wanted}: ${integrity}`);
  return integrity;
}
