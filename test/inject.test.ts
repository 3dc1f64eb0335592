import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { isWindows, lacks } from './support/skips.js';
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

/** What is left of ours in the temporary folder of a job. */
function filesIn(job: Job): string[] {
  return readdirSync(job.temp).filter((name) => !name.startsWith('segura-secrets-uses'));
}

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
    expect(filesIn(job)).toEqual([]);
    expect(vault.custodies()).toEqual([]);
  });

  test('with line ends, tabs and quotes are read as they are, and masked as they stand in the file', async () => {
    const { job, read } = place({
      'a.properties': 'x=old\n',
      'a.json': '{"x": "old"}',
      'a.xml': '<a b="old"/>',
    });
    const inject = 'postgres/LINES > a.json#/x, a.xml#/a/@b\npostgres/PASSWORD > a.properties#x';
    const main = await job.main(inputsFor(vault, { inject }));
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(JSON.parse(read('a.json'))).toEqual({ x: LINES });
    expect(read('a.xml')).toBe('<a b="first line&#xD;&#xA;&#x9;second &quot;line&quot;&#xA;"/>');
    const line = read('a.properties').slice(2, -1);
    expect(line).toContain('\\: \\#1 <&> $HOME');
    expect(main.masks).toContain(line);
    await job.post({});
    expect([read('a.json'), read('a.xml'), read('a.properties')]).toEqual([
      '{"x": "old"}',
      '<a b="old"/>',
      'x=old\n',
    ]);
  });

  test('as a number, and at a place that is created', async () => {
    const { job, read } = place({ 'a.yaml': 'db:\n  port: 1 # default\n' });
    const inject = 'postgres/PORT > a.yaml#/db/port:number\npostgres/PLAIN > a.yaml+#/db/token';
    const main = await job.main(inputsFor(vault, { inject }));
    expect(main.code, main.log).toBe(0);
    expect(read('a.yaml')).toBe('db:\n  port: 5432 # default\n  token: "plain-secret-0815"\n');
    await job.post({});
    expect(read('a.yaml')).toBe('db:\n  port: 1 # default\n');
  });

  test('of two steps in one file come out in reverse order', async () => {
    const { job, read } = place();
    const states = [new Map<string, string>(), new Map<string, string>()] as const;
    const before = read('.env');
    const first = await job.main(inputsFor(vault, { inject: 'postgres/PLAIN > .env#DB_PASSWORD' }), {
      state: states[0],
    });
    const between = read('.env');
    const second = await job.main(inputsFor(vault, { inject: 'postgres/PORT > .env#OTHER' }), {
      state: states[1],
    });
    expect([first.code, second.code], first.log + second.log).toEqual([0, 0]);
    expect(read('.env')).toContain('5432');
    await job.post({}, { state: states[1] });
    expect(read('.env')).toBe(between);
    await job.post({}, { state: states[0] });
    expect(read('.env')).toBe(before);
  });

  test('stay with inject-restore false, and nothing else of them does', async () => {
    const { job, read } = place();
    const main = await job.main(
      inputsFor(vault, { inject: 'postgres/PLAIN > Cargo.toml#/registry/token', 'inject-restore': 'false' }),
    );
    expect(main.code, main.log).toBe(0);
    const post = await job.post({});
    expect([post.code, post.stdout.includes('warning')], post.log).toEqual([0, false]);
    expect(read('Cargo.toml')).toContain('token = "plain-secret-0815"');
    expect(filesIn(job)).toEqual([]);
  });

  test('are out of every file at once when the step fails', async () => {
    const { job, read } = place();
    const main = await job.main(
      inputsFor(vault, {
        inject: 'postgres/PLAIN > .env#DB_PASSWORD',
        secrets: 'postgres/PLAIN > A',
        'inject-format': '',
      }),
      { env: { GITHUB_OUTPUT: '/dev/full' } },
    );
    expect(main.code, main.log).toBe(1);
    expect(read('.env')).toBe(FILES['.env']);
    expect(filesIn(job)).toEqual([]);
  });

  test('are put into no file when one of them cannot be written', async () => {
    const { job, read } = place();
    const main = await job.main(
      inputsFor(vault, {
        inject: 'postgres/PLAIN > .env#DB_PASSWORD\npostgres/LINES > conf/db.ini#/database/password',
      }),
    );
    expect([main.code, main.log.match(/title=\w+/g)], main.log).toEqual([1, ['title=VALUE_BROKEN']]);
    expect([read('.env'), read('conf/db.ini')]).toEqual([FILES['.env'], FILES['conf/db.ini']]);
    expect(filesIn(job)).toEqual([]);
  });

  test('stay in a file that a later step changed, and a warning names it', async () => {
    const { job, read, write } = place();
    await job.main(
      inputsFor(vault, { inject: 'postgres/PLAIN > .env#DB_PASSWORD\n94 > gradle.properties#db.user' }),
    );
    const changed = `${read('.env')}MORE=1\n`;
    write('.env', changed);
    const post = await job.post({});
    expect([post.code, read('.env')]).toEqual([0, changed]);
    expect(post.log).toMatch(/::warning::\S+\.env was changed after values were put into it/);
    expect(read('gradle.properties')).toBe(FILES['gradle.properties']);
    expect(filesIn(job)).toEqual([]);
  });

  test('stay in a file whose copy is gone, and a warning says so', async () => {
    const { job, read } = place();
    await job.main(inputsFor(vault, { inject: 'postgres/PLAIN > .env#DB_PASSWORD' }));
    rmSync(job.temp, { recursive: true });
    mkdirSync(job.temp);
    const post = await job.post({});
    expect(post.log).toMatch(/::warning::\S+\.env still holds the values .* Restore it by hand/);
    expect(read('.env')).toContain('plain-secret-0815');
  });
});

