#!/usr/bin/env bash
# packaging/archive.sh TARGET DIR: the archive of a built target with manual pages, completions and licences, and its checksum.
set -euo pipefail
target="$1" out="$(mkdir -p "$2" && cd "$2" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "$target" in *windows*) exe=.exe ;; *) exe='' ;; esac
binary="${CARGO_TARGET_DIR:-target}/$target/release/litellm-fix$exe"
name="litellm-fix-$target"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
folder="$work/$name"
mkdir -p "$folder/completions"

cp "$binary" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$folder/"
"$binary" man "$folder/man/man1"
for shell in bash zsh fish elvish powershell; do
  case "$shell" in
    zsh) file=_litellm-fix ;;
    powershell) file=litellm-fix.ps1 ;;
    *) file="litellm-fix.$shell" ;;
  esac
  "$binary" completions "$shell" >"$folder/completions/$file"
done

cd "$work"
if [ -n "$exe" ]; then
  7z a -bso0 "$out/$name.zip" "$name"
else
  tar -czf "$out/$name.tar.gz" "$name"
fi
