import { type AzureCommand, parseCommand, unescapeData } from './azure-command.js';

export interface AzureVariable {
  readonly name: string;
  readonly value: string;
  readonly isSecret: boolean;
  readonly isReadOnly: boolean;
}

/** What a task may do that asks for restricted mode. Source: `CommandRestriction` of the agent's commands. */
const RESTRICTED = [
  'logdetail',
  'logissue',
  'issue',
  'complete',
  'setprogress',
  'setsecret',
  'setvariable',
  'debug',
  'settaskvariable',
  'prependpath',
];
/** Variables of every job, by name in lower case, that a value may name. */
const SYSTEM: Readonly<Record<string, string>> = {
  'system.accesstoken': 'the-token-of-the-job',
  'build.buildid': '4711',
  id: 'what-the-variable-id-holds',
};
/** What the agent itself has in its environment, and puts in after the variables. */
const OWN_ENVIRONMENT: Readonly<Record<string, string>> = { HOME: '/home/agent', USER: 'agent' };

/** As TaskResult of the server spells them, the worst last. */
const RESULTS = ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled', 'Skipped', 'Abandoned'];

/**
 * What an agent makes of the output of a step's tasks: variables, task variables, masks and a log, each line masked with
 * what was known when it came. It shows debug lines, as a run with System.Debug does.
 *
 * Source: microsoft/azure-pipelines-agent, WorkerCommandManager.cs, TaskCommandExtension.cs, Variables.cs, VarUtil.cs.
 */
export class AzureAgent {
  /** Those of the job, by name in lower case. */
  readonly variables = new Map<string, AzureVariable>();
  /** Those of the step, by name in lower case. */
  readonly taskVariables = new Map<string, AzureVariable>();
  readonly masks = new Set<string>();
  readonly log: string[] = [];
  /** Lines it printed whole since it could not do what they say. */
  readonly refused: string[] = [];
  /** Commands that restricted mode forbids. */
  readonly forbidden: string[] = [];
  result: string | undefined;
  /** Whether a read-only variable is refused. By default an agent warns and still sets it. */
  keepsReadOnly = false;
  /** Name of the step, under which its output variables are known. */
  readonly step: string;

  constructor(step = 'segura') {
    this.step = step;
  }

  /** One line of standard output or standard error. */
  read(line: string): void {
    const command = parseCommand(line);
    if (command === undefined) {
      this.#print(line);
      return;
    }
    if (command.area !== 'task' || !RESTRICTED.includes(command.event)) {
      this.forbidden.push(line);
      this.#print(`##[warning]${command.area}.${command.event} is not allowed`);
      return;
    }
    try {
      this.#obey(command);
    } catch (error) {
      this.refused.push(line);
      this.#print(`##[error]Unable to process command '${line}' successfully. ${String(error)}`);
      this.#merge('Failed');
    }
    if (command.event !== 'debug') this.#printDebug(`Processed: ${unescapeData(line)}`);
  }

  /** A variable's value by name, `segura.NAME` for one of the step's outputs. */
  value(name: string): string | undefined {
    return this.variables.has(name.toLowerCase()) ? this.#expand(name) : undefined;
  }

  /** The variables as later steps get them. */
  expanded(): AzureVariable[] {
    return [...this.variables.values()].map((each) => ({ ...each, value: this.#expand(each.name) }));
  }

  /** What an input or the environment of a later step holds, from the text in the pipeline. */
  inText(text: string): string {
    const withVariables = expandOnce(text, (name) => this.value(name) ?? SYSTEM[name.toLowerCase()]);
    return expandOnce(withVariables, (name) => OWN_ENVIRONMENT[name]);
  }

  isSecret(name: string): boolean | undefined {
    return this.variables.get(name.toLowerCase())?.isSecret;
  }

  #obey({ event, properties, data }: AzureCommand): void {
    if (event === 'setsecret') this.#hide(data);
    if (event === 'setvariable') this.#setVariable(properties, data);
    if (event === 'settaskvariable') {
      const { name, isSecret } = flagsOf(properties);
      this.#keep(this.taskVariables, { name, value: data, isSecret, isReadOnly: false });
    }
    if (event === 'complete') {
      const result = properties.get('result') ?? '';
      if (!RESULTS.includes(result)) throw new Error('no such result');
      this.#merge(result);
    }
    if (event === 'issue' || event === 'logissue') this.#print(`##[${properties.get('type')}]${data}`);
    if (event === 'debug') this.#printDebug(data);
  }

  #setVariable(properties: AzureCommand['properties'], data: string): void {
    const { name, isSecret } = flagsOf(properties);
    const isOutput = properties.get('isoutput') === 'true';
    const place = isOutput ? `${this.step}.${name}` : name;
    // It looks for the name without the step: an output can be set again.
    if (this.variables.get(name.toLowerCase())?.isReadOnly) {
      if (this.keepsReadOnly) throw new Error('read-only variable');
      this.#print(`##[warning]Overwriting the read-only variable ${name}`);
    }
    if (isSecret && data.includes('\n')) throw new Error('a secret has several lines');
    this.#keep(this.variables, { name: place, value: data, isSecret, isReadOnly: isOutput });
  }

  /**
   * Each `$(name)` in a value stands for what that variable holds, whatever its case; what is unknown stays as it is, and
   * so does the whole of a value in which variables name one another in a circle.
   */
  #expand(name: string): string {
    return this.#resolve(name, []) ?? this.#raw(name) ?? '';
  }

