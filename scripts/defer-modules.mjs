// Makes a bundle quick to start: what its quickest commands do not need stays text until it is needed.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

const BUNDLE =
  /^(#!.*\n)import\{createRequire as (\w+)\}from"module";var (\w+)=(\{[\s\S]*\});(var (\w+)=\{\};function __nccwpck_require__\((\w+)\)\{[\s\S]*)$/;

/**
 * V8 reads every function of a file before it runs the first, and that takes longer than what `version` does. So the file
 * begins with the modules that the first of `runs` evaluates; what the second needs beside them is a text in it, and the
 * rest a comment at its end, which both cost next to nothing. Node compiles one when the first module of it is required,
 * and sees the same source as before: the bundle is still one file, and its checksum is of all of it.
 */
export function deferModules(bundle, runs, folder) {
  const found = BUNDLE.exec(bundle);
  if (found === null) throw new Error('The bundle does not begin as it did.');
  const [, shebang, createRequire, map, given, runtime] = found;
  const modules = given.replaceAll(`${createRequire}(import.meta.url)(`, 'process.getBuiltinModule(');
  if (/\bimport\.meta\b/.test(modules) || runtime.includes(`${createRequire}(import.meta.url)`))
    throw new Error('A module of the bundle needs what only a module has.');
  // Not run: a function knows its own text, which is all that is asked of it.
  const functions = runInContext(`(${modules})`, createContext());
  const texts = new Map(Object.entries(functions).map(([id, each]) => [id, `${id}:${each}`]));
  const groups = runs.map((args) => {
    const ids = evaluatedBy(bundle, args, folder).filter((id) => texts.has(id));
    return ids.map((id) => [id, take(texts, id)]);
  });
  const [first, second, rest] = [...groups, [...texts]];
  const comment = asFunction(rest);
  if (bundle.includes(MARK) || comment.includes(COMMENT_END))
    throw new Error('The bundle holds a mark of ours.');
  return `${shebang}var ${map}={${first.map(([, text]) => text).join(',')}};
{const compile=(text)=>process.getBuiltinModule("node:vm").compileFunction(text,[],{filename:"segura-secrets.mjs"})();
const defer=(ids,text)=>{let made;for(const id of ids)Object.defineProperty(${map},id,{get:()=>(made??=compile(text()))[id]})};
defer(${idsOf(second)},()=>${JSON.stringify(asFunction(second))});
defer(${idsOf(rest)},()=>{const own=process.getBuiltinModule("node:fs").readFileSync(new URL(import.meta.url),"utf8");
const from=own.lastIndexOf(${JSON.stringify(MARK.slice(0, 3))}+${JSON.stringify(MARK.slice(3))})+${MARK.length};
return own.slice(from,own.indexOf("*/",from)).replaceAll(${JSON.stringify(COMMENT_END)},"*/")})}
${runtime}
${MARK}${comment.replaceAll('*/', COMMENT_END)}*/
`;
}

/** What begins the comment at the end of the file, and what stands for the end of a comment in it. */
const MARK = '/* The rest of this program, compiled when it is needed:\n';
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

/** The ids of the modules that a run of the bundle evaluates, in their order. */
function evaluatedBy(bundle, args, folder) {
  const call = /(\w+)\[(\w+)\]\((\w+),\3\.exports,__nccwpck_require__\)/;
  if (!call.test(bundle)) throw new Error('The bundle does not require its modules as it did.');
  const told = bundle.replace(call, 'console.error("evaluates:"+$2),$&').replace(/^#!.*\n/, '');
  const file = `${folder}/traced.mjs`;
  writeFileSync(file, told);
  const { status, stderr } = spawnSync(process.execPath, [file, ...args], { env: {}, encoding: 'utf8' });
  rmSync(file);
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stderr}`);
  return stderr.split('\n').flatMap((line) => /^evaluates:(\d+)$/.exec(line)?.[1] ?? []);
}
