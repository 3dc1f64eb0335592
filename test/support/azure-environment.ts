import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AzureAgent } from './azure-agent.js';

/** A service connection of the type Segura. */
export interface ServiceConnection {
  readonly id: string;
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly caCertificate?: string;
}

interface Place {
  readonly folder: string;
  readonly workspace: string;
  readonly temp: string;
  readonly task: string;
  readonly agent: AzureAgent;
}

const SYSTEM = {
  TF_BUILD: 'True',
  AGENT_VERSION: '4.265.1',
  SYSTEM_HOSTTYPE: 'build',
  SYSTEM_CULTURE: 'en-US',
  SYSTEM_DEBUG: 'true',
  SYSTEM_COLLECTIONID: '7d7ffbb4-0d2c-4b2c-9b2f-6d7a4f6c1a01',
  SYSTEM_TEAMPROJECTID: '7d7ffbb4-0d2c-4b2c-9b2f-6d7a4f6c1a02',
  SYSTEM_PLANID: '7d7ffbb4-0d2c-4b2c-9b2f-6d7a4f6c1a03',
  SYSTEM_TIMELINEID: '7d7ffbb4-0d2c-4b2c-9b2f-6d7a4f6c1a03',
  // The same in every pipeline of one job.
  SYSTEM_JOBID: '12f1170f-54f2-53f3-20dd-22fc7dff55f9',
  SYSTEM_STAGEATTEMPT: '1',
  SYSTEM_JOBATTEMPT: '1',
  BUILD_BUILDID: '4711',
  COMMAND_CORRELATION_ID: '7d7ffbb4-0d2c-4b2c-9b2f-6d7a4f6c1a04',
} as const;

/**
 * The environment that an agent gives a task: what the job has, inputs with their defaults, the service connection, and
 * the variables as they are by then.
 *
 * Source: microsoft/azure-pipelines-agent, Handlers/Handler.cs and NodeHandler.cs.
 */
export function environmentOf(
  { folder, workspace, temp, task, agent }: Place,
  inputs: Readonly<Record<string, string>>,
  connection: ServiceConnection | undefined,
): NodeJS.ProcessEnv {
  const variables = agent.expanded();
  const secrets = variables.filter(({ isSecret }) => isSecret);
  const open = variables.filter(({ isSecret }) => !isSecret);
  const given = {
    ...defaultsOf(task),
    ...inputs,
    ...(connection === undefined ? {} : { seguraConnection: connection.id }),
  };
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    ...SYSTEM,
    AGENT_TEMPDIRECTORY: temp,
    SYSTEM_DEFAULTWORKINGDIRECTORY: workspace,
    ...Object.fromEntries(open.map(({ name, value }) => [envName(name), value])),
    VSTS_PUBLIC_VARIABLES: JSON.stringify(open.map(({ name }) => name)),
    ...Object.fromEntries(secrets.map(({ name, value }) => [`SECRET_${envName(name)}`, value])),
    VSTS_SECRET_VARIABLES: JSON.stringify(secrets.map(({ name }) => name)),
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${envName(name)}`, value])),
    ...(connection === undefined ? {} : endpointOf(connection)),
    ...Object.fromEntries(
      [...agent.taskVariables.values()].map(({ name, value }) => [
        `VSTS_TASKVARIABLE_${envName(name)}`,
        value,
      ]),
    ),
  };
}

/** The server sends the defaults of the inputs that a pipeline leaves out. */
function defaultsOf(task: string): Record<string, string> {
  const { inputs } = JSON.parse(readFileSync(join(task, 'task.json'), 'utf8')) as {
    inputs: { name: string; defaultValue?: string }[];
  };
  return Object.fromEntries(inputs.map(({ name, defaultValue = '' }) => [name, String(defaultValue)]));
}

function endpointOf({
  id,
  url,
  username,
  password,
  caCertificate,
}: ServiceConnection): Record<string, string> {
  const parameters = Object.entries({ username, password }).filter(([, value]) => value !== undefined);
  return {
    ...(url === undefined ? {} : { [`ENDPOINT_URL_${id}`]: url }),
    [`ENDPOINT_AUTH_SCHEME_${id}`]: 'UsernamePassword',
    [`ENDPOINT_AUTH_${id}`]: JSON.stringify({
      scheme: 'UsernamePassword',
      parameters: Object.fromEntries(parameters),
    }),
    ...Object.fromEntries(
      parameters.map(([key, value]) => [`ENDPOINT_AUTH_PARAMETER_${id}_${key.toUpperCase()}`, value ?? '']),
    ),
    ...(caCertificate === undefined ? {} : { [`ENDPOINT_DATA_${id}_CACERTIFICATE`]: caCertificate }),
  };
}

function envName(name: string): string {
  return name.replaceAll(/[. ]/g, '_').toUpperCase();
}
