// Makes a bundle start faster: modules that its quickest runs do not need stay text until one is required.
import { createHash } from 'node:crypto';
import {
  ascii,
  evaluatedBy,
  HEAD,
  inParentheses,
  partsOf,
  withLaterImports,
  withLazyBuiltins,
} from './quick-bundle.mjs';

/**
 * V8 reads every function of a file before it runs the first, which takes longer than what `version` does. So the file
 * begins with the modules that the first group of `runs` evaluates; what each of the others needs beside them is a comment at
 * its end, as is the rest, which costs next to nothing. It is one line: a file that was cut off there is still a program
 * of JavaScript, which can say what it lacks. Node compiles one when the first module of it is required,
 * and sees the same source as before: the checksum of the file is of all of it.
 *
 * A run with `isWhole` needs all that is imported by what it uses, too: whoever tells of a part that cannot be read.
 * `name`: that of the file. `restName`: that of a file beside it which the rest goes to; it is read when it is needed.
 * Gives the text of each.
 *
 * What came through standard input Node keeps as `process._eval`: lib/internal/main/eval_stdin.js of Node 20 to 24. A file
 * whose line ends became CRLF is the same program, since JavaScript reads them as LF.
 */
export async function deferModules(bundle, runs, folder, { name, restName }) {
  const { shebang, imports, code } = withLazyBuiltins(bundle);
  const { map, modules, runtime } = partsOf(code);
  if (imports !== '') throw new Error('The bundle needs a require of its own.');
  const bundleOf = (each) =>
    ascii(`${shebang}${HEAD}var ${map}={${[...each.values()].join(',')}};${runtime}`);
  // What a run uses shows where every import waits until it is used.
  const probe = bundleOf(withLaterImports(modules, () => true));
  const partAt = new Map();
  for (const [part, run] of runs.flatMap((group, at) => group.map((each) => [at, each]))) {
    for (const id of await evaluatedBy(run.isWhole ? bundle : probe, run, folder))
      if (modules.has(id) && !partAt.has(id)) partAt.set(id, part);
  }
  const partOf = (id) => partAt.get(id) ?? runs.length;
  const texts = withLaterImports(modules, (from, to) => partOf(to) > partOf(from));
  const groups = runs.map((_, part) =>
    [...partAt].filter(([, at]) => at === part).map(([id]) => [id, inParentheses(take(texts, id))]),
  );
  const others = [...texts].map(([id, text]) => [id, inParentheses(text)]);
  const [first, ...later] = [...groups, others].filter((group) => group.length > 0);
  // The rest is many small functions: each is for a few runs of its own.
  const hasRest = texts.size > 0;
  const each = hasRest ? later.at(-1).map((module) => ascii(asFunction([module]))) : [];
  const sources = later.map((group, at) =>
    hasRest && at === later.length - 1 ? each.join('') : ascii(asFunction(group)),
  );
  if (sources.some((text) => /\bimport\(|\bimport\.meta\b/.test(text)))
    throw new Error('A module of a later part needs what only the file itself has.');
  if (
    [bundle, ...sources].some((text) => text.includes(MARK) || text.includes(LINE_END) || text.includes('\r'))
  )
    throw new Error('The bundle holds a mark of ours.');
  // Named by what they hold: a file may be replaced by another version before it is read again.
  const digest = createHash('sha256')
    .update([code, ...sources].join('\0'))
    .digest('hex')
    .slice(0, 32);
  const parts = sources.map(
    (source, at) => `${beginOf(at + 1, digest)}${source.replaceAll('\n', LINE_END)}${endOf(at + 1, digest)}`,
  );
  const inRest = restName !== undefined && texts.size > 0 ? [parts.pop()] : [];
  const place = (url, from, given, firstAt) =>
    `file(${url},${from},${JSON.stringify(given.map(({ length }) => length))},${firstAt})`;
  const headWith = (from) =>
    ascii(`${shebang}${HEAD}var ${map}={${first.map(([, text]) => text).join(',')}};
{${reader(digest, name)}
const own=${place('import.meta.url', from, parts, 1)};
const rest=${inRest.length === 0 ? 'own' : place(JSON.stringify(`./${restName}`), 0, inRest, parts.length + 1)};
const whole=(ids,part)=>{let made;for(const id of ids)Object.defineProperty(${map},id,{get:()=>(made??=part())[id]})};
const each=(ids,sizes,part)=>{let at=0;for(const[index,id]of ids.entries()){const from=at;at+=sizes[index];const to=at;let made;Object.defineProperty(${map},id,{get:()=>made??=part(from,to)[id]})}};
${later.map((group, at) => deferral(group, at, { each: at === later.length - 1 ? each : [], isOwn: at < parts.length, first: parts.length })).join('\n')}}
${runtime}
`);
  const from = String(headWith(' '.repeat(OFFSET_DIGITS)).length).padStart(OFFSET_DIGITS);
  return { code: `${headWith(from)}${parts.join('')}`, rest: inRest[0] };
}

const OFFSET_DIGITS = 7;

/** What begins each comment at the end of the file, and what stands for the end of a line in it. */
const MARK = '// A part of this program, compiled when it is needed,';
const LINE_END = '\\x01n';

function beginOf(number, digest) {
  return `${MARK} ${number} of ${digest}: `;
}

function endOf(number, digest) {
  return ` ${number} of ${digest}\n`;
}

/**
 * Code that defines `file`: of a file, where its parts begin and how long each is, it makes what compiles one of them.
 * All parts of a file are read at once: it may be removed later.
 */
function reader(digest, name) {
  return `const fault=(code)=>Object.assign(new Error("The program cannot be read."),{name:"ProgramFault",code});
const file=(url,from,sizes,first)=>{let parts;
const split=(all)=>{let at=0;return sizes.map((size,index)=>{const number=first+index,begin=${JSON.stringify(MARK)}+" "+number+" of ${digest}: ",end=" "+number+" of ${digest}\\n",part=all.subarray(at,at+=size);
if(part.length!==size||part.toString("latin1",0,begin.length)!==begin||part.toString("latin1",size-end.length)!==end)throw fault("changed");return part.subarray(begin.length,-end.length)})};
const read=()=>{const fs=process.getBuiltinModule("node:fs"),place=new URL(url,import.meta.url),all=Buffer.allocUnsafeSlow(sizes.reduce((sum,size)=>sum+size,0)),
plain=(text)=>Buffer.from(text.replaceAll("\\r\\n","\\n").slice(from,from+all.length),"latin1");
try{const own=fs.openSync(place);try{for(let got=0,more=1;more>0&&got<all.length;got+=more)more=fs.readSync(own,all,got,all.length-got,from+got)}finally{fs.closeSync(own)}}catch({code}){
if(url!==import.meta.url||typeof process._eval!="string")throw fault(code);return split(plain(process._eval))}
try{return split(all)}catch(error){let text;try{text=fs.readFileSync(place,"latin1")}catch{throw error}return split(plain(text))}};
return(at)=>(from,to)=>{parts??=read();
return process.getBuiltinModule("node:vm").compileFunction(parts[at].latin1Slice(from,to).replaceAll(${JSON.stringify(LINE_END)},"\\n"),["builtin","assertion","later"],{filename:${JSON.stringify(name)}})(builtin,assertion,later)}};`;
}

/** Code that makes the modules of a group those of a part: compiled together, or each by itself if their sources are given. */
function deferral(group, at, { each, isOwn, first }) {
  const part = isOwn ? `own(${at})` : `rest(${at - first})`;
  if (each.length === 0) return `whole(${idsOf(group)},${part});`;
  return `each(${idsOf(group)},${JSON.stringify(each.map((source) => source.replaceAll('\n', LINE_END).length))},${part});`;
}

function asFunction(group) {
  return `"use strict";return{${group.map(([, text]) => text).join(',')}}`;
}

function idsOf(group) {
  return JSON.stringify(group.map(([id]) => Number(id)));
}

function take(texts, id) {
  const text = texts.get(id);
  texts.delete(id);
  return text;
}
