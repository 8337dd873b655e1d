#!/usr/bin/env bash
# Builds .deb and .rpm with the worker beside the app.
set -euo pipefail
cd "$(dirname "$0")/.."
target=$(rustc -vV | sed -n 's/^host: //p')
scripts/share-artifacts.sh
cargo build --release --locked -p vitrine-worker
mkdir -p gen/sidecar
cp "$CARGO_TARGET_DIR/release/vitrine-worker" "gen/sidecar/vitrine-worker-$target"
TAURI_FRONTEND_PATH=ui ui/node_modules/.bin/tauri build --bundles deb,rpm \
  --config '{"bundle":{"externalBin":["gen/sidecar/vitrine-worker"]}}'
echo "In $CARGO_TARGET_DIR/release/bundle:"
find "$CARGO_TARGET_DIR/release/bundle" -name '*.deb' -o -name '*.rpm'
