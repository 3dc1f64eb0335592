import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTION } from '../runner.js';
import { cannot, lacks } from '../skips.js';

/** A program that encodes values as programs of its language print them. */
export interface Encoder {
  readonly name: string;
  /** Whether a program is missing that it needs. */
  readonly lacksProgram: boolean;
  /** It puts backslashes before its own choice of characters, so only exec hides its output. */
  readonly isChoosy?: boolean;
  /** Every form of every value: all of one value together. One process for all, since starting it takes longest. */
  encode(values: readonly string[], folder: string): Promise<string[]>;
}

/** The programs stand here as sources; when they run compiled tests, the sources stay where they are. */
const SOURCES = join(ACTION, 'test/support/encoders');

function run(program: string, args: readonly string[], input = '', cwd = tmpdir()): Promise<Buffer> {
  return new Promise((done, fail) => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' };
    const options = { cwd, env, encoding: 'buffer', maxBuffer: 1 << 28 } as const;
    const child = execFile(program, args, options, (error, stdout) => (error ? fail(error) : done(stdout)));
    // One that reads nothing may have ended by now.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

const toHex = (values: readonly string[]): string =>
  values.map((value) => `${Buffer.from(value).toString('hex')}\n`).join('');
const fromHex = (output: Buffer): string[] =>
  output
    .toString()
    .split(/\r?\n/)
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'hex').toString());

/** A source that reads and prints lines of hex; `build` makes a program of it. */
function ofSource(
  name: string,
  programs: readonly string[],
  build: (folder: string) => Promise<readonly [program: string, ...args: string[]]>,
): Encoder {
  return {
    name,
    lacksProgram: programs.filter((program) => lacks(program)).length > 0,
    encode: async (values, folder) => {
      const [program, ...args] = await build(folder);
      return fromHex(await run(program, args, toHex(values)));
    },
  };
}

const source = (file: string): string => join(SOURCES, file);

const JQ: Encoder = {
  name: 'jq',
  lacksProgram: lacks('jq'),
  encode: async (values) => {
    const filter = '.[] | (@uri, @html, (tojson | .[1:-1]), ([.] | @tsv)) | (., "\\u0000")';
    return (await run('jq', ['-j', filter], JSON.stringify(values))).toString().split('\0').slice(0, -1);
  },
};

/** A server gets each value in the body of one request. */
const CURL: Encoder = {
  name: 'curl --data-urlencode',
  lacksProgram: lacks('curl'),
  encode: async (values, folder) => {
    let body = '';
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString('latin1');
      });
      request.on('end', () => response.end());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const args = values.flatMap((value, at) => {
      writeFileSync(join(folder, `value-${at}`), value);
      return ['--data-urlencode', `v@value-${at}`];
    });
    const { port } = server.address() as AddressInfo;
    try {
      await run('curl', ['-sS', '--noproxy', '*', ...args, `http://127.0.0.1:${port}/`], '', folder);
    } finally {
      server.close();
    }
    return body.split('&').map((pair) => pair.slice(2));
  },
};

/** A URL that holds the value in each of its parts. */
function urlParts(value: string): string[] {
  const url = new URL('https://host/');
  url.password = value;
  url.pathname = `/${value}`;
  url.search = `?${value}`;
  return [
    url.password,
    url.pathname.slice(1),
    url.search.slice(1),
    new URLSearchParams([['', value]]).toString().slice(1),
  ];
}

const NODE: Encoder = {
  name: 'Node',
  lacksProgram: false,
  encode: async (values) =>
    values.flatMap((value) => [
      ...urlParts(value),
      encodeURI(value),
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
    ]),
};

