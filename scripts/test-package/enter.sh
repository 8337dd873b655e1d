#!/usr/bin/env bash
# Goes into the system under test with mounts, processes and network of its own.
# usage: enter.sh clean|here WORK [probe]: only sees whether it could
set -euo pipefail
kind=$1 work=$2 what=${3:-}
if [ "${4:-}" != inside ]; then
  exec unshare --mount --pid --net --ipc --uts --fork --kill-child -- "$0" "$kind" "$work" "$what" inside
fi
mount --make-rprivate /
root=$work/root
if [ "$kind" = here ]; then
  mount -t tmpfs tmpfs "$work/root"
  mkdir -p "$work/root/upper" "$work/root/work" "$work/root/merged"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$work/root/upper,workdir=$work/root/work" "$work/root/merged"
  root=$work/root/merged
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
# Nothing of the source tree: what is found there while developing has to come with the package.
sources=$root$(cd "$(dirname "$0")/../.." && pwd)
[ ! -d "$sources" ] || mount -t tmpfs tmpfs "$sources"
mkdir -p "$root/mnt"
mount --bind "$work/things" "$root/mnt"
[ "$what" != probe ] || exec chroot "$root" /bin/true
exec chroot "$root" /mnt/inside.sh /mnt
