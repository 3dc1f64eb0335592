import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Vault } from '../vault/index.js';
import type { Desk, Ended, RunOptions } from './command-line.js';
import { ACCOUNT_SCRIPT } from './rotation-account.js';

export const SAVE = { method: 'POST', path: '/api/pam/credential' };
export const READ = { method: 'GET', path: '/api/pam/credential/95' };

/** Runs `rotate --new` of credential 95 at a desk, with ACCOUNT_SCRIPT as its command. */
export class RotationDesk {
  readonly desk: Desk;
  /** The password before. */
  readonly old: string;

  constructor(desk: Desk, vault: Vault) {
    this.desk = desk;
    this.old = vault.password(95);
    writeFileSync(join(desk.folder, 'set.sh'), ACCOUNT_SCRIPT);
    writeFileSync(join(desk.folder, 'account'), this.old);
  }

  rotate(more: readonly string[] = [], options: RunOptions = {}, verify = 'sh set.sh'): Promise<Ended> {
    const args = ['credential', 'rotate', '95', '--new', '--verify', verify, '--yes', ...more];
    return this.desk.run(args, options);
  }

  /** The password in use. */
  get inUse(): string {
    return readFileSync(join(this.desk.folder, 'account'), 'utf8');
  }

  /** The file that keeps a new password until the vault has it. */
  get keptFile(): string | undefined {
    return this.desk.files().find(({ path }) => basename(path).endsWith('.json') && path.includes('rotation'))
      ?.path;
  }

  /** The password in that file. */
  get kept(): string | undefined {
    const file = this.keptFile;
    return file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8')).password;
  }
}
