#!/usr/bin/env bash
# Runs a command with a display and a D-Bus session of its own, which both end with it.
# The two WebKit variables that are often set for headless runs are left alone: with them screenshots hang.
set -euo pipefail
export WEBKIT_SKIA_ENABLE_CPU_RENDERING=1
exec xvfb-run -a -s "-screen 0 1280x800x24" dbus-run-session -- "$@"
