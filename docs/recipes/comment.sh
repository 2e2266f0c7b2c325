#!/usr/bin/env bash
# Writes FILE as a comment on a pull request, or in the place of the comment that an earlier run wrote.
#   GITHUB_REPOSITORY=owner/name PULL_REQUEST=12 GH_TOKEN=… comment.sh FILE
# Needs gh (https://cli.github.com), which the runners of GitHub have.
set -euo pipefail

file="$1"
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
# shellcheck disable=SC2016
ours='.[] | select(.body | startswith("<!-- litellm-fix -->")) | .id'

ids="$(gh api --paginate "$comments" --jq "$ours")"
id="${ids%%$'\n'*}"
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$file" >/dev/null
  echo "updated comment $id"
else
  gh api --method POST "$comments" --field "body=@$file" >/dev/null
  echo 'wrote a comment'
fi
