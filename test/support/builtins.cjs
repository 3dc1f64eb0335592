// Writes which modules of Node this process has loaded into SEGURA_TEST_BUILTINS, one a line, as it ends.
'use strict';
const { writeFileSync } = require('node:fs');

const file = process.env.SEGURA_TEST_BUILTINS;
process.on('exit', () => writeFileSync(file, process.moduleLoadList.join('\n')));
