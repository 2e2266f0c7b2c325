#!/usr/bin/env bash
# Many repositories on several machines by GNU parallel: fleet-parallel.sh LIST SHARES [--sshlogin HOST,…]
# One machine alone needs none of this: litellm-fix --from-file LIST judges several at a time by itself.
set -euo pipefail
list="$1" shares="$2"
shift 2
seq "$shares" | parallel "$@" --halt never --joblog litellm-fix.joblog \
  litellm-fix --from-file "$list" --shard "{}/$shares" --exit-zero --jobs 1 --output "jsonl=results-{}.jsonl"
litellm-fix report results-*.jsonl --format html --output report.html
