import type { CommandWord, OptionWord } from './words.js';

/** A completion script for fish 3 or newer. */
export function fishCompletion(commands: readonly CommandWord[]): string {
  return `# Completes segura-secrets in fish: segura-secrets completion fish >~/.config/fish/completions/segura-secrets.fish
function __segura_secrets_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]; and not contains -- -- $words
end

function __segura_secrets_runs
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] exec inject; and contains -- -- $words
end

function __segura_secrets_child
    set -l words (commandline -opc)
    set -l rest $words[(math (contains -i -- -- $words) + 1)..-1]
    complete -C (string join ' ' -- (string escape -- $rest) (commandline -ct))
end

complete -c segura-secrets -f
complete -c segura-secrets -n __segura_secrets_runs -a '(__segura_secrets_child)'
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ name, summary, words, options }: CommandWord): string[] {
  const inside = `complete -c segura-secrets -n '__segura_secrets_in ${name}'`;
  const first = `complete -c segura-secrets -n 'test (count (commandline -opc)) -eq 1'`;
  return [
    `${first} -a ${name} -d ${quoted(summary)}`,
    ...(words.length === 0 ? [] : [`${inside} -a ${quoted(words.join(' '))}`]),
    ...options.map((option) => `${inside} ${optionOf(option)}`),
  ];
}

function optionOf({ names, meaning, values }: OptionWord): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const takes = values === undefined ? [] : [takesOf(values)];
  return [...flags, ...takes, `-d ${quoted(meaning)}`].join(' ');
}

function takesOf(values: NonNullable<OptionWord['values']>): string {
  if (values.kind === 'words') return `-x -a ${quoted(values.words.join(' '))}`;
  return values.kind === 'files' ? '-r -F' : '-x';
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
