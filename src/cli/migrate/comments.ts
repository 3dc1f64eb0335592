import { signOf } from '../../core/entries/secret-signs.js';

/** An entry that was made a comment: one word or a text in quotes as its value, which prose seldom has. */
const OF_LINES = /^\s*[#!]+\s*(?:export\s+)?(?<name>[\w.-]+)\s*=\s*(?<value>"[^"]+"|'[^']+'|\S+)\s*$/;
const OF_YAML = /^\s*#+\s*(?<name>[\w.-]+):\s+(?<value>"[^"]+"|'[^']+'|\S+)\s*$/;

/** The lines, from 1 on, whose comment looks like a secret: it stays in a file from which the others are taken. */
export function secretComments(file: string, text: string): number[] {
  if (/\.json$/i.test(file)) return [];
  const pattern = /\.ya?ml$/i.test(file) ? OF_YAML : OF_LINES;
  return text.split(/\r\n|\n|\r/).flatMap((line, at) => {
    const { name, value } = pattern.exec(line)?.groups ?? {};
    const inner = value?.replace(/^(["'])(.*)\1$/, '$2');
    return name !== undefined && inner !== undefined && signOf(name, inner).isSecret ? [at + 1] : [];
  });
}
