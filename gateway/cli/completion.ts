/** `completion bash|zsh`: a completion script made from the commands themselves, so that it cannot fall behind. */
import type { Command } from 'commander';
import { EXIT, line, say, type Exit } from './print.ts';

export function completionCommand(shell: string, program: Command): Exit {
  if (shell !== 'bash' && shell !== 'zsh') {
    say(`there is no completion for ${shell}: it is bash or zsh`);
    return EXIT.usage;
  }
  line((shell === 'bash' ? bash : zsh)(program));
  return EXIT.ok;
}

const flagsOf = (command: Command): string[] => [
  ...command.options.flatMap(({ long }) => (typeof long === 'string' ? [long] : [])),
  '--help',
];

/** Options first when a dash is typed, else files: nearly every argument is one. */
const bash = (program: Command): string => `_wijkkliniek_gateway() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${program.commands.map((command) => command.name()).join(' ')} --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${program.commands.map((command) => `      ${command.name()}) words="${flagsOf(command).join(' ')}" ;;`).join('\n')}
    esac
    [ "\${COMP_WORDS[1]}" = completion ] && [ "$COMP_CWORD" -eq 2 ] && words="bash zsh"
    case "$word" in -*) ;; *) [ "\${COMP_WORDS[1]}" != completion ] && words="" ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _wijkkliniek_gateway wijkkliniek-gateway`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const zsh = (program: Command): string => `#compdef wijkkliniek-gateway
_wijkkliniek_gateway() {
  local -a commands
  commands=(
${program.commands.map((command) => `    ${quoted(`${command.name()}:${command.description().replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${program.commands.map((command) => `    ${command.name()}) ${zshArguments(command)} ;;`).join('\n')}
  esac
}
compdef _wijkkliniek_gateway wijkkliniek-gateway`;

function zshArguments(command: Command): string {
  if (command.name() === 'completion') return '_values shell bash zsh';
  return `_arguments ${flagsOf(command).map(quoted).join(' ')} '*:file:_files'`;
}
