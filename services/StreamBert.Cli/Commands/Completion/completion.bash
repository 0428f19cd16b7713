_streambert() {
  local word="${COMP_WORDS[COMP_CWORD]}" IFS=$'\n'
  COMPREPLY=($(compgen -W "$("$1" completion suggest "$COMP_POINT" "$COMP_LINE" 2>/dev/null)" -- "$word"))
}
complete -o default -F _streambert streambert
