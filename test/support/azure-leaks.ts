import { type AzureCommand, parseCommand, unescapeData } from './azure-command.js';
import type { AzureJob, AzureStepResult } from './azure-job.js';
import { formsIn } from './encodings.js';

/** What ends a line to an agent. */
const LINE_END = /\r\n|\r|\n/;

/**
 * What is wrong with the output of a step: a variable whose value no `setsecret` named before, and any form of a secret in
 * a line that is neither, as it stands or unescaped. Every line counts, those of standard error and of the library's own debugging too.
 */
export function misplacedIn({ stdout, stderr }: AzureStepResult, secrets: readonly string[]): string[] {
  const hidden = new Set<string>();
  const found: string[] = [];
  const others: string[] = stderr.split(LINE_END);
  for (const line of stdout.split(LINE_END)) {
    const command = parseCommand(line);
    const isHiding = command?.event === 'setsecret';
    const isSetting = command?.event === 'setvariable' && command.properties.get('issecret') === 'true';
    // A secret may be only in the data of these two, not in a name or before the command.
    const login = command?.event === 'settaskvariable' ? loginIn(command) : undefined;
    if (login !== undefined && hidden.has(login)) {
      others.push(line.replaceAll(login, ''));
      continue;
    }
    others.push(isHiding || isSetting ? line.slice(0, line.indexOf(']', line.indexOf('##vso[')) + 1) : line);
    if (isHiding) hidden.add(command.data);
    if (isSetting && command.data.trim() !== '' && !hidden.has(command.data))
      found.push(`${command.properties.get('variable')} is set before it is hidden`);
  }
  const rest = withUnescaped(others);
  return [...found, ...formsIn(rest, secrets).map((form) => `a line shows ${form}`)];
}

/** The login that a state carries: only there, in a task variable that is itself secret. */
function loginIn({ properties, data }: AzureCommand): string | undefined {
  const login = /"login":"([\w-]+)"/.exec(data)?.[1];
  return properties.get('issecret') === 'true' ? login : undefined;
}

function withUnescaped(lines: readonly string[]): Buffer {
  return Buffer.from([...lines, ...lines.map(unescapeData)].join('\n'));
}

/** What is wrong with a step altogether: its output, what the agent refused or forbade, and what the log shows. */
export function faultsOf(job: AzureJob, result: AzureStepResult, secrets: readonly string[]): string[] {
  const { agent } = job;
  return [
    ...misplacedIn(result, secrets),
    ...formsIn(withUnescaped(agent.log), secrets).map((form) => `the log shows ${form}`),
    ...agent.refused.map((line) => `the agent refused ${line}`),
    ...agent.forbidden.map((line) => `the agent forbade ${line}`),
    ...result.stdout
      .split(LINE_END)
      .filter((line) => line.includes('##vso[') && !line.startsWith('##vso[task.'))
      .map((line) => `a command within a line: ${line}`),
  ];
}
