#!/usr/bin/env bash
# Runs one step of a check or a test, and says how long it took.
# usage: scripts/step.sh NAME COMMAND...
# With VITRINE_STEPS set, the line is also added to that file, from which .ci/run prints a table.
set -euo pipefail
name=$1
shift
began=$(date +%s)
status=0
"$@" || status=$?
line=$(printf '%6d s  %s%s' $(($(date +%s) - began)) "$name" "$([ "$status" -eq 0 ] || echo ' (failed)')")
echo "step $line"
[ -z "${VITRINE_STEPS:-}" ] || echo "$line" >> "$VITRINE_STEPS"
exit "$status"
