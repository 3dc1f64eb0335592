import type { CommandWord, OptionWord } from './words.js';

/** A completion function for zsh, to source or to put on the fpath. */
export function zshCompletion(commands: readonly CommandWord[]): string {
  return `#compdef segura-secrets
# Completes segura-secrets in zsh: segura-secrets completion zsh >"\${fpath[1]}/_segura-secrets"
_segura-secrets() {
  local curcontext=$curcontext state line
  local -a known
  typeset -A opt_args
  integer dashes=\${words[(i)--]}
  if ((dashes < CURRENT)); then
    [[ $words[2] == (exec|inject) ]] || return 1
    shift dashes words
    ((CURRENT -= dashes))
    _normal
    return
  fi
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
  command)
    known=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join('\n')}
    )
    _describe -t commands command known
    ;;
  rest)
    case $line[1] in
${commands.map(commandCase).join('\n')}
    esac
    ;;
  esac
}

if [ "$funcstack[1]" = _segura-secrets ]; then
  _segura-secrets "$@"
else
  compdef _segura-secrets segura-secrets
fi
`;
}

function commandCase({ name, words, options }: CommandWord): string {
  const specs = options.map(specOf);
  if (words.length > 0) specs.push(quoted(`1:word:(${words.join(' ')})`));
  const lines = specs.map((spec) => ` \\\n        ${spec}`).join('');
  return `    ${name}) ${specs.length === 0 ? ':' : `_arguments${lines}`} ;;`;
}

function specOf({ names, meaning, values, repeats }: OptionWord): string {
  const exclusive = repeats ? '*' : `(${names.join(' ')})`;
  const after = values === undefined ? '' : `:value:${actionOf(values)}`;
  const joined = names.map((name) =>
    values === undefined ? name : `${name}${name.startsWith('--') ? '=' : '+'}`,
  );
  const [only = ''] = joined;
  const head = joined.length === 1 ? quoted(exclusive + only) : `${quoted(exclusive)}{${joined.join(',')}}`;
  return `${head}${quoted(`[${meaning.replaceAll(/[[\]]/g, '\\$&')}]${after}`)}`;
}

function actionOf(values: NonNullable<OptionWord['values']>): string {
  if (values.kind === 'words') return `(${values.words.join(' ')})`;
  return values.kind === 'files' ? '_files' : ' ';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
