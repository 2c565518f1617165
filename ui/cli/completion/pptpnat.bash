# Completion of pptpnat for bash.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash

_pptpnat_files() {
    mapfile -t COMPREPLY < <(compgen "$@")
    [ ${#COMPREPLY[@]} -eq 0 ] || compopt -o filenames 2>/dev/null
}

_pptpnat() {
    local current=${COMP_WORDS[COMP_CWORD]} previous='' word i
    local options='--json --summary --findings --tables --all --html --strip --open --reader
        --capture --duration --rsh --verbose --help --version -w -o -v -h'
    [ "$COMP_CWORD" -lt 1 ] || previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()

    # bash takes the = of --html=PAGE for a word of its own.
    if [ "$current" = = ]; then
        current=
    elif [ "$previous" = = ]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    local takes=''
    for ((i = 1; i < COMP_CWORD; i++)); do
        [ "${COMP_WORDS[i]}" != --capture ] || [ -z "$options" ] || takes=yes
        [ "${COMP_WORDS[i]}" != -- ] || options=
    done
    case $previous in
    --reader)
        if [ -n "$options" ]; then
            mapfile -t COMPREPLY < <(compgen -W 'wiretap tshark' -- "$current")
            return
        fi
        ;;
    -o | --duration) [ -z "$options" ] || return ;;
    --html | --strip | -w | --rsh)
        if [ -n "$options" ]; then
            case $previous in
            --html) word=-f ;;
            --rsh) word=-c ;;
            *) word=-d ;;
            esac
            _pptpnat_files "$word" -- "$current"
            return
        fi
        ;;
    esac
    if [[ $current == -?* || $current == - ]] && [ -n "$options" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        return
    fi
    if [ -n "$takes" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(command ls /sys/class/net 2>/dev/null)" -- "$current")
        return
    fi
    _pptpnat_files -f -- "$current"
}

complete -F _pptpnat pptpnat
