import type { Setting, Word, Words } from '../text.js';

const OWN: Readonly<Record<Word, string>> = {
  'this runner': 'this machine',
  'the runner': 'this machine',
  'the step': 'the call',
  'the whole step': 'the whole call',
  'The deadline of the step': 'The deadline of the call',
  'the step has left': 'the call has left',
  'debug logging, to see what led to it': 'its debug lines logged, to see what led to it',
  'in one step': 'in one call',
  'Ask for less in one step.': 'Ask for less in one call.',
  'Ask for them in several steps.': 'Ask for them in several calls.',
  'Name another file, or remove it in an earlier step.': 'Name another file, or remove it first.',
  'Create it in an earlier step: run:': 'Make it first:',
  'What this step took': 'What it took',
  'belongs to another run of a job': 'belongs to another run',
  'Find out which run wrote the state': 'Find out which run wrote the state',
  'every later step': 'every program that gets it',
  'this job': 'it',
  'the job may write': 'this user may write',
  'programs of the job': 'programs',
  'until the job ends': 'until it is released',
  'The job is being cancelled.': 'Its signal was aborted.',
  'the job is being cancelled': 'its signal was aborted',
  'Run the job again.': 'Call it again.',
  'Put the jobs that share it in one `concurrency:` group': 'Let those who share it run one after another',
  'put the jobs that share it in one `concurrency:` group': 'let those who share it run one after another',
  'the workspace': 'the current folder',
  'have their own inputs': 'have their own options',
  'is not masked: it can show in logs': 'is not masked: it can show in logs',
  'env:': '',
};

/** The words of a library: what its caller reads names keys of the options that the caller passed. */
export const LIBRARY_WORDS: Words = {
  word: (word) => OWN[word],
  option: (key, as) => (as === 'bare' ? key : `${as === 'subject' ? 'Option ' : ''}\`${key}\``),
  line: (number, of) => `Line ${number} of \`${of}\``,
  settings: (settings, as) => {
    const verb = { whole: 'Pass ', Set: 'Pass ', set: 'pass ', inside: '', value: '' }[as];
    return `${verb}\`${settings.map(inCode).join(', ')}\``;
  },
  place: ({ kind, content }) => (kind === 'name' && content === 'value' ? 'value' : 'private file'),
  ofOutputs: () => '',
};

function inCode({ key, value }: Setting): string {
  return `${key}: ${/^(?:\d+|true|false)$/.test(value) ? value : JSON.stringify(value)}`;
}
