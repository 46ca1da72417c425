# shellcheck shell=bash
# A root file system to be thrown away; for scripts that are alone in their mount namespace: source tests/throwaway.sh

# copy_of SYSTEM FOLDER: FOLDER/root looks like SYSTEM; what is written there goes to memory. Nothing is behind dev, run and tmp.
copy_of() {
    local root=$2/root memory=$2/memory place
    mount --make-rprivate /
    mkdir "$root" "$memory"
    mount -t tmpfs -o mode=755 tmpfs "$memory"
    mkdir "$memory/upper" "$memory/work"
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$memory/upper,workdir=$memory/work" "$root"
    for place in dev run tmp; do
        mount -t tmpfs -o mode=755 tmpfs "$root/$place"
    done
    chmod 1777 "$root/tmp"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    _device "$root" null 1 3
    _device "$root" zero 1 5
    _device "$root" full 1 7
    _device "$root" random 1 8
    _device "$root" urandom 1 9
    _device "$root" tty 5 0
}

# seen_in ROOT [HOST_FOLDER=FOLDER_IN_THERE]...: read-only.
seen_in() {
    local root=$1 pair
    shift
    for pair in "$@"; do
        mkdir -p "$root${pair#*=}"
        mount --bind "${pair%%=*}" "$root${pair#*=}"
        mount -o remount,bind,ro "$root${pair#*=}"
    done
}

_device() { mknod -m 666 "$1/dev/$2" c "$3" "$4"; }
