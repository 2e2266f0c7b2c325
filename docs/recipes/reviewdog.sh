#!/usr/bin/env bash
# Tells reviewdog what is wrong in the lines that differ from a revision.
#   reviewdog.sh REVISION PATH...
# REPORTER says where it comments: local (the default) prints, github-pr-review and gitlab-mr-discussion comment.
set -euo pipefail

revision="$1"
shift
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
litellm-fix --exit-zero --format sarif "$@" >"$report"
reviewdog -f=sarif -name=litellm-fix -reporter="${REPORTER:-local}" -diff="git diff $revision" -fail-level=error <"$report"
