#!/usr/bin/env bash
# What is in the packages, by the tools that know: every file that the desktop needs, at its place and valid.
# usage: contents.sh FOLDER
set -euo pipefail
folder=$1
fail() { echo "test-package: $*" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wanted=(
  usr/bin/vitrine usr/bin/vitrine-worker
  usr/lib/vitrine/models/starter/vitrine-starter.gguf usr/lib/vitrine/licences/third-party.txt
  usr/share/applications/vitrine.desktop usr/share/mime/packages/vitrine.xml
  usr/share/metainfo/app.vitrine.desktop.metainfo.xml
  usr/share/icons/hicolor/{16x16,24x24,32x32,48x48,64x64,96x96,128x128,256x256,512x512}/apps/vitrine.png
  usr/share/icons/hicolor/scalable/apps/vitrine.svg
  usr/share/icons/hicolor/{32x32,48x48,64x64,128x128,256x256}/mimetypes/application-x-gguf.png
  usr/share/icons/hicolor/scalable/mimetypes/application-x-gguf.svg
  usr/share/doc/vitrine/copyright usr/share/doc/vitrine/third-party-licences.txt.gz
  usr/share/doc/vitrine/screenshots/chat.png
)
has_all() {
  local list=$1 file
  for file in "${wanted[@]}"; do grep -qx "/$file" "$list" || fail "$2 lacks /$file"; done
}

for deb in "$folder"/*.deb; do
  dpkg-deb -x "$deb" "$work/deb"
  (cd "$work/deb" && find . -type f | sed 's|^\.||') > "$work/list"
  has_all "$work/list" "$deb"
  grep -qx /usr/share/doc/vitrine/changelog.gz "$work/list" || fail "$deb has no changelog"
  dpkg-deb -f "$deb" Package Version Architecture Installed-Size Depends Recommends
  desktop-file-validate "$work/deb/usr/share/applications/vitrine.desktop"
  # The pictures lie in the package: an app that is offline does not send its page to a server for them. appstreamcli wants web
  # addresses and can't be told otherwise, so it sees the rest, and the pictures are looked for here.
  metainfo=$work/deb/usr/share/metainfo/app.vitrine.desktop.metainfo.xml
  sed '/<screenshots>/,/<\/screenshots>/d' "$metainfo" > "$work/app.vitrine.desktop.metainfo.xml"
  appstreamcli validate --no-net "$work/app.vitrine.desktop.metainfo.xml"
  pictures=$(grep -o 'file://[^<]*' "$metainfo")
  for picture in $pictures; do [ -s "$work/deb${picture#file://}" ] || fail "$picture is not in $deb"; done
  for worker in "$work/deb/usr/bin/"*; do
    [ "$(stat -c %a "$worker")" = 755 ] || fail "$worker can't be run by everyone"
  done
  zcat "$work/deb/usr/share/doc/vitrine/changelog.gz" > "$work/changelog"
  [ "$(dpkg-parsechangelog -l "$work/changelog" -S Version)" = "$(dpkg-deb -f "$deb" Version)" ] || fail "its changelog begins with another version"
done
for rpm in "$folder"/*.rpm; do
  [ -e "$rpm" ] || continue
  if ! command -v rpm >/dev/null; then
    echo "no rpm here (Debian package rpm): its contents are not looked at"
    continue
  fi
  rpm -qp --nosignature --queryformat '%{NAME} %{VERSION}-%{RELEASE} %{ARCH} %{LICENSE} %{SIZE}\n' "$rpm"
  rpm -qpl --nosignature "$rpm" > "$work/list"
  has_all "$work/list" "$rpm"
  # Menus and file types are brought up to date by the distribution's own triggers.
  [ -z "$(rpm -qp --nosignature --scripts "$rpm")" ] || fail "$rpm runs scripts"
  rpm -qp --nosignature --requires "$rpm" | sort -u | tr '\n' ' '
  echo
done
(cd "$folder" && sha256sum --check SHA256SUMS)
