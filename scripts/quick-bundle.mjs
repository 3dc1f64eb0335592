import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { createContext, runInContext } from 'node:vm';

// Makes a bundle start faster. The code stays the same, except for how it loads modules of Node.

/** Modules of Node that take long to load, and of which an export is only read when it is used. */
const SLOW = [
  'assert',
  'child_process',
  'crypto',
  'dns',
  'fs/promises',
  'http',
  'http2',
  'https',
  'net',
  'os',
  'sqlite',
  'stream',
  'timers/promises',
  'tls',
  'tty',
  'vm',
  'worker_threads',
  'zlib',
];

/** Node has it since 20.16 and 22.3; an older one loads a module of Node by a require of its own. */
const GET_BUILTIN =
  'process.getBuiltinModule??=(await import("node:module")).createRequire(import.meta.url);\n';

/**
 * What a quick bundle begins with. `builtin` and `later` give a module, of Node and of the bundle, that is loaded when an
 * export of it is first used. `assertion` is Node's `assert`, which is loaded when one fails.
 */
export const HEAD = `${GET_BUILTIN}const builtin=(name,call)=>{const real=()=>process.getBuiltinModule(name);return new Proxy(()=>{},{get:(_,key)=>real()[key],has:(_,key)=>key in real(),apply:call??((_,self,args)=>real().apply(self,args))})},assertion=(name)=>builtin(name,(_,self,args)=>{if(!args[0])process.getBuiltinModule(name).apply(self,args)}),later=(load)=>new Proxy(()=>{},{get:(_,key)=>load()[key],has:(_,key)=>key in load(),apply:(_,self,args)=>load().apply(self,args)});\n`;

function loaderOf(name) {
  if (name === 'assert') return 'assertion';
  return SLOW.includes(name) ? 'builtin' : 'process.getBuiltinModule';
}

/** How the toolkit of the action gets what writes a job summary, which the action writes by itself. */
const PROMISES_OF_FS = /\bconst\{(\w+:\w+(?:,\w+:\w+)*)\}=(\w+)\.promises;/g;

