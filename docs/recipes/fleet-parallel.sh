#!/usr/bin/env bash
# Many repositories on several machines by GNU parallel: fleet-parallel.sh LIST SHARES [--sshlogin HOST,…], in a folder that all of them share.
# One machine alone needs none of this: litellm-fix --from-file LIST judges several at a time by itself.
set -euo pipefail
list="$1" shares="$2"
shift 2
code=0
seq "$shares" | parallel "$@" --halt never --workdir "$PWD" --joblog litellm-fix.joblog \
  litellm-fix --from-file "$list" --shard "{}/$shares" --exit-zero --jobs 1 --output "jsonl=results-{}.jsonl" || code=$?
# Of those that failed too: then the code is the number of their shares.
litellm-fix report results-*.jsonl --format html --output report.html
exit "$code"
