// Makes a bundle start faster: modules that its quickest runs do not need stay text until one is required.
import { createHash } from 'node:crypto';
import { ascii, evaluatedBy, HEAD, inParentheses, partsOf, withLazyBuiltins } from './quick-bundle.mjs';

/**
 * V8 reads every function of a file before it runs the first, which takes longer than what `version` does. So the file
 * begins with the modules that the first of `runs` evaluates; what each of the others needs beside them is a comment at
 * its end, as is the rest, which costs next to nothing. It is one line: a file that was cut off there is still a program
 * of JavaScript, which can say what it lacks. Node compiles one when the first module of it is required,
 * and sees the same source as before: the checksum of the file is of all of it.
 *
 * `name`: that of the file. `restName`: that of a file beside it which the rest goes to; it is read when it is needed.
 * Gives the text of each.
 *
 * What came through standard input Node keeps as `process._eval`: lib/internal/main/eval_stdin.js of Node 20 to 24. A file
 * whose line ends became CRLF is the same program, since JavaScript reads them as LF.
 */
export async function deferModules(bundle, runs, folder, { name, restName }) {
  const { shebang, imports, code } = withLazyBuiltins(bundle);
  const { map, modules: texts, runtime } = partsOf(code);
  if (imports !== '') throw new Error('The bundle needs a require of its own.');
  const groups = [];
  for (const run of runs) {
    const ids = (await evaluatedBy(bundle, run, folder)).filter((id) => texts.has(id));
    groups.push(ids.map((id) => [id, inParentheses(take(texts, id))]));
  }
  const [first, ...later] = [...groups, [...texts]].filter((group) => group.length > 0);
  const sources = later.map((group) => ascii(asFunction(group)));
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
const defer=(ids,part,at)=>{let made;for(const id of ids)Object.defineProperty(${map},id,{get:()=>(made??=part(at))[id]})};
${later.map((group, at) => `defer(${idsOf(group)},${at < parts.length ? `own,${at}` : `rest,${at - parts.length}`});`).join('\n')}}
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
 * Code that defines `file`: of a file, where its parts begin and how long each is, it makes what compiles one of them. The
 * first part is read by itself; all others at once, when one is needed: the file may be removed before the last is.
 */
function reader(digest, name) {
  return `const fault=(code)=>Object.assign(new Error("The program cannot be read."),{name:"ProgramFault",code});
const file=(url,from,sizes,first)=>{const parts=[];
const split=(all,index,count)=>{for(let at=0;count>0;index+=1,count-=1){const number=first+index,begin=${JSON.stringify(MARK)}+" "+number+" of ${digest}: ",end=" "+number+" of ${digest}\\n",part=all.subarray(at,at+=sizes[index]);
if(part.length!==sizes[index]||part.latin1Slice(0,begin.length)!==begin||part.latin1Slice(part.length-end.length)!==end)throw fault("changed");parts[index]=part.subarray(begin.length,-end.length)}};
const read=(index,count)=>{const fs=process.getBuiltinModule("node:fs"),place=new URL(url,import.meta.url),sum=(numbers)=>numbers.reduce((all,size)=>all+size,0),start=from+sum(sizes.slice(0,index)),all=Buffer.allocUnsafeSlow(sum(sizes.slice(index,index+count))),
plain=(text)=>Buffer.from(text.replaceAll("\\r\\n","\\n").slice(start,start+all.length),"latin1");
try{const own=fs.openSync(place);try{for(let got=0,more=1;more>0&&got<all.length;got+=more)more=fs.readSync(own,all,got,all.length-got,start+got)}finally{fs.closeSync(own)}}catch({code}){
if(url!==import.meta.url||typeof process._eval!="string")throw fault(code);return split(plain(process._eval),index,count)}
try{split(all,index,count)}catch(error){let text;try{text=fs.readFileSync(place,"latin1")}catch{throw error}split(plain(text),index,count)}};
return(at)=>{if(parts[at]===undefined)at===0?read(0,1):read(1,sizes.length-1);
return process.getBuiltinModule("node:vm").compileFunction(parts[at].latin1Slice().replaceAll(${JSON.stringify(LINE_END)},"\\n"),["builtin"],{filename:${JSON.stringify(name)}})(builtin)}};`;
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
