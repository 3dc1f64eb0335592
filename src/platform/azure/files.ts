import type { NewFile } from '../../core/ports.js';
import { JobFiles } from '../disk/job-files.js';
import { type Places, resolvePath } from '../disk/places.js';
import { readRegularFile } from '../disk/regular-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The secret files of a job, with the paths of those it has made: a variable that holds one is no secret. */
export class AzureFiles extends JobFiles {
  readonly #made = new Set<string>();

  constructor(environment: Environment, system: NodeJS.Platform, warn: (message: string) => void) {
    super(placesOf(environment), system, warn);
  }

  override async create(path: string): Promise<NewFile> {
    const file = await super.create(path);
    this.#made.add(file.entry.path);
    return file;
  }

  hasMade(path: string): boolean {
    return this.#made.has(path);
  }
}

function placesOf(environment: Environment): Places {
  return {
    workspace: environment['SYSTEM_DEFAULTWORKINGDIRECTORY'] || process.cwd(),
    temp: environment['AGENT_TEMPDIRECTORY'] ?? '',
  };
}

/** A file named in an input, relative to the working directory of the job. */
export function readInputFile(path: string, environment: Environment): string {
  return readRegularFile(resolvePath(path, placesOf(environment)));
}
