import * as tl from 'azure-pipelines-task-lib/task.js';

/**
 * The access token of the job, as the agent hands it to each task, main and post; empty outside an agent.
 *
 * Source: azure-pipelines-tasks, common packages; a script gets it only as SYSTEM_ACCESSTOKEN: $(System.AccessToken).
 */
export function jobTokenOf(): string {
  return (tl.getEndpointAuthorizationParameter('SYSTEMVSSCONNECTION', 'AccessToken', true) ?? '').trim();
}
