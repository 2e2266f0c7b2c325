#!/usr/bin/env bash
# A campaign of turbolift (https://github.com/Skyscanner/turbolift), in its folder with repos.txt and README.md.
set -euo pipefail
turbolift clone
turbolift foreach -- sh -c 'litellm-fix --write || [ $? -eq 3 ]'
turbolift commit --message "Fix the LiteLLM deployment"
turbolift create-prs
