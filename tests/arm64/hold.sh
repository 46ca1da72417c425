#!/usr/bin/env bash
# Holds a throw-away copy of a root file system open, in namespaces of its own and without a network, until it is ended.
# usage: hold.sh SYSTEM FOLDER [HOST_FOLDER=FOLDER_IN_THERE]...      it is in FOLDER/root, once FOLDER/ready is there
set -euo pipefail

if [[ ${INSIDE:-} != yes ]]; then
    INSIDE=yes exec unshare --mount --pid --net --fork --kill-child -- "$0" "$@"
fi

system=$1
folder=$2
shift 2
root=$folder/root
mount --make-rprivate /
ip link set lo up

# All that is written goes to memory.
mkdir "$folder/memory" "$root"
mount -t tmpfs -o mode=755 tmpfs "$folder/memory"
mkdir "$folder/memory/upper" "$folder/memory/work"
mount -t overlay overlay -o "lowerdir=$system,upperdir=$folder/memory/upper,workdir=$folder/memory/work" "$root"
for place in dev run tmp; do
    mount -t tmpfs -o mode=755 tmpfs "$root/$place"
done
chmod 1777 "$root/tmp"
mkdir -m 1777 "$root/dev/shm"
mount -t proc proc "$root/proc"
: >"$folder/cpuinfo" # is written outside, before each program
mount --bind "$folder/cpuinfo" "$root/proc/cpuinfo"
mount -t sysfs -o ro sysfs "$root/sys"

node() { mknod -m 666 "$root/dev/$1" "$2" "$3" "$4"; }
node null c 1 3
node zero c 1 5
node full c 1 7
node random c 1 8
node urandom c 1 9
node tty c 5 0
ln -s /proc/self/fd "$root/dev/fd"

for pair in "$@"; do
    mkdir -p "$root${pair#*=}"
    mount --bind "${pair%%=*}" "$root${pair#*=}"
    mount -o remount,bind,ro "$root${pair#*=}"
done

: >"$folder/ready"
exec sleep infinity
