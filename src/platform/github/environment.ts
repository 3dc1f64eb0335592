import { type Places, resolvePath } from '../disk/places.js';
import { readRegularBytes, readRegularFile } from '../disk/regular-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export function placesOf(environment: Environment): Places {
  return {
    workspace: environment['GITHUB_WORKSPACE'] || process.cwd(),
    temp: environment['RUNNER_TEMP'] ?? '',
  };
}

/** A file named in an input, relative to the workspace. */
export function readInputFile(path: string, environment: Environment): string {
  return readRegularFile(resolvePath(path, placesOf(environment)));
}

/** The same as bytes, for PKCS#12. */
export function readInputBytes(path: string, environment: Environment): Uint8Array {
  return readRegularBytes(resolvePath(path, placesOf(environment)));
}

/** Other programs that run actions mask only the texts that they receive. */
export function isGitHubsOwn({ RUNNER_ENVIRONMENT = '', ACT }: Environment): boolean {
  return ['github-hosted', 'self-hosted'].includes(RUNNER_ENVIRONMENT) && ACT === undefined;
}
