import { type Places, resolvePath } from '../disk/places.js';
import { readRegularBytes, readRegularFile } from '../disk/regular-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the secret files of a job go. */
export function placesOf(environment: Environment): Places {
  return {
    workspace: environment['SYSTEM_DEFAULTWORKINGDIRECTORY'] || process.cwd(),
    temp: environment['AGENT_TEMPDIRECTORY'] ?? '',
  };
}

/** A file named in an input, relative to the working directory of the job. */
export function readInputFile(path: string, environment: Environment): string {
  return readRegularFile(resolvePath(path, placesOf(environment)));
}

/** The same as bytes, for PKCS#12. */
export function readInputBytes(path: string, environment: Environment): Uint8Array {
  return readRegularBytes(resolvePath(path, placesOf(environment)));
}
