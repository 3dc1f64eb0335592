import { userInfo } from 'node:os';

/**
 * Takes a file's inherited permissions away on Windows, where a mode of 0600 means nothing: only this user keeps access.
 *
 * True when it worked, and on every other system, where the mode did it.
 */
export async function restrictToOwner(path: string, system: NodeJS.Platform): Promise<boolean> {
  if (system !== 'win32') return true;
  try {
    // Loaded on Windows only: what starts processes takes long to load.
    const { exec } = await import(/* webpackMode: "eager" */ '@actions/exec');
    const owner = `${userInfo().username}:F`;
    return (
      (await exec('icacls', [path, '/inheritance:r', '/grant:r', owner], {
        silent: true,
        ignoreReturnCode: true,
      })) === 0
    );
  } catch {
    return false;
  }
}
