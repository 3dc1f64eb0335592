import { VERSION } from '../../core/version.js';
import { isCommand } from './commands.js';
import { helpText } from './help.js';

/** The whole answer to a command line that only asks for the version or for help; undefined for any other. */
export function briefAnswer(words: readonly string[]): string | undefined {
  const [word = '', topic, ...more] = words;
  if (more.length > 0) return undefined;
  if (['version', '--version', '-V'].includes(word)) return topic === undefined ? `${VERSION}\n` : undefined;
  if (['help', '--help', '-h'].includes(word)) {
    if (topic === undefined) return helpText();
    return isCommand(topic) ? helpText(topic) : undefined;
  }
  return topic !== undefined && isCommand(word) && ['--help', '-h'].includes(topic)
    ? helpText(word)
    : undefined;
}
