// Makes the bundles of the Azure task start faster: modules that its quickest run does not need are texts until required.
import { ascii, evaluatedBy, inParentheses, partsOf } from './quick-bundle.mjs';

const REQUIRE = /^import\{createRequire as (\w+)\}from"module";(?=var )/;

/**
 * V8 reads every function of a file before it runs the first. So each module that `run` does not evaluate is a text, which
 * is compiled when the module is first required. Unlike what deferModules makes, the result has no `await` and reads no
 * file: an old Node has to be able to load it, and Microsoft's mock runner by `require`. `name`: that of the file.
 */
export async function unusedAsText(bundle, run, folder, name) {
  const [head, createRequire] = REQUIRE.exec(bundle) ?? [];
  if (head === undefined) throw new Error('The bundle does not begin as it did.');
  const { map, modules, runtime } = partsOf(bundle.slice(head.length));
  const used = new Set(await evaluatedBy(bundle, run, folder));
  const ofNode = `${createRequire}(import.meta.url)`;
  const kept = [];
  const texts = [];
  for (const [id, property] of modules) {
    const text = property.slice(`${id}:`.length).replaceAll(`${ofNode}(`, 'requireOfNode(');
    if (used.has(id)) kept.push(inParentheses(property));
    // What only the file itself has cannot be in a text.
    else if (/\bimport\(|\bimport\.meta\b/.test(text)) kept.push(property);
    else texts.push(`${id}:${JSON.stringify(`"use strict";return(${text})`)}`);
  }
  return ascii(`${head}var ${map}={${kept.join(',')}},seguraTexts={${texts.join(',')}};
for(const id in seguraTexts){let made;Object.defineProperty(${map},id,{get:()=>made??=process.getBuiltinModule("vm").compileFunction(seguraTexts[id],["requireOfNode"],{filename:${JSON.stringify(name)}})(${ofNode})})}
${runtime}`);
}
