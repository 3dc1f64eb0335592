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

# Each shell finds what was installed.
line="eval \"\$($(printf %q "$PWD/.ci/run") --part environment)\""
grep -qxF "$line" ~/.bashrc 2>/dev/null || echo "$line" >>~/.bashrc
