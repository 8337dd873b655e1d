#!/usr/bin/env bash
# Packs the programs twice, as this version and as 0.1.0, and tests an installation, an upgrade and a removal.
# usage: all.sh PROFILE clean|here
set -euo pipefail
cd "$(dirname "$0")/../.."
profile=$1 kind=$2
out=$CARGO_TARGET_DIR/package
bundles=deb
# A real one: what people download, both kinds.
[ "$profile" != release ] || bundles=deb,rpm
node scripts/package.mjs --profile "$profile" --bundles "$bundles" --out "$out/$profile"
node scripts/package.mjs --profile "$profile" --bundles deb --out "$out/$profile-0.1.0" --version 0.1.0 --built

release=()
[ "$profile" != release ] || release=(--release)
e2e=$(scripts/executable.sh e2e test "${release[@]}")

scripts/test-package/contents.sh "$out/$profile"
exec timeout 1800 scripts/test-package/run.sh "$kind" "$out/$profile-0.1.0"/*.deb "$out/$profile"/*.deb "$e2e"
