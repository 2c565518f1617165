#!/bin/sh
# Makes a system with another Wireshark series from Debian's own packages, once, and runs commands
# in it. The plugin is built and tested there for that series.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   packaging/environment.sh [--build] SERIES [COMMAND [ARGUMENT...]]
#
# SERIES is 4.0, 4.4 or 4.6. Without --build the system is a user's: Debian's smallest with tshark;
# the command is run as root. With --build it has all that building and testing need, too; the
# command is run as the owner of the source tree, so that what it builds is theirs, and with
# PPTPNAT_BUILD=TREE/build-SERIES, where the tests look for the plugin.
#
# The source tree is there under its own path. Everything else that the command changes is gone when
# it has ended, and so are its processes. Without a command the system is only made.
#
# The systems are kept in PPTPNAT_ENVIRONMENTS, or else in /var/cache/pptpnat, of about 300 MB each,
# 800 MB with --build. To have one made anew, remove its folder.
#
# As root or as a user with sudo. Exit status: that of the command, or 2 with a message.

set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 2
# shellcheck source=packaging/lib.sh
. "$top/packaging/lib.sh"

# What the tests need there.
python_packages='python3 python3-pytest python3-pytest-xdist python3-jsonschema'

# The Debian suite of a Wireshark series.
suite_of() {
    case $1 in
    4.0) echo bookworm ;;
    4.4) echo trixie ;;
    4.6) echo forky ;;
    *) return 1 ;;
    esac
}

# repository LABEL DEFAULT: where this machine's apt has Debian's repository of that label from.
repository() {
    # shellcheck disable=SC2016 # apt's own variables
    found=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n "s/^Debian|$1|//p" | sed -n 1p)
    printf '%s\n' "${found:-$2}"
}

# The sources of a suite, in the form of sources.list.
sources_of() {
    printf 'deb %s %s main\n' "$(repository Debian http://deb.debian.org/debian/)" "$1"
    case $1 in
    forky) ;; # the fixes for testing come through testing itself
    *)
        printf 'deb %s %s-security main\n' \
            "$(repository Debian-Security http://deb.debian.org/debian-security/)" "$1"
        ;;
    esac
}

# What this machine's apt must know to reach its repositories: proxies, a clock that is off.
apt_settings() {
    apt-config dump |
        grep -E '^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy) "..*";$'
}

# make_system FOLDER SUITE PACKAGES: beside it first, so that what is there is whole.
make_system() {
    say "making a system with Wireshark $series in $1"
    rm -rf -- "$1.new" # of a run that was broken off
    temporary=$(mktemp -d) || die "no temporary folder could be made"
    apt_settings >"$temporary/apt.conf"
    sources_of "$2" >"$temporary/sources.list"
    # shellcheck disable=SC2086 # a list of package names
    includes=$(printf '%s,' $3)
    problem=
    if ! quietly mmdebstrap --quiet --variant=minbase --include="${includes%,}" \
        --aptopt="$temporary/apt.conf" "$2" "$1.new" "$temporary/sources.list"; then
        problem="Debian $2 could not be installed from: $(cat "$temporary/sources.list")"
    else
        made=$(chroot "$1.new" tshark --version 2>/dev/null | major_minor)
        [ "$made" = "$series" ] ||
            problem="Debian $2 has Wireshark ${made:-none} now: change suite_of in this script"
    fi
    rm -rf -- "$temporary"
    if [ -n "$problem" ]; then
        rm -rf -- "$1.new"
        die "$problem"
    fi
    printf '%s' "$3" >"$1.new/etc/pptpnat-packages"
    rm -rf -- "$1"
    mv -- "$1.new" "$1"
}

# In a mount and process namespace of its own: puts the system together and runs the command in it.
inside() {
    system=$1
    user=$2
    group=$3
    build=$4
    shift 4
    umask 022
    # A tmpfs takes the changes, and the mounts and it are gone with this namespace.
    root=$system.run
    {
        mkdir -p -- "$root" && mount -t tmpfs -o mode=755 pptpnat "$root" &&
            mkdir -- "$root/changes" "$root/work" "$root/root" &&
            mount -t overlay -o "lowerdir=$system,upperdir=$root/changes,workdir=$root/work" \
                pptpnat "$root/root"
    } || die "the system $system could not be mounted"
    root=$root/root
    {
        mkdir -p -- "$root$top" && mount --bind -- "$top" "$root$top" &&
            mount -t proc proc "$root/proc" && mkdir -p -- "$root/dev/shm" &&
            mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
    } || die "the source tree could not be mounted in $system"
    cp -L -- /etc/resolv.conf /etc/hosts "$root/etc/" || die "the name service could not be set up"
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # starts no services
    chmod 0755 "$root/usr/sbin/policy-rc.d"

    set -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp/home \
        USER=builder LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive \
        PYTHONDONTWRITEBYTECODE=1 ${build:+"PPTPNAT_BUILD=$build"} "$@"
    mkdir -p -- "$root/tmp/home" && chown "$user:$group" "$root/tmp/home"
    if [ "$user" != 0 ]; then
        set -- setpriv --reuid="$user" --regid="$group" --clear-groups "$@"
    fi
    # As a child: signals and orphans are special to the first process of a namespace.
    # shellcheck disable=SC2016 # the inner shell's
    chroot "$root" sh -c 'cd -- "$1" && shift && exec "$@"' sh "$top" "$@"
    exit
}

if [ "${1-}" = --inside ]; then
    shift
    inside "$@"
fi

environments=${PPTPNAT_ENVIRONMENTS:-/var/cache/pptpnat}
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || die "only root can make and enter such a system"
    exec sudo -- env "PPTPNAT_ENVIRONMENTS=$environments" "$0" "$@"
fi

packages=tshark
what=user
owner=0:0
if [ "${1-}" = --build ]; then
    # shellcheck disable=SC2086 # lists of package names
    packages=$(printf '%s ' $build_packages $package_packages $python_packages)
    what=build
    owner=$(stat -c %u:%g "$top")
    shift
fi
series=${1-}
suite=$(suite_of "$series") || die "usage: environment.sh [--build] 4.0|4.4|4.6 [COMMAND...]"
shift
system=$environments/$series-$what

require_debian
install_packages mmdebstrap debian-archive-keyring util-linux
mkdir -p -- "$environments" || die "$environments could not be made"
(
    flock 9 || die "$environments could not be locked"
    [ "$(cat "$system/etc/pptpnat-packages" 2>/dev/null)" = "$packages" ] ||
        make_system "$system" "$suite" "$packages"
) 9>"$environments/lock" || exit 2
[ $# -gt 0 ] || exit 0
build=
[ "$what" = user ] || build=$top/build-$series
exec unshare --mount --pid --fork --kill-child "$0" --inside "$system" "${owner%:*}" "${owner#*:}" \
    "$build" "$@"
