// Writes which modules of Node this process has loaded into SEGURA_TEST_BUILTINS, as JSON, as it ends.
'use strict';
const { writeFileSync } = require('node:fs');
const v8 = require('node:v8');

const file = process.env.SEGURA_TEST_BUILTINS;
const { setFlagsFromString } = v8;
/** Before the first flag of V8 was set; all of them if none was. */
let before;
v8.setFlagsFromString = (flags) => {
  before ??= new Set(process.moduleLoadList);
  setFlagsFromString(flags);
};

process.on('exit', () => {
  const all = process.moduleLoadList.filter((name) => name.startsWith('NativeModule '));
  const late = before === undefined ? [] : all.filter((name) => !before.has(name));
  writeFileSync(file, JSON.stringify({ all, late, isFlagSet: before !== undefined }));
});
