_streambert() {
  local -a words_found
  words_found=("${(@f)$("$words[1]" completion suggest "$CURSOR" "$BUFFER" 2>/dev/null)}")
  compadd -a words_found
  _files
}
compdef _streambert streambert
