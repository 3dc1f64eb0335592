import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { sampleData, startVault, type Vault } from './vault/index.js';

const PASSWORD = 'p4ss"w\\rd: #1 <&> $HOME';
const LINES = 'first line\r\n\tsecond "line"\n';

/** Files as projects have them, each with one place for a value. */
const FILES: Record<string, string> = {
  'config/app.yaml':
    '# the app\r\ndatabase:\r\n    host: db   # internal\r\n    password: changeme # rotate\r\n',
  'appsettings.json': '{\n\t"Stripe": { "Key": "", // set by the pipeline\n\t\t"n": 1.0 }\n}',
  'conf/db.ini': '; db\n[database]\npassword = x\nuser=app\n',
  'gradle.properties': '# gradle\ndb.user : nobody\n',
  'server.xml': "<?xml version='1.0'?>\n<Server>\n  <Connector port='8443'   keystorePass='x'/>\n</Server>\n",
  '.env': '# env\nexport DB_PASSWORD=x\nOTHER=1\n',
  'Cargo.toml': '[package]\nname = "x"   # name\n\n[registry]\ntoken = \'x\'\n',
};

let vault: Vault;
beforeAll(async () => {
  const data = sampleData();
  const postgres = data.secrets.find(({ identity }) => identity === 'postgres');
  if (postgres !== undefined) postgres.data = [{ PASSWORD, LINES, PLAIN: 'plain-secret-0815', PORT: '5432' }];
  vault = await startVault({ dialect: 'api', data });
});
afterAll(() => vault.close());

interface Place {
  readonly job: Job;
  write(name: string, text: string): void;
  read(name: string): string;
}

function place(files: Record<string, string> = FILES): Place {
  const job = new Job();
  onTestFinished(() => job.close());
  const write = (name: string, text: string): void => {
    const path = join(job.workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { job, write, read: (name) => readFileSync(join(job.workspace, name), 'utf8') };
}

const ALL = `
  postgres/PASSWORD > config/app.yaml#/database/password
  postgres/PASSWORD > appsettings.json#/Stripe/Key
  94                > conf/db.ini#/database/password
  94/username       > gradle.properties#db.user
  postgres/PASSWORD > server.xml#//Connector[@port='8443']/@keystorePass
  postgres/PLAIN    > .env#DB_PASSWORD, Cargo.toml#/registry/token
`;

describe('values for places in files', () => {
  test('stand there for the job, and every file is as it was after post', async () => {
    const { job, read } = place();
    chmodSync(join(job.workspace, '.env'), 0o640);
    const before = statSync(join(job.workspace, '.env'));
    const main = await job.main(inputsFor(vault, { inject: ALL, 'inject-format': 'conf/db.ini=ini:python' }));
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(read('config/app.yaml')).toBe(
      '# the app\r\ndatabase:\r\n    host: db   # internal\r\n    password: "p4ss\\"w\\\\rd: #1 <&> $HOME" # rotate\r\n',
    );
    expect(JSON.parse(read('appsettings.json').replace(/\/\/.*/, ''))).toEqual({
      Stripe: { Key: PASSWORD, n: 1 },
    });
    expect(read('.env')).toBe("# env\nexport DB_PASSWORD='plain-secret-0815'\nOTHER=1\n");
    expect(read('server.xml')).toContain(`keystorePass='p4ss"w\\rd: #1 &lt;&amp;&gt; $HOME'`);
    expect(main.log).toContain(
      'config/app.yaml#/database/password: ready, from postgres/PASSWORD, as value in a file',
    );
    for (const secret of [PASSWORD, 'plain-secret-0815']) {
      expect(main.masks).toContain(secret);
      expect(main.log).not.toContain(secret);
    }
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    for (const [name, text] of Object.entries(FILES)) expect(read(name), name).toBe(text);
    const after = statSync(join(job.workspace, '.env'));
    expect(after.mode).toBe(before.mode);
    expect(after.mtimeMs).toBeCloseTo(before.mtimeMs, 1);
    expect(readdirSync(job.workspace).sort()).toEqual(
      [...new Set(Object.keys(FILES).map((name) => name.split('/')[0]))].sort(),
    );
    expect(readdirSync(job.temp).filter((name) => !name.startsWith('segura-secrets-uses'))).toEqual([]);
    expect(vault.custodies()).toEqual([]);
  });
});
