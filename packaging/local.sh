# The command in the PATH, with its manual page and completions; and how all that run.sh installs is
# removed again.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced, POSIX sh, after lib.sh. The caller has set `top`. DESTDIR, of the tests, is a folder in
# the place of /.

# For all users, and for one who cannot become root.
system=${DESTDIR:-}
for_all=$system/usr/local
for_one=${HOME:-/nonexistent}/.local

# "SOURCE TARGET MODE" of each file, the target below one of the two.
command_files() {
    cat <<END
build/ui/cli/pptpnat bin/pptpnat 0755
ui/cli/pptpnat.1 share/man/man1/pptpnat.1 0644
ui/cli/completion/pptpnat.bash share/bash-completion/completions/pptpnat 0644
ui/cli/completion/_pptpnat share/zsh/site-functions/_pptpnat 0644
ui/cli/completion/pptpnat.fish share/fish/vendor_completions.d/pptpnat.fish 0644
END
}

# put_command FOLDER COMMAND...: installs the files that are not there already. The COMMAND, which
# may be none, is put before what changes files.
put_command() {
    folder=$1
    shift
    command_files | while read -r source target mode; do
        cmp -s "$top/$source" "$folder/$target" ||
            quietly "$@" install -D -m "$mode" "$top/$source" "$folder/$target" || exit 1
    done
}

# Says so only if it was not there before. Who has it alone keeps it alone.
install_command() {
    known=no
    [ ! -e "$for_all/bin/pptpnat" ] && [ ! -e "$for_one/bin/pptpnat" ] || known=yes
    if { [ -e "$for_all/bin/pptpnat" ] || [ ! -e "$for_one/bin/pptpnat" ]; } &&
        put_command "$for_all" as_root 2>/dev/null; then
        [ "$known" = yes ] || say "pptpnat is now in $for_all/bin"
    elif put_command "$for_one"; then
        [ "$known" = yes ] || say "pptpnat is now in $for_one/bin"
        case :$PATH: in
        *:"$for_one/bin":*) ;;
        *) say "the PATH has it once you log in again, or add it: PATH=\$PATH:$for_one/bin" ;;
        esac
    else
        say "pptpnat could not be installed; $top/ui/cli/pptpnat runs it"
    fi
}

# Whether a package of Debian has installed the file: then apt removes it.
is_of_a_package() {
    dpkg-query -S "$1" >/dev/null 2>&1
}

# remove PATH...: files and folders that are there and of no package.
remove() {
    for path in "$@"; do
        if { [ ! -e "$path" ] && [ ! -L "$path" ]; } || is_of_a_package "$path"; then
            continue
        fi
        if [ -w "$(dirname -- "$path")" ]; then
            quietly rm -r -- "$path"
        else
            quietly as_root rm -r -- "$path"
        fi || die "$path could not be removed"
        say "removed $path"
    done
}

# remove_profile FOLDER: the profile, unless somebody has changed it.
remove_profile() {
    [ -d "$1/PPTP NAT" ] || return 0
    if diff -r "$top/ui/profile/PPTP NAT" "$1/PPTP NAT" >/dev/null 2>&1; then
        remove "$1/PPTP NAT"
    else
        say "$1/PPTP NAT was changed, and stays"
    fi
}

# All that run.sh has installed, for all users and for this one, of every Wireshark.
uninstall() {
    for folder in "$for_all" "$for_one"; do
        for target in $(command_files | cut -d ' ' -f 2); do
            remove "$folder/$target"
        done
    done
    for folder in "$system"/usr/lib/*/wireshark "$system/usr/lib/wireshark" \
        "$for_all"/lib/*/wireshark "$for_all/lib/wireshark" "$for_one/lib/wireshark"; do
        remove "$folder"/plugins/*/epan/pptpnat.so
    done
    remove_profile "$system/usr/share/wireshark/profiles"
    remove_profile "$for_all/share/wireshark/profiles"
    remove_profile "${XDG_CONFIG_HOME:-${HOME:-/nonexistent}/.config}/wireshark/profiles"
}
