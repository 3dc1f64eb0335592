import { codeOf, SeguraError } from '../../errors.js';
import type { InjectedFile, Platform, Restored } from '../../ports.js';
import { printable } from '../../printable.js';

type Reporting = Pick<Platform, 'files' | 'info' | 'warning'>;

/**
 * Gives files their old bytes back, the one that was changed last first, and says what became of each. Gives those whose
 * old bytes could not be written: their copies are kept.
 */
export async function restoreAll(
  injected: readonly InjectedFile[],
  platform: Reporting,
): Promise<InjectedFile[]> {
  const left: InjectedFile[] = [];
  for (const file of injected.toReversed()) {
    const path = printable(file.path);
    try {
      report(await platform.files.restore(file), path, platform);
    } catch (error) {
      left.unshift(file);
      const code = codeOf(error instanceof SeguraError ? error.cause : error);
      platform.warning(
        `${path} could not be restored (${code}), and may still hold the values that were put into it: its old bytes are in ${printable(file.copy.path)}.`,
      );
    }
  }
  return left;
}

function report(outcome: Restored, path: string, platform: Reporting): void {
  if (outcome === 'restored') platform.info(`restored file ${path}`);
  if (outcome === 'changed')
    platform.warning(
      `${path} was changed after values were put into it. It is left as it is, and may still hold them: remove them by hand.`,
    );
  if (outcome === 'lost')
    platform.warning(
      `${path} still holds the values that were put into it: the copy of its old bytes is missing or has changed, for example because the temporary folder was cleaned. Restore it by hand.`,
    );
}
