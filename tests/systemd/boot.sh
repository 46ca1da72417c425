#!/usr/bin/env bash
# Boots systemd as process 1 of its own namespaces, on a copy of a system that is thrown away afterwards.
# usage: boot.sh CGROUP FOLDER SYSTEM [HOST_FOLDER=MACHINE_FOLDER]...
# FOLDER holds `devices`, which becomes /proc/devices; SYSTEM is the root of what is copied: / for this very system.
set -euo pipefail

if [[ ${INSIDE:-} != yes ]]; then
    # The cgroup namespace begins where its first process is, so that is moved first.
    echo $$ >"$1/cgroup.procs"
    INSIDE=yes exec unshare --pid --mount --uts --ipc --net --cgroup --fork --kill-child -- "$0" "$@"
fi

folder=$2
system=$3
shift 3
root=$folder/root
hostname machine
# shellcheck source=tests/throwaway.sh
source "$(dirname "$0")/../throwaway.sh"
copy_of "$system" "$folder"

# The kernel's settings are the host's own: they can be read only.
mount --bind "$folder/devices" "$root/proc/devices"
for place in sys sysrq-trigger; do
    [[ -e $root/proc/$place ]] || continue
    mount --bind "$root/proc/$place" "$root/proc/$place"
    mount -o remount,bind,ro "$root/proc/$place"
done
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
seen_in "$root" "$@"

# Of the host's own services none is started; what an earlier installation left is not there.
rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*emotion-edge* "$root/opt/emotion-edge" \
    "$root/etc/emotion-edge" "$root/var/lib/emotion-edge" "$root/var/log/emotion-edge" "$root/var/log/journal"
: >"$root/etc/fstab"
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"

mkdir "$root/run/host"
cd "$root"
pivot_root . run/host
umount -l /run/host
rmdir /run/host
# A container's systemd leaves hardware alone. What belongs to the whole computer it may not even try.
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set -sys_module,-sys_time,-sys_boot,-sys_rawio,-syslog,-audit_control,-audit_read,-audit_write \
    /lib/systemd/systemd --unit=basic.target --log-target=journal
