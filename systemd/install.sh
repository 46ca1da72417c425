#!/usr/bin/env bash
# Installs emotion-edge as a service on Raspberry Pi OS or Debian (Bookworm or newer), upgrades it, or removes it.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: sudo systemd/install.sh [--offline WHEELS] [--no-start] [--dry-run]
       sudo systemd/install.sh --uninstall [--purge] [--dry-run]

Installs the checkout or release that it lies in as the service emotion-edge. Run again, it upgrades: configuration and
logs stay.

  --offline WHEELS  take every package from this folder and nothing from the network; to fill it, on a machine like this:
                    pip wheel --wheel-dir WHEELS 'CHECKOUT[mqtt,metrics,web]'
  --no-start        do not start the service
  --uninstall       remove everything but configuration, logs and user
  --purge           with --uninstall: remove these as well
  --dry-run         print every step and change nothing (needs no root)

PYTHON names another Python than /usr/bin/python3.
TEXT
}

readonly NAME=emotion-edge
readonly CODE=/opt/$NAME VENV=/opt/$NAME/venv OLD=/opt/$NAME/venv.old
readonly CONFIG=/etc/$NAME/config.toml COMMAND=/usr/local/bin/$NAME
readonly UNIT=/etc/systemd/system/$NAME.service SYSUSERS=/etc/sysusers.d/$NAME.conf TMPFILES=/etc/tmpfiles.d/$NAME.conf
readonly PYTHON=${PYTHON:-/usr/bin/python3} WHICH='import platform; print(platform.python_version())'
readonly MEMINFO=${MEMINFO:-/proc/meminfo}
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly SOURCE
offline='' dry='' uninstall='' purge='' start=yes bits=64 aside=''

fail() {
    echo "install.sh: $1" >&2
    exit "${2:-1}"
}

step() {
    local words
    printf -v words ' %q' "$@"
    echo "+$words"
    if [[ -z $dry ]]; then "$@"; fi
}

systemd_runs() { [[ -d /run/systemd/system ]]; }

parse() {
    while (($#)); do
        case $1 in
        --offline)
            [[ -d ${2:-} ]] || fail "--offline needs a folder of wheels; '${2:-}' is none" 2
            offline=$(cd "$2" && pwd)
            shift
            ;;
        --no-start) start='' ;;
        --uninstall) uninstall=yes ;;
        --purge) purge=yes ;;
        --dry-run) dry=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) fail "unknown option '$1'; see: $0 --help" 2 ;;
        esac
        shift
    done
    [[ -z $purge || -n $uninstall ]] || fail "--purge goes with --uninstall only" 2
}

