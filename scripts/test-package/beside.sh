#!/usr/bin/env bash
# Where a system gives no namespaces: dpkg unpacks the package into a folder, checks its dependencies against this system, and the
# app is used from there. No network is taken away, nothing of the system is changed.
# usage: beside.sh FOLDER, with new.deb, e2e, from-menu.sh and in-a-window.sh in it
set -euo pipefail
cd "$1"
things=$PWD
root=$things/root
fail() { echo "test-package: $*" >&2; exit 1; }

mkdir -p "$root/var/lib" "$things/home/下载 模型" "$things/run"
# What this system has, so that missing dependencies are errors; without the package itself.
cp -a /var/lib/dpkg "$root/var/lib/"
dpkg --root="$root" --no-triggers --force-not-root -i new.deb
[ "$(dpkg-query --admindir="$root/var/lib/dpkg" -W -f='${db:Status-Status}' vitrine)" = installed ] || fail "not installed"
cp /usr/share/mime/packages/freedesktop.org.xml "$root/usr/share/mime/packages/"
update-mime-database "$root/usr/share/mime" >/dev/null 2>&1
update-desktop-database "$root/usr/share/applications"

models=$root/usr/lib/vitrine/models/starter
cp "$models/vitrine-starter.gguf" "$things/home/下载 模型/千问 小模型 Q8_0.gguf"
cp "$models/vitrine-starter-sft.gguf" "$things/home/下载 模型/另一个 模型.gguf"
chmod -R a+rX "$things"
as_user=()
[ "$(id -u)" -ne 0 ] || { as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups); chown -R 65534:65534 "$things/home"; }
run() {
  "${as_user[@]}" env -i HOME="$things/home" LANG=C.UTF-8 PATH="$root/usr/bin:/usr/local/bin:/usr/bin:/bin" \
    XDG_DATA_DIRS="$root/usr/share:/usr/share" XDG_CURRENT_DESKTOP=GNOME TMPDIR="${TMPDIR:-/tmp}" \
    VITRINE_TEST_ENTRY="$root/usr/share/applications/vitrine.desktop" VITRINE_TEST_PROGRAM="$things/from-menu.sh" "$@"
}
expect() {
  local wanted=$1 got
  shift
  got=$(run "$@" 2>&1) || true
  echo "$* -> $got"
  case "$got" in *"$wanted"*) ;; *) fail "$wanted expected" ;; esac
}
expect application/x-gguf gio info -a standard::content-type "$things/home/下载 模型/千问 小模型 Q8_0.gguf"
expect vitrine.desktop gio mime application/x-gguf
run "$things/in-a-window.sh" "$things/e2e" --ignored --exact --nocapture --test-threads=1 \
  installed::installed_a_double_click_opens_a_model_and_another_one_the_same_window
dpkg --root="$root" --no-triggers --force-not-root --purge vitrine
[ ! -e "$root/usr/bin/vitrine" ] || fail "it is still there"
[ -e "$things/home/.local/share/vitrine/history.db" ] || fail "removing it took the user's conversations"
echo "test-package: installed beside the system, used and removed"
