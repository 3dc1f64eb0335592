import { type Place, type Words, wordsOfInputs } from '../../core/text.js';

/** The words of Azure Pipelines: its inputs, its steps, its agents. */
const OWN = wordsOfInputs((key) => key, {
  'this runner': 'this agent',
  'the runner': 'the agent',
  'Create it in an earlier step: run:': 'Create it in an earlier step: script:',
  'Put the jobs that share it in one `concurrency:` group':
    'Put the jobs that share it behind one exclusive lock',
  'put the jobs that share it in one `concurrency:` group':
    'put the jobs that share it behind one exclusive lock',
  // An agent masks each secret variable itself, however short.
  'is not masked: it can show in logs':
    'gets no mask from the task: outside secret variables, it can show in logs',
});

/** The words of Azure Pipelines. `unmasked`: names, in upper case, of ordinary variables. */
export function azureWords(unmasked: ReadonlySet<string> = new Set()): Words {
  const place = ({ name, kind, content, env }: Place): string => {
    if (kind === 'file') return 'file';
    if (kind === 'inject') return 'value in a file';
    const variable = env ? 'variable' : 'output variable';
    if (content === 'path') return `private file, path as ${variable}`;
    return unmasked.has(name.toUpperCase()) ? variable : `secret ${variable}`;
  };
  return { ...OWN, place };
}
