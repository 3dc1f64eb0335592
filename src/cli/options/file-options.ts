import type { Option } from './login-options.js';

/** The options that put values into files of the job, which are also inputs. */
export const FILE_OPTIONS = {
  inject: {
    value: 'LINES',
    meaning: "values for places in files, one per line: 'identity/field > PATH#PLACE'; may be repeated",
  },
  'inject-format': {
    value: 'PATH=FORMAT',
    meaning: 'format of a file whose ending does not say it; may be repeated',
  },
  'inject-namespaces': {
    value: 'PREFIX=URI',
    meaning: 'namespace of a prefix in XPaths; may be repeated',
  },
  'inject-restore': { value: 'true|false', meaning: 'restore the files at the end' },
  templates: {
    value: 'LINES',
    meaning: "files to make from templates, one per line: 'TEMPLATE > FILE'; may be repeated",
  },
  'template-delimiters': {
    value: 'SIGNS',
    meaning: "what begins and ends a value in templates, such as '[[ ]]'",
  },
} as const satisfies Readonly<Record<string, Option>>;
