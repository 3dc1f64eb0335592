import { userInfo } from 'node:os';

/**
 * Removes the inherited permissions of a file on Windows, where a mode of 0600 has no effect: only this user keeps access.
 *
 * True when that worked, and on every other system, where the mode is enough.
 */
export async function restrictToOwner(path: string, system: NodeJS.Platform): Promise<boolean> {
  if (system !== 'win32') return true;
  try {
    // Loaded only on Windows: the module that starts processes is slow to load.
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
