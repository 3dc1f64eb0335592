// Makes a bundle start faster: modules that its fastest commands do not need stay text until one is required.
import { createHash } from 'node:crypto';
import { ascii, evaluatedBy, inParentheses, LAZY, partsOf, withLazyBuiltins } from './quick-bundle.mjs';

/**
 * V8 reads every function of a file before it runs the first, which takes longer than what `version` does. So the file
 * begins with the modules that the first of `runs` evaluates; what each of the others needs beside them is a comment at
 * its end, as is the rest, which costs next to nothing. Node compiles one when the first module of it is required,
 * and sees the same source as before: the bundle is still one file, and its checksum is of all of it.
 */
export async function deferModules(bundle, runs, folder) {
  const { shebang, imports, code } = withLazyBuiltins(bundle);
  const { map, modules: texts, runtime } = partsOf(code);
  if (imports !== '' || [...texts.values()].some((text) => text.includes('import.meta')))
    throw new Error('A module of the bundle needs what only a module has.');
  const groups = [];
  for (const run of runs) {
    const ids = (await evaluatedBy(bundle, run, folder)).filter((id) => texts.has(id));
    groups.push(ids.map((id) => [id, inParentheses(take(texts, id))]));
  }
  const [first, ...later] = [...groups, [...texts]].filter((group) => group.length > 0);
  const comments = later.map(asFunction);
  if ([bundle, ...comments].some((text) => text.includes(MARK) || text.includes(COMMENT_END)))
    throw new Error('The bundle holds a mark of ours.');
  // Named by what they hold: the file may be replaced by another version before it is read again.
  const digest = createHash('sha256')
    .update([code, ...comments].join('\0'))
    .digest('hex')
    .slice(0, 32);
  const nameOf = (at) => ` ${at + 1} of ${digest}`;
  const part = (at) =>
    `${MARK}${nameOf(at)}:\n${comments[at].replaceAll('*/', COMMENT_END)}\n${nameOf(at)}*/\n`;
  return ascii(`${shebang}${LAZY}var ${map}={${first.map(([, text]) => text).join(',')}};
{let parts;const fault=(code)=>Object.assign(new Error("The program cannot be read."),{name:"ProgramFault",code});
const read=()=>{let own;try{own=process.getBuiltinModule("node:fs").readFileSync(new URL(import.meta.url),"latin1")}catch({code}){throw fault(code)}
return [${later.map((_, at) => JSON.stringify(nameOf(at))).join(',')}].map((name)=>{
const begin=${JSON.stringify(MARK.slice(0, 3))}+${JSON.stringify(MARK.slice(3))}+name+":\\n",from=own.lastIndexOf(begin),to=own.indexOf("\\n"+name+"*/",from);
if(from<0||to<0)throw fault("changed");return own.slice(from+begin.length,to)})};
const part=(at)=>{parts??=read();
return process.getBuiltinModule("node:vm").compileFunction(parts[at].replaceAll(${JSON.stringify(COMMENT_END)},"*/"),["builtin"],{filename:"segura-secrets.mjs"})(builtin)};
const defer=(ids,at)=>{let made;for(const id of ids)Object.defineProperty(${map},id,{get:()=>(made??=part(at))[id]})};
${later.map((group, at) => `defer(${idsOf(group)},${at});`).join('\n')}}
${runtime}
${later.map((_, at) => part(at)).join('')}`);
}

/** What begins each comment at the end of the file, and what stands for the end of a comment in it. */
const MARK = '/* A part of this program, compiled when it is needed,';
const COMMENT_END = '*\\x01/';

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
