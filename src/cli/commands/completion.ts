import { closestMatch } from '../../core/did-you-mean.js';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { type CommandWord, commandWords } from '../completion/words.js';
import { zshCompletion } from '../completion/zsh.js';
import type { Context } from '../context.js';
import { SHELLS, type Shell } from '../options/commands.js';
import { UsageError } from '../options/usage-error.js';
import { writeTo } from '../write.js';

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandWord[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Prints the script by which a shell completes the command line. */
export async function completion({ world, arguments: { positionals: words } }: Context): Promise<number> {
  const [word, ...more] = words;
  const shell = SHELLS.find((each) => each === word);
  if (shell === undefined || more.length > 0) {
    const near = word === undefined || more.length > 0 ? undefined : closestMatch(word, SHELLS);
    throw new UsageError(
      word === undefined
        ? 'The command completion needs the name of a shell.'
        : 'There is no completion for that shell.',
      near === undefined
        ? `Write segura-secrets completion and one of ${SHELLS.join(', ')}.`
        : `Did you mean segura-secrets completion ${near}?`,
    );
  }
  await writeTo(world.stdout, SCRIPTS[shell](commandWords()));
  return 0;
}
