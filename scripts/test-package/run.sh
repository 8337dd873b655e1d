#!/usr/bin/env bash
# Installs the package in a system made for it, and uses it there as an ordinary user (docs/packaging.md).
# usage: run.sh clean|here|beside OLD.deb NEW.deb E2E
#   clean: a Debian with nothing in it, made by mmdebstrap; apt fetches what the package says that it needs
#   here:  this system with a layer over it that is thrown away; nothing is fetched
#   beside: a folder of this system, where it gives no namespaces (beside.sh)
# The first two see their own processes, no network, and end with this script.
set -euo pipefail
kind=$1 old=$(realpath "$2") new=$(realpath "$3") e2e=$(realpath "$4")
scripts=$(cd "$(dirname "$0")/.." && pwd)
[ "$kind" = beside ] || [ "$(id -u)" -eq 0 ] || { echo "test-package: installing needs root: sudo make test-package" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/things" "$work/root"
cp "$old" "$work/things/old.deb"
cp "$new" "$work/things/new.deb"
cp "$e2e" "$work/things/e2e"
cp "$scripts"/test-package/*.sh "$scripts/in-a-window.sh" "$work/things/"
# Everyone reads them; root alone changes them.
chmod -R a+rX "$work"
chmod 755 "$work/things/e2e" "$work"/things/*.sh

# Some continuous integration gives root no namespaces, or no mounts.
if [ "$kind" = here ] && ! "$scripts/test-package/enter.sh" here "$work" probe; then
  echo "test-package: this system gives no namespaces; dpkg unpacks the package beside it, and it is used from there"
  kind=beside
fi
if [ "$kind" = beside ]; then
  "$scripts/test-package/beside.sh" "$work/things"
  exit
fi
if [ "$kind" = clean ]; then
  began=$(date +%s)
  # First what the package asks for and nothing else, so that nothing of the test can stand in for it; then what the test needs.
  tools=passwd,xvfb,xauth,dbus,webkit2gtk-driver,xdg-utils,libglib2.0-bin,desktop-file-utils,strace,xdotool,iproute2
  # Nothing here has to outlive a power cut.
  install='apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-unsafe-io'
  mmdebstrap --quiet --variant=apt --include=ca-certificates \
    --customize-hook='mkdir -p "$1/mnt" && cp '"$work/things/old.deb"' "$1/mnt/"' \
    --customize-hook='chroot "$1" '"$install"' /mnt/old.deb >/dev/null' \
    --customize-hook='for program in vitrine vitrine-worker; do ! chroot "$1" ldd /usr/bin/$program | grep "not found"; done' \
    --customize-hook='chroot "$1" vitrine --version && chroot "$1" vitrine-worker --version' \
    --customize-hook='chroot "$1" dpkg --purge vitrine >/dev/null' \
    --customize-hook='chroot "$1" '"$install ${tools//,/ }"' >/dev/null' \
    bookworm "$work/root"
  echo "a clean Debian 12 with the package's dependencies alone ran it; with the tools of the test it has" \
    "$(chroot "$work/root" dpkg-query -W | wc -l) packages ($(($(date +%s) - began)) s)"
fi
"$scripts/test-package/enter.sh" "$kind" "$work"
