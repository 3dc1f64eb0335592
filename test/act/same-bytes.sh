#!/usr/bin/env bash
# Compares what a job got with hashes, without printing a value. Each line of EXPECTED: text|file, variable, sha256.
# For `file` the variable holds the path of a file, which only its owner may read.
set -euo pipefail
failed=0

sha256() {
  if hash sha256sum 2>/dev/null; then sha256sum; else shasum -a 256; fi
}

while read -r kind name hash; do
  if [ -z "${!name+set}" ]; then
    actual='unset'
  elif [ "$kind" = file ]; then
    actual=$(sha256 <"${!name}")
    # Windows has no such modes.
    [ "${OSTYPE#msys}" != "$OSTYPE" ] || [ -n "$(find "${!name}" -perm 600)" ] || actual='mode'
  else
    actual=$(printf %s "${!name}" | sha256)
  fi
  if [ "${actual%% *}" = "$hash" ]; then
    echo "same bytes: $name"
  else
    echo "OTHER BYTES: $name"
    failed=1
  fi
done <<<"$EXPECTED"
exit "$failed"
