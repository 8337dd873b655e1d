#!/usr/bin/env bash
# Inside the system that the package is tested in, as root: installs, uses, upgrades and removes it.
# usage: inside.sh FOLDER, with old.deb, new.deb, e2e, from-menu.sh and in-a-window.sh in it
set -euo pipefail
cd "$1"
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
user=xiaoming
home=/home/$user
say() { printf '\n== %s\n' "$*"; }
fail() { echo "test-package: $*" >&2; exit 1; }

id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
# As the desktop session of that user; a lasting bus and display come with each command.
as_user() {
  # No variable of whoever runs the test: what the package needs it has to bring.
  setpriv --reuid="$user" --regid="$user" --init-groups --reset-env \
    env LANG=C.UTF-8 XDG_CURRENT_DESKTOP=GNOME VITRINE_TEST_ENTRY=/usr/share/applications/vitrine.desktop \
    VITRINE_TEST_PROGRAM="$PWD/from-menu.sh" PATH="$PATH" bash -c 'cd && "$@"' as_user "$@"
}
# What a desktop's own services say of a session without hardware tells nothing of the app.
noise='^dbus-daemon|xdg-desktop-portal|pw\.conf|SpiRegistry|max threads|^$|^running|filtered out'
journey() {
  as_user "$PWD/in-a-window.sh" "$PWD/e2e" --ignored --exact --nocapture --test-threads=1 "installed::$1" 2>&1 |
    grep -Ev "$noise"
}
version() { dpkg-query -W -f='${db:Status-Status} ${Version}\n' vitrine; }

say "install $(dpkg-deb -f old.deb Package Version | tr '\n' ' ')"
if [ -n "${WITH_APT:-}" ]; then
  apt-get install -y -qq --no-install-recommends ./old.deb >/dev/null
else
  dpkg -i old.deb
fi
version
[ "$(version)" = "installed $(dpkg-deb -f old.deb Version)" ] || fail "not installed"

say "files and libraries"
dpkg --verify vitrine
for program in vitrine vitrine-worker; do
  missing=$(ldd "/usr/bin/$program" | grep 'not found' || true)
  [ -z "$missing" ] || fail "$program lacks libraries: $missing"
done
[ "$(as_user vitrine --version)" = "vitrine $(dpkg-deb -f new.deb Version)" ] || fail "vitrine --version says something else"
ls -l /usr/bin/vitrine /usr/bin/vitrine-worker
du -sh /usr/lib/vitrine/models/starter

say "what opens a model file"
mkdir -p "$home/下载 模型"
cp /usr/lib/vitrine/models/starter/vitrine-starter.gguf "$home/下载 模型/千问 小模型 Q8_0.gguf"
cp /usr/lib/vitrine/models/starter/vitrine-starter-sft.gguf "$home/下载 模型/另一个 模型.gguf"
cp /usr/lib/vitrine/models/starter/vitrine-starter.gguf "$home/下载 模型/没有后缀"
chown -R "$user:" "$home/下载 模型"
expect() {
  local wanted=$1 got
  shift
  got=$(as_user "$@" 2>&1) || true
  echo "$* -> $got"
  case "$got" in *"$wanted"*) ;; *) fail "$wanted expected" ;; esac
}
expect application/x-gguf xdg-mime query filetype "$home/下载 模型/千问 小模型 Q8_0.gguf"
expect application/x-gguf gio info -a standard::content-type "$home/下载 模型/没有后缀"
expect vitrine.desktop xdg-mime query default application/x-gguf
expect vitrine.desktop gio mime application/x-gguf

say "double-click, load, answer; a second start (a network of its own with nothing but itself)"
ip link set lo up
journey installed_a_double_click_opens_a_model_and_another_one_the_same_window

say "the same by mouse and keyboard, without any interface, every socket traced"
ip link set lo down
traced=installed_it_loads_and_answers_without_a_network_socket
if as_user strace -qq -e trace=none true 2>/dev/null; then
  # A press on a window that is just being shown can get lost: once more, then.
  journey "$traced" || { rm -rf "$home/traced"; journey "$traced"; }
else
  echo "skipped: this system lets nobody trace a process"
fi

say "upgrade to $(dpkg-deb -f new.deb Version)"
kept() { find "$home/.local/share/vitrine" "$home/下载 模型" -type f ! -name '*.lock' ! -name '*.sock' -exec sha256sum {} + | sort -k2; }
before=$(kept)
[ -n "$before" ] || fail "the app kept nothing"
dpkg -i new.deb
[ "$(version)" = "installed $(dpkg-deb -f new.deb Version)" ] || fail "not upgraded"
[ "$(kept)" = "$before" ] || fail "the upgrade changed the user's files"
ip link set lo up
journey installed_anew_it_has_what_was_said_before
ip link set lo down

say "remove"
before=$(kept)
dpkg --purge vitrine
[ "$(kept)" = "$before" ] || fail "removing it changed the user's files"
echo "$before" | sed "s|$home|~|"
[ ! -e /usr/bin/vitrine ] && [ ! -e /usr/lib/vitrine ] || fail "it is still there"
! as_user gio mime application/x-gguf 2>&1 | grep -q vitrine.desktop || fail "it is still registered"
say "all of it held"
