# What run.sh and test.sh share: install what is missing, build, install the plugin.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced, POSIX sh. The caller has set `top`, the root of the source tree. Each function is quiet
# when there is nothing to do, and ends the script with status 2 ("could not judge") and a message
# when it cannot do its work.

build_packages='tshark wireshark-dev libglib2.0-dev libjson-glib-dev
cmake ninja-build gcc libc6-dev pkg-config'
# What making a Debian package needs besides.
# shellcheck disable=SC2034 # for package.sh
package_packages='dpkg-dev file gzip'
# shellcheck disable=SC2034 # for test.sh
test_packages='python3 python3-pytest python3-pytest-xdist python3-jsonschema jq util-linux'
# What test.sh --all needs besides.
# shellcheck disable=SC2034 # for test.sh
all_packages='chromium clang clang-format clang-tidy llvm libclang-rt-dev cppcheck lintian
mmdebstrap debian-archive-keyring
iproute2 iptables ethtool tcpdump pptpd pptp-linux postgresql
strongswan-charon strongswan-swanctl libcharon-extra-plugins
wireshark xvfb xdotool imagemagick dbus at-spi2-core gir1.2-atspi-2.0 python3-gi'

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "${0##*/}: $*"
    exit 2
}

# Runs a command as root, through sudo if need be. sudo asks for a password only where there is a
# terminal to ask on.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        return 126
    fi
}

# Runs a command with its output kept back; shows it only if the command fails.
quietly() {
    quiet_log=$(mktemp) || die "no temporary file could be made"
    quiet_status=0
    "$@" >"$quiet_log" 2>&1 </dev/null || quiet_status=$?
    if [ "$quiet_status" -ne 0 ]; then
        cat "$quiet_log" >&2
    fi
    rm -f "$quiet_log"
    return "$quiet_status"
}

# apt-get that asks nothing: debconf would ask who may capture (wireshark-common),
# and its answer without a question is no.
apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
        apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@"
}

# Installs those of the packages in "$@" that are missing.
install_packages() {
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        die "missing:$missing. Install them as root: apt-get install$missing"
    fi
    say "installing:$missing"
    quietly apt_get update || die "the package lists could not be fetched"
    # shellcheck disable=SC2086 # a list of package names
    quietly apt_get install --no-install-recommends $missing ||
        die "the packages could not be installed:$missing"
}

require_debian() {
    if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
        die "this set-up is for Debian 12; elsewhere see README.md, \"Build by hand\""
    fi
}

# build_tree DIRECTORY [CMAKE OPTION...]
build_tree() {
    tree=$1
    shift
    [ -f "$tree/build.ninja" ] || say "building ${tree#"$top"/}"
    quietly cmake -S "$top" -B "$tree" -G Ninja "$@" || die "cmake failed in $tree"
    quietly cmake --build "$tree" || die "the build failed in $tree"
}

wireshark_version() {
    tshark --version 2>/dev/null | major_minor
}

# The major.minor in what tshark --version says.
major_minor() {
    sed -n '1s/^[^0-9]*\([0-9]*\.[0-9]*\).*/\1/p'
}

# Installs the plugin where this user's tshark loads it; sets `installed` to that file and `series`
# to tshark's major.minor. The global folder wins over the personal one, so the personal one is used
# only where the global one cannot be written and has no other copy.
install_plugin() {
    series=$(wireshark_version)
    [ -n "$series" ] || die "tshark does not run"
    built=$top/build/plugins/$series/epan/pptpnat.so
    [ -f "$built" ] || die "the build made no $built"
    global=$(global_plugin_folder) || die "Wireshark's plugin folder was not found"
    personal=${HOME:-/nonexistent}/.local/lib/wireshark/plugins/$series/epan

    installed=$global/pptpnat.so
    if ! cmp -s "$built" "$installed"; then
        if ! quietly as_root install -D -m 0644 "$built" "$installed"; then
            [ "$(id -u)" -ne 0 ] || die "$installed could not be written"
            [ ! -e "$installed" ] || die "$installed is another build and could not be replaced"
            installed=$personal/pptpnat.so
            cmp -s "$built" "$installed" || quietly install -D -m 0644 "$built" "$installed" ||
                die "the plugin could be installed neither in $global nor in $personal"
        fi
    fi
    # Two copies of one name make tshark warn at each start.
    if [ "$installed" != "$personal/pptpnat.so" ] && [ "$(id -u)" -ne 0 ]; then
        rm -f "$personal/pptpnat.so"
    fi
}

# The folder from which every user's tshark loads dissector plugins, as tshark itself names it.
global_plugin_folder() {
    folder=$(env -u WIRESHARK_PLUGIN_DIR tshark -G folders 2>/dev/null |
        sed -n 's/^Global Plugins:[[:space:]]*//p')
    [ -n "$folder" ] || return 1
    case $folder in
    */"$series") printf '%s/epan\n' "$folder" ;;
    *) printf '%s/%s/epan\n' "$folder" "$series" ;;
    esac
}

# Installs Wireshark's profile "PPTP NAT" for all users, or else for this one, whose changes to it
# are left alone.
install_profile() {
    profile=$top/ui/profile/PPTP\ NAT
    profiles=$(tshark -G folders 2>/dev/null |
        sed -n 's/^Global configuration:[[:space:]]*//p')/profiles
    if diff -r "$profile" "$profiles/PPTP NAT" >/dev/null 2>&1; then
        return
    fi
    if [ "$profiles" != /profiles ] && quietly as_root mkdir -p "$profiles/PPTP NAT" &&
        quietly as_root install -m 0644 "$profile"/* "$profiles/PPTP NAT/"; then
        return
    fi
    profiles=${XDG_CONFIG_HOME:-${HOME:-/nonexistent}/.config}/wireshark/profiles
    if [ ! -d "$profiles/PPTP NAT" ]; then
        { quietly mkdir -p "$profiles" && quietly cp -R "$profile" "$profiles/"; } ||
            say "the profile \"PPTP NAT\" could not be installed in $profiles"
    fi
}

# Everything that stands between a fresh Debian 12 and an installed plugin; "$@" are packages that
# are needed besides.
set_up() {
    require_debian
    # shellcheck disable=SC2086 # lists of package names
    install_packages $build_packages "$@"
    build_tree "$top/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
    install_plugin
    install_profile
}
