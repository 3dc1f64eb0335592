import type { Vault } from '../vault/index.js';
import type { Paper } from './paper.js';

/** What must not be left when a job has ended: its name and its number. */
export interface Left {
  readonly what: string;
  readonly count: number;
}

/** Closes a demonstration with its counts, from which the exit code follows; `secrets` is all that must not be visible. */
export function conclude(
  paper: Paper,
  vault: Vault,
  left: Left,
  succeeded: boolean,
  secrets: readonly string[] = vault.secretValues(),
): void {
  const taken = vault.journal.custody.filter(({ event }) => event === 'taken').length;
  const held = vault.custodies().length;
  const shown = secrets.filter((secret) => paper.text.includes(secret)).length;
  const isGood = succeeded && taken > 0 && held === 0 && left.count === 0 && shown === 0;
  paper.line();
  paper.line(`credentials taken into custody: ${taken}`);
  paper.line(`${left.what}: ${left.count}`);
  paper.line(`secrets visible above: ${shown}`);
  paper.line(`credentials still in custody: ${held}${isGood ? '' : ' - something went wrong, see above'}`);
  process.exitCode = isGood ? 0 : 1;
}
