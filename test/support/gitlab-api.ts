import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitLabVariable {
  readonly key: string;
  /** `*` is every environment. */
  readonly scope: string;
}

export interface GitLabToken {
  readonly scopes: readonly string[];
  /** Access level by project path: 30 is Developer, 40 Maintainer. */
  readonly levels: Readonly<Record<string, number>>;
}

/** A project by its path; its number is `id`. */
export interface GitLabProject {
  readonly id: number;
  variables: GitLabVariable[];
}

export interface GitLabApi {
  /** As CI_API_V4_URL. */
  readonly url: string;
  readonly projects: Record<string, GitLabProject>;
  readonly tokens: Record<string, GitLabToken>;
  /** Each request's method and path, as they came. */
  readonly requests: string[];
  /** When set, every request is answered with it. */
  broken: { status: number; body: string; headers?: Record<string, string> } | undefined;
  close(): Promise<void>;
}

/**
 * GitLab's API as far as deleting CI/CD variables of a project goes, on loopback.
 *
 * Source: docs.gitlab.com, "Project-level CI/CD variables API" and "REST API authentication"; lib/api/ci/variables.rb.
 */
export async function startGitLab(): Promise<GitLabApi> {
  const server = createServer((request, response) => answer(api, request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const api: GitLabApi = {
    url: `http://127.0.0.1:${port}/api/v4`,
    projects: {},
    tokens: {},
    requests: [],
    broken: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return api;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

function answer(api: GitLabApi, request: IncomingMessage, response: ServerResponse): void {
  api.requests.push(`${request.method} ${request.url}`);
  if (api.broken !== undefined) {
    response.writeHead(api.broken.status, api.broken.headers).end(api.broken.body);
    return;
  }
  const { status, body } = replyTo(api, request);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function replyTo(api: GitLabApi, request: IncomingMessage): Reply {
  const url = new URL(request.url ?? '', api.url);
  const [, id = '', key = ''] = /^\/api\/v4\/projects\/([^/]+)\/variables\/([^/]+)$/.exec(url.pathname) ?? [];
  if (id === '') return { status: 404, body: { error: '404 Not Found' } };
  const token = api.tokens[String(request.headers['private-token'])];
  if (token === undefined) return { status: 401, body: { message: '401 Unauthorized' } };
  if (!token.scopes.includes('api')) return { status: 403, body: { error: 'insufficient_scope' } };
  const [path = '', project] =
    Object.entries(api.projects).find(
      ([name, { id: number }]) => name === decodeURIComponent(id) || String(number) === id,
    ) ?? [];
  const level = token.levels[path] ?? 0;
  if (project === undefined || level === 0) return notFound('Project');
  if (level < 40) return { status: 403, body: { message: '403 Forbidden' } };
  if (request.method !== 'DELETE') return { status: 405, body: { error: '405 Not Allowed' } };
  return remove(project, decodeURIComponent(key), url.searchParams.get('filter[environment_scope]'));
}

function remove(project: GitLabProject, key: string, scope: string | null): Reply {
  const found = project.variables.filter(
    (variable) => variable.key === key && (scope === null || variable.scope === scope),
  );
  if (found.length > 1) {
    const message =
      "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'";
    return { status: 409, body: { message } };
  }
  if (found.length === 0) return notFound('Variable');
  project.variables = project.variables.filter((variable) => variable !== found[0]);
  return { status: 204 };
}

function notFound(what: string): Reply {
  return { status: 404, body: { message: `404 ${what} Not Found` } };
}
