import { hasLineEnd, hasMacro } from '../azure/secret-variable.js';
import { type Assignment, brokenWhere, checkNul, type Format, lines } from './format.js';

/**
 * Logging commands for the standard output of a step: every mask first, then the variables.
 *
 * The order matters: the agent prints a variable that it rejects, and hides only what is masked by then.
 * It rejects secrets of several lines, unless the job sets a knob for all its steps; so masks go line by line. A secret
 * variable is no environment variable of a script until the step maps it: `env: { DB_PASSWORD: $(DB_PASSWORD) }`.
 */
export const AZURE: Format = {
  check: (assignments) => [
    ...checkNul(assignments),
    ...brokenWhere(
      assignments,
      hasLineEnd,
      'has several lines: Azure Pipelines rejects such a secret, and prints it',
    ),
    ...brokenWhere(
      assignments,
      (value) => hasMacro(value) && !hasLineEnd(value),
      'contains "$(", and Azure Pipelines may insert the value of another variable there',
    ),
  ],
  render: (assignments, masks) => lines(azureCommands(assignments, masks)),
};

/** Each command is one line. */
export function azureCommands(assignments: readonly Assignment[], masks: readonly string[]): string[] {
  const texts = new Set(masks.flatMap((mask) => mask.split(/[\r\n]+/)));
  return [
    ...[...texts]
      .filter((text) => text.trim() !== '')
      .map((text) => `##vso[task.setsecret]${escapeData(text)}`),
    ...assignments.map(
      ({ name, value, unmasked }) =>
        `##vso[task.setvariable variable=${name};issecret=${unmasked !== true}]${escapeData(value)}`,
    ),
  ];
}

/**
 * The data of a command. The agent decodes %3B, %5D, %0D and %0A before %AZP25, so only `%` needs it here.
 *
 * Source: microsoft/azure-pipelines-agent, CommandStringConvertor.cs.
 */
function escapeData(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