/** Gson, Django and Jinja are not here: these are said as their sources say. */
const SAID: Encoder = {
  name: 'Gson, json_script of Django and tojson of Jinja (as their sources say)',
  lacksProgram: false,
  encode: async (values) =>
    values.flatMap((value) => {
      const json = JSON.stringify(value).slice(1, -1);
      const ascii = json.replaceAll(/[^ -~]/g, lowerCode);
      return [
        // gson/src/main/java/com/google/gson/stream/JsonWriter.java, HTML_SAFE_REPLACEMENT_CHARS.
        json.replaceAll(/[<>&='\u2028\u2029]/g, lowerCode),
        // django/utils/html.py, _json_script_escapes.
        ascii.replaceAll('<', '\\u003C').replaceAll('>', '\\u003E').replaceAll('&', '\\u0026'),
        // jinja2/utils.py, htmlsafe_json_dumps.
        ascii.replaceAll(/[<>&']/g, lowerCode),
      ];
    }),
};

const lowerCode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Where `.ci/run` puts PyYAML. */
const YAML = process.env['SEGURA_TEST_YAML'] ?? '';

/** Control characters and bytes beyond ASCII made visible; each value in a separate file. */
const CAT: Encoder = {
  name: 'cat',
  lacksProgram: cannot(process.platform !== 'linux', 'what only Linux has') || lacks('cat'),
  encode: async (values, folder) => {
    const forms: string[] = [];
    for (const value of values) {
      writeFileSync(join(folder, 'value'), value);
      for (const flag of ['-v', '-vT'])
        forms.push((await run('cat', [flag, 'value'], '', folder)).toString());
    }
    return forms;
  },
};

const FISH: Encoder = {
  name: 'fish',
  lacksProgram: lacks('fish'),
  isChoosy: true,
  encode: async (values, folder) => {
    const code = 'for value in $argv; string escape -- $value; string escape --no-quoted -- $value; end';
    const output = await run('fish', ['--no-config', '-c', code, '--', ...values], '', folder);
    // What fish puts into quotes stands there with the quotes.
    return output
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((form) => form.replace(/^'(.*)'$/, '$1'));
  },
};

const choosy = (name: string, program: string, file: string): Encoder => ({
  ...ofSource(name, [program], async () => [program, source(file), 'choosy']),
  isChoosy: true,
});

export const ENCODERS: readonly Encoder[] = [
  NODE,
  JQ,
  CURL,
  SAID,
  ofSource('Python', ['python3'], async () => ['python3', source('encoder.py')]),
  {
    ...ofSource('PyYAML', ['python3'], async () => ['python3', source('encoder_yaml.py')]),
    lacksProgram: lacks('python3') || lacks('PyYAML', existsSync(join(YAML, 'yaml'))),
  },
  ofSource('PHP', ['php'], async () => ['php', source('encoder.php')]),
  ofSource('Ruby', ['ruby'], async () => ['ruby', source('encoder.rb')]),
  ofSource('Perl', ['perl'], async () => ['perl', source('encoder.pl')]),
  CAT,
  choosy('quotemeta of PHP', 'php', 'encoder.php'),
  choosy('shellescape of Ruby', 'ruby', 'encoder.rb'),
  choosy('quotemeta and Data::Dumper with Useqq of Perl', 'perl', 'encoder.pl'),
  FISH,
  ofSource('Java', ['java', 'javac'], async () => ['java', source('Encoder.java')]),
  ofSource('Go', ['go'], async (folder) => {
    const program = join(folder, 'encoder-go');
    await run('go', ['build', '-o', program, source('encoder.go')], '', folder);
    return [program];
  }),
  ofSource('Rust', ['rustc'], async (folder) => {
    const program = join(folder, 'encoder-rust');
    await run('rustc', ['-o', program, source('encoder.rs')], '', folder);
    return [program];
  }),
  ofSource('.NET', ['mcs', 'mono'], async (folder) => {
    const program = join(folder, 'encoder.exe');
    await run('mcs', [`-out:${program}`, source('encoder.cs')], '', folder);
    return ['mono', program];
  }),
];

/** Runs with a temporary folder. */
export async function withFolder<T>(operation: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'encoders-'));
  try {
    return await operation(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
