#!/usr/bin/env bash
# What multi-gitter (https://github.com/lindell/multi-gitter) runs in each clone; it makes the branch and the pull request of what has changed:
#   multi-gitter run "$PWD/multi-gitter.sh" --org ORG --branch litellm-fix --pr-title "Fix the LiteLLM deployment" --commit-message "Fix the LiteLLM deployment"
set -euo pipefail
code=0
litellm-fix --write || code=$?
# 3: nothing of LiteLLM here, which is no failure of this repository.
if [ "$code" -eq 3 ]; then code=0; fi
exit "$code"