/** A bundle that needs no module of Node asks for none. */
const BEGINNING = /^(#!.*\n)?(?:import\{createRequire as (\w+)\}from"module";)?(?=var )/;

/**
 * The first line of a bundle, what it has to import, and its code, in which no module of Node is asked for by `require`:
 * making one loads a part of Node that nothing else here needs.
 */
export function withLazyBuiltins(bundle) {
  const found = BEGINNING.exec(bundle);
  if (found === null) throw new Error('The bundle does not begin as it did.');
  const [head, shebang = '', createRequire] = found;
  if (createRequire === undefined) return { shebang, imports: '', code: bundle.slice(head.length) };
  const code = bundle
    .slice(head.length)
    .replace(
      new RegExp(`\\b${createRequire}\\(import\\.meta\\.url\\)\\(("(?:node:)?([a-z0-9_/]+)")\\)`, 'g'),
      (_, literal, name) => `${loaderOf(name)}(${literal})`,
    )
    .replace(PROMISES_OF_FS, (_, names, fs) =>
      names.replaceAll(/(\w+):(\w+),?/g, `const $2=(...args)=>${fs}.promises.$1(...args);`),
    );
  // What asks for a file by a name that it makes needs a real one.
  const isNeeded = code.includes(`${createRequire}(import.meta.url)(`);
  return {
    shebang,
    imports: isNeeded ? `import{createRequire as ${createRequire}}from"module";\n` : '',
    code,
  };
}

/** A bundle of which every module of Node is loaded when it is needed. */
export function quickBundle(bundle) {
  const { shebang, imports, code } = withLazyBuiltins(bundle);
  return ascii(`${shebang}${imports}${HEAD}${code}`);
}

/**
 * A property whose value is a function, as one that V8 compiles at once. It reads others twice: first for their end, and
 * then when they are called. Node 20 reads an arrow function twice even in parentheses.
 */
export function inParentheses(property) {
  const [, id, args, body] = /^(\d+):(\w+|\([\w,]*\))=>(\{[\s\S]*)$/.exec(property) ?? [];
  if (id === undefined) return `${property.replace(':', ':(')})`;
  return `${id}:(function${args.startsWith('(') ? args : `(${args})`}${body})`;
}

const PARTS = /^var (\w+)=(\{[\s\S]*\});(var \w+=\{\};function __nccwpck_require__\(\w+\)\{[\s\S]*)$/;

/** What a script may not hold stands as this while it is read. */
const META = '__import_meta__';

/** The modules of a bundle, each by its id as a property of the map in which the bundler keeps them, and what runs them. */
export function partsOf(code) {
  const found = PARTS.exec(code);
  if (found === null) throw new Error('The bundle does not begin as it did.');
  const [, map, literal, runtime] = found;
  // Not run: a function knows its own text, which is all that is asked of it.
  const functions = runInContext(`(${literal.replaceAll('import.meta', META)})`, createContext());
  const sourceOf = (each) => `${each}`.replaceAll(META, 'import.meta');
  const modules = new Map(Object.entries(functions).map(([id, each]) => [id, `${id}:${sourceOf(each)}`]));
  return { map, modules, runtime };
}

/**
 * The modules, of which each imports by `later` those that `isLater` names for it. Only imports of ES modules by ES modules
 * are changed: such an import is read by its exports alone, and evaluating one of ours or of the toolkit does nothing else.
 */
export function withLaterImports(modules, isLater) {
  return new Map([...modules].map(([id, text]) => [id, changed(id, text)]));

  function changed(id, text) {
    const [, require] = /^\d+:\(?\((?:\w+),(?:\w+),(\w+)\)=>/.exec(text) ?? [];
    if (require === undefined) return text;
    text = text.replace(
      new RegExp(`\\bconst (\\w+)=${require}\\((\\d+)\\)(?=[;,])`, 'g'),
      (whole, name, target) =>
        HTTP_2.test(modules.get(target) ?? '') ? `const ${name}=later(()=>${require}(${target}))` : whole,
    );
    if (!isEsModule(text)) return text;
    // Code of this age declares nothing else by `var`.
    return text.replace(new RegExp(`\\bvar (\\w+)=${require}\\((\\d+)\\);`, 'g'), (whole, name, target) =>
      isEsModule(modules.get(target) ?? '') && isLater(id, target)
        ? `var ${name}=later(()=>${require}(${target}));`
        : whole,
    );
  }
}

/** undici's client of HTTP/2 is one function, which we never call; evaluating it loads all of HTTP/2 of Node. */
const HTTP_2 = /\.exports=connectH2\b/;

/** By what the bundler makes of `export`, or of an `await` of a module. */
function isEsModule(text) {
  return (
    /^\d+:\(?\(\w+,(\w+),(\w+)\)=>\{(?:\2\.r\(\1\);)?\2\.(?:d\(\1,\{|a\()/.test(text) ||
    /^\d+:\(?\((\w+),\w+,(\w+)\)=>\{\2\.a\(\1,async/.test(text)
  );
}

/** V8 keeps and reads a text of which one character is beyond Latin-1 in twice the bytes. */
export function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The ids of the modules that a run of the bundle evaluates, sorted. `script`: what imports it, as `./traced.mjs`. */
export async function evaluatedBy(bundle, { args, env = {}, code = 0, script }, folder) {
  const call =
    /(\w+)\[(\w+)\](?:\((\w+),\3\.exports,__nccwpck_require__\)|\.call\((\w+)\.exports,\4,\4\.exports,__nccwpck_require__\))/;
  if (!call.test(bundle)) throw new Error('The bundle does not require its modules as it did.');
  const told = bundle.replace(call, 'console.error("evaluates:"+$2),$&').replace(/^#!.*\n/, '');
  const file = `${folder}/traced.mjs`;
  const asking = `${folder}/asking.mjs`;
  writeFileSync(file, told);
  if (script !== undefined) writeFileSync(asking, script);
  const child = spawn(process.execPath, [script === undefined ? file : asking, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('close', done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const status = await ended;
  rmSync(file);
  rmSync(asking, { force: true });
  if (status !== code) throw new Error(`${args.join(' ')} failed with ${status}:\n${stderr}${stdout}`);
  return stderr
    .split('\n')
    .flatMap((line) => /^evaluates:(\d+)$/.exec(line)?.[1] ?? [])
    .sort((a, b) => a - b);
}
