#!/bin/sh
# Starts the app as a file manager does, from its menu entry, and lives as long as it does: WebDriver expects that of a program.
gio launch "$VITRINE_TEST_ENTRY" "$@" || exit 1
ours() {
  for process in /proc/[0-9]*; do
    if [ "$(cat "$process/comm" 2>/dev/null)" = vitrine ] && [ -O "$process" ]; then return 0; fi
  done
  return 1
}
# It may take a moment to begin.
for _ in 1 2 3 4 5 6 7 8 9 10; do ours && break; sleep 0.5; done
while ours; do sleep 0.5; done