check_python() {
    [[ -x $PYTHON ]] || fail "$PYTHON is not there; install it: apt-get install python3 python3-venv"
    local version machine
    read -r version bits machine < <("$PYTHON" -c 'import platform, struct, sys
print("%d.%d" % sys.version_info[:2], struct.calcsize("P") * 8, platform.machine())')
    case $version in
    3.11 | 3.12 | 3.13) ;;
    *) fail "$PYTHON is Python $version; 3.11 to 3.13 are needed (Raspberry Pi OS or Debian, Bookworm or Trixie)" ;;
    esac
    case $(readlink -f "$PYTHON") in
    /home/* | /root/*) fail "$PYTHON lies in a home directory, which the service cannot see; use PYTHON=/usr/bin/python3" ;;
    esac
    if [[ $bits == 32 && $machine != armv7l ]]; then
        fail "a 32-bit system under a 64-bit kernel gets packages that do not fit: use a 64-bit Raspberry Pi OS, or put \
arm_64bit=0 into /boot/firmware/config.txt and restart"
    fi
    if [[ $bits == 32 && $version != 3.11 ]]; then
        fail "on 32-bit Arm there is a TFLite runtime for Python 3.11 only (Bookworm), not for $version: use a 64-bit system"
    fi
}

# apt's picamera2 cannot be installed otherwise, so the environment must see it.
has_picamera2() { [[ -d /usr/lib/python3/dist-packages/picamera2 ]]; }

# For 32-bit Arm PyPI has no OpenCV, and piwheels' wants much of what apt's brings: that is taken, with its numpy.
has_opencv() { compgen -G '/usr/lib/python3/dist-packages/cv2*' >/dev/null && [[ -d /usr/share/opencv4/haarcascades ]]; }
takes_opencv() { [[ $bits == 32 ]] && has_opencv; }

get_opencv() {
    if [[ $bits == 64 ]] || has_opencv; then return; fi
    if [[ -n $offline ]]; then
        compgen -G "$offline/opencv_python_headless-*" >/dev/null && return
        fail "OpenCV is missing and --offline may not fetch it: apt-get install python3-opencv opencv-data"
    fi
    step apt-get update --quiet
    step apt-get install --yes --no-install-recommends python3-opencv opencv-data
}

sees_apt() { if has_picamera2 || takes_opencv; then echo true; else echo false; fi; }

# An environment that was made before an upgrade of the system, or before picamera2 came, is made anew.
environment_fits() {
    [[ -f $VENV/pyvenv.cfg ]] || return 1
    grep -qx "include-system-site-packages = $(sees_apt)" "$VENV/pyvenv.cfg" || return 1
    [[ $("$VENV/bin/python" -c "import pip; $WHICH" 2>&1) == "$("$PYTHON" -c "$WHICH")" ]]
}

# Until all packages are in the new environment, whatever ends this script puts the old one back.
set_aside() {
    step mv "$VENV" "$OLD"
    aside=yes
    if [[ -z $dry ]]; then trap put_back EXIT; fi
}

put_back() {
    rm -rf "$VENV"
    mv "$OLD" "$VENV"
    echo "install.sh: failed; the service keeps the environment that it had" >&2
}

# Its settings go first, by which `recover` knows a whole one.
remove_old() {
    [[ -n $aside ]] || return 0
    trap - EXIT
    step rm -rf "$OLD/pyvenv.cfg" "$OLD"
}

# A power cut may have left the old environment aside, with a new one that is not complete; or a part of the old one.
recover() {
    if [[ -e $OLD/pyvenv.cfg ]]; then
        step rm -rf "$VENV"
        step mv "$OLD" "$VENV"
    elif [[ -e $OLD ]]; then
        step rm -rf "$OLD"
    fi
}

make_environment() {
    local options=()
    recover
    environment_fits && return
    if ! "$PYTHON" -c 'import ensurepip' 2>/dev/null; then
        [[ -z $offline ]] || fail "python3-venv is missing and --offline may not fetch it: apt-get install python3-venv"
        step apt-get update --quiet
        step apt-get install --yes --no-install-recommends python3-venv
    fi
    if [[ $(sees_apt) == true ]]; then options+=(--system-site-packages); fi
    if [[ -e $VENV ]]; then set_aside; fi
    step "$PYTHON" -m venv "${options[@]}" "$VENV"
}

install_package() {
    # /tmp may be in memory, which is short on the machines this is for.
    local pip=(env TMPDIR=/var/tmp "$VENV/bin/python" -m pip --disable-pip-version-check --no-cache-dir --no-input install
        --quiet --root-user-action ignore)
    local package=$SOURCE built=("$SOURCE/${NAME//-/_}"-*.whl)
    if [[ -n $offline ]]; then
        pip+=(--no-index --find-links "$offline")
        package=$NAME
    fi
    local edge=(--requirement "$SOURCE/requirements-edge.txt")
    if takes_opencv; then mapfile -t edge < <(grep -Ev '^(#|$|opencv)' "$SOURCE/requirements-edge.txt"); fi
    # A release brings its wheel, so that nothing is built here.
    if [[ -e ${built[0]} ]]; then package=${built[0]}; fi
    step "${pip[@]}" --only-binary :all: "${edge[@]}"
    step "${pip[@]}" --no-deps --force-reinstall "$package"
    # Small, and of use as soon as the configuration asks for them. Wheels of an earlier version may lack some.
    local wanted optional=() lacking=()
    for wanted in 'paho-mqtt>=2.1,<3' 'prometheus-client>=0.20,<1' 'starlette>=1,<2' 'uvicorn>=0.30,<1'; do
        local file=${wanted%%[<>=]*}
        if [[ -z $offline ]] || compgen -G "$offline/${file//-/_}-*" >/dev/null; then
            optional+=("$wanted")
        else
            lacking+=("$file")
        fi
    done
    if ((${#lacking[@]})); then echo "# not in $offline, for MQTT, metrics or the web page: ${lacking[*]}"; fi
    if ((${#optional[@]})); then
        step "${pip[@]}" --only-binary :all: "${optional[@]}"
    fi
    step ln -sfn "$VENV/bin/$NAME" "$COMMAND"
}

# What suits a board with 512 MB, or the usual settings.
settings_for_board() {
    local total
    total=$(awk '$1 == "MemTotal:" {print $2}' "$MEMINFO")
    if ((${total:-1000000} < 700000)); then echo "$NAME.small.toml"; else echo "$NAME.example.toml"; fi
}

install_files() {
    step install -D -m 644 "$SOURCE/systemd/$NAME.sysusers" "$SYSUSERS"
    step install -D -m 644 "$SOURCE/systemd/$NAME.tmpfiles" "$TMPFILES"
    step install -D -m 644 "$SOURCE/systemd/$NAME.service" "$UNIT"
    step systemd-sysusers "$SYSUSERS"
    step systemd-tmpfiles --create "$TMPFILES"
    if [[ -e $CONFIG ]]; then
        echo "# $CONFIG stays as it is"
    else
        step install -m 640 -g "$NAME" "$SOURCE/systemd/$(settings_for_board)" "$CONFIG"
        if has_picamera2; then step sed -i 's/^source = .*/source = "picamera"/' "$CONFIG"; fi
    fi
}

