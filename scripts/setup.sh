#!/usr/bin/env bash
# Everything this project needs on a Debian 12 machine, each stage with its time, each done only when needed:
# system libraries (apt, as root or by sudo), .venv, Asterisk in a private folder, for tests also other softphones in one.
#   scripts/setup.sh run     what the program needs
#   scripts/setup.sh test    and what the tests need (virtual screen, sound card, SIPp)
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
: "${ALLO_ASTERISK:=$PWD/.asterisk}" "${ALLO_PEERS:=$PWD/.peers}"
export ALLO_ASTERISK PIP_DISABLE_PIP_VERSION_CHECK=1
log=$(mktemp) && work=$(mktemp -d) && trap 'rm -rf "$log" "$work"' EXIT

stage() { # stage "title" command…: runs quietly, tells time; on failure shows what the command said
    local title=$1 began=$EPOCHREALTIME
    shift
    printf '  %-44s ' "$title"
    if ! "$@" >"$log" 2>&1; then
        printf 'failed\n\n'
        tail -n 25 "$log" >&2
        exit 1
    fi
    awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%5.1f s\n", b - a }'
}

qt="libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libdbus-1-3 libfontconfig1 fonts-inter"
packages="libportaudio2 ca-certificates debian-archive-keyring espeak-ng $qt"
[ "$purpose" = test ] && packages="$packages xvfb xdotool x11-utils jackd2 sip-tester gnome-keyring dbus-daemon iproute2 alsa-utils"

missing_packages() {
    local package
    for package in $packages; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

install_packages() {
    local root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "These packages are missing and you are neither root nor have sudo: $*"; return 1; }
        root="sudo"
    fi
    # -o DPkg::Lock::Timeout: another apt may be at work on the machine; wait for it instead of failing.
    $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" ||
        { $root apt-get -o DPkg::Lock::Timeout=120 update &&
          $root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"; }
}

make_venv() {
    local python
    for python in python3.11 python3.12 python3; do command -v $python >/dev/null && break; done
    $python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' ||
        { echo "allo needs Python 3.11 or 3.12; found $($python --version)"; return 1; }
    [ -x .venv/bin/python ] || $python -m venv .venv
    .venv/bin/python -m pip install -c constraints.txt -e '.[phone,server,dev]'
    cat pyproject.toml constraints.txt | sha256sum >.venv/installed
}

peer() { # peer program argument…: one of the other softphones, with the libraries beside it (see tests/support/peers.py)
    local program=$1
    shift
    (cd "$ALLO_PEERS/usr" && LD_LIBRARY_PATH=$(echo "$PWD"/lib/*-linux-gnu):$(echo "$PWD"/lib/*-linux-gnu/pulseaudio) "bin/$program" "$@")
}

peers_run() {
    # baresip's help ends with a status of failure, so what it says is looked at.
    ls "$ALLO_PEERS"/usr/lib/*/alsa-lib/libasound_module_pcm_jack.so && # linphonec's way to the virtual card
        peer linphonec -v && { peer baresip -h 2>&1 || true; } | grep -q Usage
}

install_peers() { # what this machine lacks of them is unpacked; apt's own state and the machine stay as they are
    local package
    mkdir -p "$work"/{lists,cache/archives}/partial "$work/new"
    local apt="apt-get -o Dir::State::lists=$work/lists -o Dir::Cache=$work/cache -o Debug::NoLocking=1
        -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any"
    $apt update &&
        $apt install -y --no-install-recommends --download-only --reinstall \
            baresip-core linphone-cli libasound2-plugins || return
    for package in "$work"/cache/archives/*.deb; do
        dpkg-deb -x "$package" "$work/new" || return
    done
    rm -rf "$work/new/usr/share/"{doc,man,locale,linphone/images} "$ALLO_PEERS"
    mv "$work/new" "$ALLO_PEERS" && peers_run
}

missing=$(missing_packages)
# shellcheck disable=SC2086  # a list of words
[ -z "$missing" ] || stage "System libraries ($(echo $missing | wc -w))" install_packages $missing
[ "$(cat .venv/installed 2>/dev/null)" = "$(cat pyproject.toml constraints.txt | sha256sum)" ] ||
    stage "Python environment (.venv)" make_venv
.venv/bin/allo pbx install --check >/dev/null 2>&1 ||
    stage "Asterisk (private folder)" .venv/bin/allo pbx install
[ "$purpose" != test ] || peers_run >/dev/null 2>&1 ||
    stage "Other softphones (private folder)" install_peers
exit 0
