#!/usr/bin/env bash
# Installs the system packages that a step needs and this machine lacks. Says which, first.
# usage: scripts/setup.sh build|test|package
set -euo pipefail

build=(build-essential pkg-config libdbus-1-dev libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-dev)
test=(webkit2gtk-driver xvfb xauth dbus-daemon dbus-x11 xdotool openbox x11-utils at-spi2-core chromium fonts-noto-cjk fonts-noto-color-emoji weston qemu-user python3-gi gir1.2-gtk-3.0)
package=(binutils dpkg-dev desktop-file-utils appstream shared-mime-info libglib2.0-bin xdg-utils rpm strace iproute2 mmdebstrap)

case "${1:-}" in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${test[@]}") ;;
  package) wanted=("${package[@]}") ;;
  *) echo "usage: scripts/setup.sh build|test|package" >&2; exit 2 ;;
esac

for tool in cargo npm; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing. Install Rust 1.90 or newer (rustup) and Node.js 20 or newer first." >&2
    exit 1
  fi
done

if [ "$(uname -s)" != Linux ]; then
  echo "This is not Linux: nothing is installed here. See docs/building.md."
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "No apt-get here. Your system's counterparts of these packages are needed: ${wanted[*]}"
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing missing system packages: ${missing[*]}"
root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
