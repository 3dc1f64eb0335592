import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { VERSION } from '../../src/core/version.js';
import type { GitLabJob } from './job.js';

/**
 * A tool that says what the scripts ask of it: it writes its arguments to `calls`, prints what `values` holds, ends
 * with the exit code that `code` holds, and releases a state unless `refuse` holds the exit code of one that cannot be.
 */
const STUB = `#!/bin/sh
printf '%s\\n' "$*" >>"$HOME/calls"
state=
take() {
  while [ $# -gt 0 ]; do
    [ "$1" != --state ] || state=$2
    shift
  done
}
take "$@"
case "$1" in
version) printf '%s\\n' "$(cat "$HOME/version")" ;;
export)
  printf 'held\\n' >"$state"
  cat "$HOME/values"
  exit "$(cat "$HOME/code")"
  ;;
release)
  [ -e "$HOME/refuse" ] && exit "$(cat "$HOME/refuse")"
  rm "$state"
  ;;
esac
`;

/** Files in the home folder of the job say what that tool does. */
export function installStub(job: GitLabJob, values = "export DB_PASSWORD='from the vault'"): void {
  job.install('segura-secrets', STUB);
  tell(job, 'version', VERSION);
  tell(job, 'values', `${values}\n`);
  tell(job, 'code', '0');
}

export function tell(job: GitLabJob, name: string, text: string): void {
  writeFileSync(join(job.folder, name), text);
}

/** Calls of the tool but those that ask for its version. */
export function callsOf(job: GitLabJob): string[] {
  return job
    .read('calls')
    .split('\n')
    .filter((call) => call !== '' && call !== 'version');
}

/** A file in the folder of another job of the same project. */
export function leaveBehind(job: GitLabJob, name: string, text: string, mode = 0o600): string {
  const path = join(job.temp, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

export interface FileServer {
  readonly url: string;
  /** Job tokens that came, one for each request; empty where none did. */
  readonly tokens: string[];
  close(): Promise<void>;
}

/** Serves a text at every path of loopback; those below /api/v4/ redirect to another. */
export async function serveFile(text: string): Promise<FileServer> {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    tokens.push(String(request.headers['job-token'] ?? ''));
    if (request.url?.startsWith('/api/v4/')) response.writeHead(302, { location: '/store/file' }).end();
    else if (request.url === '/missing') response.writeHead(404).end();
    else response.end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tokens,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
