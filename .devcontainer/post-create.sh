#!/usr/bin/env bash
# Prepares a new dev container as .ci/run prepares its machine: every part of it that installs, so that no list of
# programs stands twice. Works as root, and as a user with sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t parts < <(sed -nE 's/^(install_[a-z_]+)\(\) \{$/\1/p' .ci/run)
for part in "${parts[@]}"; do
  .ci/run --part "$part"
done
npm ci

# .ci/run keeps its tools in a cache of its own; a shell finds them by these links.
mkdir -p "$HOME/.local/bin"
find "${XDG_CACHE_HOME:-$HOME/.cache}/segura-secrets-ci" -mindepth 2 -maxdepth 3 -type f -perm -u+x \
  \( -path '*/go-*/*' -o -path '*/zizmor-*/bin/*' \) -exec ln -sf {} "$HOME/.local/bin/" \;