describe('before anything is fetched', () => {
  test('every fault of files, places and lines is told at once', async () => {
    const { job } = place({ ...FILES, 'broken.json': '{"a": ', 'twice.ini': '[a]\nx=1\nx=2\n' });
    const before = vault.journal.requests.length;
    const main = await job.main(
      inputsFor(vault, {
        inject: [
          'postgres/PASSWORD > config/app.yaml#/database/pasword',
          'postgres/PASSWORD > nothing.yaml#/a',
          'postgres/PASSWORD > broken.json#/a',
          'postgres/PASSWORD > twice.ini#/a/x',
          'postgres > .env#A',
          'postgres/* > .env#B',
          'postgres/PASSWORD > .env',
          'postgres/PASSWORD > app.unknown#a',
          'postgres/PASSWORD > .env#A, .env#A',
        ].join('\n'),
      }),
    );
    expect(main.code).toBe(1);
    expect(main.log.match(/title=\w+/g)?.sort(), main.log).toEqual(
      [
        ...[
          'DOCUMENT_REFUSED',
          'FILE_REFUSED',
          'NAME_COLLISION',
          'PLACE_NOT_FOUND',

          'PLACE_REFUSED',
        ],
        ...['REQUEST_INVALID', 'REQUEST_INVALID', 'REQUEST_INVALID', 'REQUEST_INVALID'],
      ].map((code) => `title=${code}`),
    );
    expect(main.log).toContain('the nearest one is /database/password');
    expect(main.log).toContain(
      'Write postgres/FIELD > .env#A for a field of a secret, or credential:postgres > .env#A for the password of a credential.',
    );
    expect(vault.journal.requests.length).toBe(before);
  });

  test.skipIf(isWindows())(
    'a link out of the workspace is refused, and one file under two names',
    async () => {
      const { job } = place();
      symlinkSync('.env', join(job.workspace, 'other.env'));
      writeFileSync(join(job.folder, 'secret.ini'), 'x=1\n');
      symlinkSync(join(job.folder, 'secret.ini'), join(job.workspace, 'link.ini'));
      const inject =
        'postgres/PLAIN > .env#OTHER\npostgres/PLAIN > other.env#DB_PASSWORD\npostgres/PLAIN > link.ini#/x';
      const main = await job.main(inputsFor(vault, { inject }));
      expect(main.log.match(/title=\w+/g)?.sort(), main.log).toEqual([
        'title=FILE_REFUSED',
        'title=NAME_COLLISION',
      ]);
      expect(main.log).toContain('.env and other.env are one file.');
    },
  );

  test('a place that two lines name is refused', async () => {
    const { job } = place();
    const inject = 'postgres/PLAIN > .env#OTHER\npostgres/PORT > .env#OTHER';
    const main = await job.main(inputsFor(vault, { inject }));
    expect(main.log.match(/title=\w+/g), main.log).toEqual(['title=NAME_COLLISION']);
  });

  test.each([
    ['inject-format', '.env=ini:perl', 'inject-format: ".env=yaml"'],
    ['inject-format', 'other.cfg=ini', 'Write the path as it stands there'],
    ['inject-namespaces', 'x', 'inject-namespaces: "x=URI"'],
    ['inject-restore', 'maybe', 'inject-restore: "true"'],
  ])('%s of %s is refused', async (name, value, remedy) => {
    const { job } = place();
    const main = await job.main(inputsFor(vault, { inject: 'postgres/PLAIN > .env#OTHER', [name]: value }));
    expect([main.code, main.log.match(/title=\w+/g)], main.log).toEqual([1, ['title=INPUT_INVALID']]);
    expect(main.log).toContain(remedy);
  });

  test.skipIf(lacks('git'))('a file that git tracks is named in a warning', async () => {
    const { job } = place();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', job.workspace, ...args], { stdio: 'ignore' });
    git('init');
    git('add', '.env');
    const inject = 'postgres/PLAIN > .env#OTHER, Cargo.toml#/registry/token';
    const main = await job.main(inputsFor(vault, { inject }));
    expect(main.code, main.log).toBe(0);
    expect(main.log.match(/::warning::.*/g)).toEqual([expect.stringContaining('git tracks .env')]);
  });
});

test('a place that a line of inject names can be left readable', async () => {
  const { job } = place();
  const inject = 'postgres/PORT > "server.xml"#"//Connector[@port=\'8443\']/@keystorePass"';
  const main = await job.main(
    inputsFor(vault, { inject, unmasked: "server.xml#//Connector[@port='8443']/@keystorePass" }),
  );
  expect(main.code, main.log).toBe(0);
  expect(main.masks).not.toContain('5432');
});