start_service() {
    if ! systemd_runs; then
        step systemctl enable "$NAME" # an image is being built: it starts when that is booted
        return
    fi
    step systemctl daemon-reload
    step systemctl enable "$NAME"
    [[ -n $start ]] || return 0
    step systemctl reset-failed "$NAME" 2>/dev/null || true
    step systemctl restart "$NAME"
}

install_all() {
    check_python
    get_opencv
    make_environment
    install_package
    remove_old
    install_files
    start_service
    [[ -z $dry ]] || return 0
    cat <<TEXT

Installed. Which camera, and all else: sudo nano $CONFIG && sudo systemctl restart $NAME
How it goes: systemctl status $NAME; what it says: sudo journalctl -u $NAME; what it saw: /var/log/$NAME
TEXT
    if [[ -e /proc/device-tree/model ]] && ! has_picamera2; then
        echo "For the Raspberry Pi's own camera: sudo apt install python3-picamera2, then run this again."
    fi
}

uninstall_all() {
    if systemd_runs && [[ -e $UNIT ]]; then step systemctl disable --now --quiet "$NAME"; fi
    if [[ $(readlink "$COMMAND") == "$VENV"/* ]]; then step rm -f "$COMMAND"; fi
    step rm -f "$UNIT" "/etc/systemd/system/multi-user.target.wants/$NAME.service" "$SYSUSERS" "$TMPFILES"
    step rm -rf "$CODE"
    if [[ -n $purge ]]; then
        step rm -rf "/etc/$NAME" "/var/lib/$NAME" "/var/log/$NAME" "$UNIT.d"
        if getent passwd "$NAME" >/dev/null; then step userdel "$NAME"; fi
    else
        echo "# kept: /etc/$NAME /var/lib/$NAME /var/log/$NAME and the user $NAME; --purge removes them"
    fi
    if systemd_runs; then
        step systemctl daemon-reload
        step systemctl reset-failed "$NAME" 2>/dev/null || true
    fi
}

parse "$@"
[[ $EUID -eq 0 || -n $dry ]] || fail "needs root: sudo $0 $*  (to see what it would do: $0 --dry-run)"
# Whatever the caller's own: the service's user must be able to read what is installed, and root's tools must be found.
umask 022
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [[ -n $uninstall ]]; then uninstall_all; else install_all; fi