  #raw(name: string): string | undefined {
    const key = name.toLowerCase();
    return this.variables.get(key)?.value ?? SYSTEM[key];
  }

  /** Undefined for a circle. Source: Variables.cs, RecalculateExpanded. */
  #resolve(name: string, within: readonly string[]): string | undefined {
    const path = [...within, name.toLowerCase()];
    let isCircle = false;
    const resolved = expandOnce(this.#raw(name) ?? '', (inner) => {
      if (this.#raw(inner) === undefined) return undefined;
      const value = path.includes(inner.toLowerCase()) ? undefined : this.#resolve(inner, path);
      isCircle ||= value === undefined;
      return value ?? '';
    });
    return isCircle ? undefined : resolved;
  }

  #keep(variables: Map<string, AzureVariable>, variable: AzureVariable): void {
    const key = variable.name.toLowerCase();
    const earlier = variables.get(key);
    const isSecret = variable.isSecret || (earlier?.isSecret ?? false);
    const isReadOnly = variable.isReadOnly || (earlier?.isReadOnly ?? false);
    if (isSecret && variable.value !== '') this.masks.add(variable.value);
    variables.set(key, { ...variable, isSecret, isReadOnly });
  }

  /** The library refuses several lines itself; the agent would take them and hide nothing, which is worse. */
  #hide(text: string): void {
    if (/[\r\n]/.test(text)) throw new Error('a secret has several lines');
    if (text.trim() === '') throw new Error('a secret is blank');
    this.masks.add(text);
  }

  #merge(result: string): void {
    const worst = (each: string | undefined): number => RESULTS.indexOf(each ?? 'Succeeded');
    if (this.result === undefined || worst(result) > worst(this.result)) this.result = result;
  }

  #printDebug(text: string): void {
    this.#print(text.replaceAll(/^/gm, '##[debug]'));
  }

  #print(text: string): void {
    this.log.push(...text.split('\n').map((line) => this.#masked(line)));
  }

  /** Everything that a mask covers, where masks overlap too. */
  #masked(line: string): string {
    const hidden = new Uint8Array(line.length);
    for (const mask of this.masks) {
      for (let at = line.indexOf(mask); at !== -1; at = line.indexOf(mask, at + 1))
        hidden.fill(1, at, at + mask.length);
    }
    let shown = '';
    for (let at = 0; at < line.length; at += 1) {
      if (hidden[at] === 0) shown += line[at];
      else if (at === 0 || hidden[at - 1] === 0) shown += '***';
    }
    return shown;
  }
}

/** Each `$(name)` that is known, once; inserted text is not expanded again. Source: VarUtil.cs, ExpandValues. */
function expandOnce(text: string, look: (name: string) => string | undefined): string {
  let expanded = text;
  let from = 0;
  for (;;) {
    const start = expanded.indexOf('$(', from);
    const end = start === -1 ? -1 : expanded.indexOf(')', start + 2);
    if (end === -1) return expanded;
    const value = look(expanded.slice(start + 2, end));
    if (value !== undefined) expanded = expanded.slice(0, start) + value + expanded.slice(end + 1);
    from = value === undefined ? start + 1 : start + value.length;
  }
}

function flagsOf(properties: AzureCommand['properties']): { name: string; isSecret: boolean } {
  const name = properties.get('variable') ?? '';
  if (name === '') throw new Error('no name');
  return { name, isSecret: properties.get('issecret') === 'true' };
}
