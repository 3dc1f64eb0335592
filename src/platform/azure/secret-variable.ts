/** The agent rejects a secret with one of these, and prints it. Source: microsoft/azure-pipelines-agent, TaskCommandExtension.cs. */
export function hasLineEnd(value: string): boolean {
  return /[\r\n]/.test(value);
}

/**
 * Where an agent takes what follows for the name of a variable, in values too: before each step it puts in what that
 * holds, be it the token of the job. Nothing escapes it; the `)` may stand in the text that the value is put into.
 * Source: microsoft/azure-pipelines-agent, Variables.cs, TaskRunner.cs and VarUtil.cs.
 */
export function hasMacro(value: string): boolean {
  return value.includes('$(');
}

/** Whether a secret variable of Azure Pipelines gives later steps the value as it is. */
export function isHoldable(value: string): boolean {
  return !hasLineEnd(value) && !hasMacro(value);
}
