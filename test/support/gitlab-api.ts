import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitLabVariable {
  readonly key: string;
  readonly value: string;
  /** `*` is every environment. */
  readonly scope: string;
  /** "Masked and hidden": its value is never shown again. */
  readonly hidden?: boolean;
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
  /** When set, every request is answered with it, or those of its method. */
  broken:
    | { status: number; body: string; headers?: Record<string, string>; method?: 'GET' | 'DELETE' }
    | undefined;
  /** Told of each request before it is answered. */
  onRequest: (line: string) => void;
  close(): Promise<void>;
}

/**
 * GitLab's API as far as reading and deleting one CI/CD variable of a project goes, on loopback.
 *
 * Source: docs.gitlab.com, "Project-level CI/CD variables API" and "REST API authentication"; lib/api/ci/variables.rb,
 * lib/api/entities/ci/variable.rb, app/models/ci/variable_value.rb.
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
    onRequest: () => undefined,
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
  const line = `${request.method} ${request.url}`;
  api.requests.push(line);
  api.onRequest(line);
  const { broken } = api;
  if (broken !== undefined && (broken.method ?? request.method) === request.method) {
    response.writeHead(broken.status, broken.headers).end(broken.body);
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
  const scopes = request.method === 'GET' ? ['api', 'read_api'] : ['api'];
  if (!token.scopes.some((scope) => scopes.includes(scope)))
    return { status: 403, body: { error: 'insufficient_scope' } };
  const [path = '', project] =
    Object.entries(api.projects).find(
      ([name, { id: number }]) => name === decodeURIComponent(id) || String(number) === id,
    ) ?? [];
  const level = token.levels[path] ?? 0;
  if (project === undefined || level === 0) return notFound('Project');
  if (level < 40) return { status: 403, body: { message: '403 Forbidden' } };
  const scope = url.searchParams.get('filter[environment_scope]');
  const found = project.variables.filter(
    (variable) => variable.key === decodeURIComponent(key) && variable.scope === (scope ?? variable.scope),
  );
  if (found.length > 1) {
    const message =
      "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'";
    return { status: 409, body: { message } };
  }
  const [variable] = found;
  if (variable === undefined) return notFound('Variable');
  if (request.method === 'GET') return { status: 200, body: shown(variable) };
  if (request.method !== 'DELETE') return { status: 405, body: { error: '405 Not Allowed' } };
  project.variables = project.variables.filter((each) => each !== variable);
  return { status: 204 };
}

function shown({ key, value, scope, hidden = false }: GitLabVariable): Record<string, unknown> {
  return {
    variable_type: 'env_var',
    key,
    value: hidden ? null : value,
    protected: false,
    masked: hidden,
    hidden,
    raw: false,
    environment_scope: scope,
    description: null,
  };
}

function notFound(what: string): Reply {
  return { status: 404, body: { message: `404 ${what} Not Found` } };
}
