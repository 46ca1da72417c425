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
ip link set lo up
# shellcheck source=tests/throwaway.sh
source "$(dirname "$0")/../throwaway.sh"
copy_of "$system" "$folder"

mkdir -m 1777 "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
: >"$folder/cpuinfo" # is written outside, before each program
mount --bind "$folder/cpuinfo" "$root/proc/cpuinfo"
seen_in "$root" "$@"

: >"$folder/ready"
exec sleep infinity
