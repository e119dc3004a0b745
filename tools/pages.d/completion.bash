# SPDX-License-Identifier: GPL-2.0-only
# Completes the command lines of hpnsim's programs in bash: options, names, keys of NAME:key=value, topologies, claims,
# figures. `tools/pages` writes the tables below from what the programs say, and installs both as one file.
# shellcheck shell=bash disable=SC2154,SC2034

# `cc` and `jobs` are names of others, too: what is completed must lie beside an `incast`.
_hpnsim_is_ours() {
    local path
    path=$(type -P "$1") || return 1
    [[ -x ${path%/*}/incast ]]
}

# Takes the words of a list that begin with $1. Readline replaces what follows the last `:` or `=` of the line alone.
_hpnsim_offer() {
    local begin=$1 kept=${1%"${1##*[:=]}"} word
    shift
    for word in "$@"; do
        [[ $word == "$begin"* ]] && COMPREPLY+=("${word#"$kept"}")
    done
}

# NAME[:key=value,...] after option $1, for the word $2.
_hpnsim_spec() {
    local names=${_hpnsim_names[$1]} word=$2 before key words=()
    if [[ $word != *:* ]]; then
        read -ra words <<<"$names"
    else
        before=${word%"${word##*[:,]}"}
        for key in ${_hpnsim_keys[$1:${word%%:*}]}; do words+=("$before$key"); done
        compopt -o nospace 2>/dev/null
    fi
    _hpnsim_offer "$word" "${words[@]}"
}

# The value of option $2 of program $1, for the word $3.
_hpnsim_value() {
    local words=() before
    if [[ -n ${_hpnsim_names[$2]} ]]; then
        _hpnsim_spec "$2" "$3"
    else
        before=${3%"${3##*,}"}
        for word in ${_hpnsim_values["$1 $2"]}; do words+=("$before$word"); done
        _hpnsim_offer "$3" "${words[@]}"
    fi
}

_hpnsim() {
    COMPREPLY=()
    _hpnsim_is_ours "$1" || return 0
    local program=${1##*/} line=${COMP_LINE:0:COMP_POINT} words=() word last options option
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[-1]} last=
    ((${#words[@]} > 1)) && last=${words[-2]}
    word=${word#[\"\']}
    options=" ${_hpnsim_takers[$program]} " alone=" ${_hpnsim_alone[$program]} "
    local scenario=$program
    if [[ $program == sweep && " $_hpnsim_scenarios " == *" ${words[1]} "* && ${#words[@]} -gt 2 ]]; then
        scenario=${words[1]}
        options+="${_hpnsim_takers[$scenario]} " alone+="${_hpnsim_alone[$scenario]} "
    fi
    if [[ $last == --* && $options == *" ${last#--} "* ]]; then
        _hpnsim_value "$scenario" "${last#--}" "$word"
    elif [[ $word == --*=* ]]; then
        option=${word%%=*}
        option=${option#--}
        word=${word#*=}
        _hpnsim_value "$scenario" "$option" "$word"
    elif [[ $word == -* ]]; then
        local all=()
        for option in $options $alone; do all+=("--$option"); done
        _hpnsim_offer "$word" "${all[@]}"
    elif [[ $program == topology ]]; then
        _hpnsim_spec topology "$word"
    else
        read -ra all <<<"${_hpnsim_words[$program]}"
        _hpnsim_offer "$word" "${all[@]}"
    fi
}
