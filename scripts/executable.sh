#!/usr/bin/env bash
# Builds one test or bench of the workspace, and prints the path of its program.
# usage: executable.sh NAME test|bench [ARGUMENTS OF CARGO]
set -euo pipefail
name=$1 kind=$2
shift 2
messages=$(cargo "$kind" --workspace --locked "--$kind" "$name" --no-run --message-format=json "$@")
path=$(grep '"executable":"' <<< "$messages" | grep "\"name\":\"$name\"" | sed 's/.*"executable":"\([^"]*\)".*/\1/' | tail -1)
[ -x "$path" ] || { echo "cargo built no $kind $name" >&2; exit 1; }
echo "$path"
