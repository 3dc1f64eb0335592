import type { CommandWord, OptionWord } from './words.js';

/** A completion script for bash 3.2 or newer. */
export function bashCompletion(commands: readonly CommandWord[]): string {
  return `# Completes segura-secrets in bash: source <(segura-secrets completion bash)
# Reads line by line, because an array assignment would expand a name as a pattern.
_segura_secrets_lines() {
  local line
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(compgen "$@")
}

_segura_secrets_files() {
  compopt -o filenames 2>/dev/null
  _segura_secrets_lines -f -- "$1"
}

_segura_secrets() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} i
  COMPREPLY=()
  # bash treats the "=" between an option and its value as a word.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    _segura_secrets_lines -W '${commands.map(({ name }) => name).join(' ')}' -- "$cur"
    return
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] || continue
    [[ $command == exec || $command == inject ]] || return
    if declare -F _command_offset >/dev/null; then
      _command_offset $((i + 1))
    elif ((i + 1 == COMP_CWORD)); then
      _segura_secrets_lines -c -- "$cur"
    else
      _segura_secrets_files "$cur"
    fi
    return
  done
  case $command:$prev in
${commands.flatMap(({ name, options }) => options.flatMap((option) => valuesCase(name, option))).join('\n')}
  esac
  case $command in
${commands.flatMap(commandCase).join('\n')}
  esac
}

complete -F _segura_secrets segura-secrets
`;
}

function valuesCase(command: string, { names, values }: OptionWord): string[] {
  if (values === undefined) return [];
  const places = names.map((name) => `${command}:${name}`).join(' | ');
  switch (values.kind) {
    case 'files':
      return [`  ${places}) _segura_secrets_files "$cur"; return ;;`];
    case 'words':
      return [`  ${places}) _segura_secrets_lines -W '${values.words.join(' ')}' -- "$cur"; return ;;`];
    case 'none':
      return [`  ${places}) return ;;`];
  }
}

function commandCase({ name, words, options }: CommandWord): string[] {
  const offered = [...words, ...options.map(({ names: [first = ''] }) => first)];
  return offered.length === 0
    ? []
    : [`  ${name}) _segura_secrets_lines -W '${offered.join(' ')}' -- "$cur" ;;`];
}
