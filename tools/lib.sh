# SPDX-License-Identifier: GPL-2.0-only
# The shell scripts of this folder source this file. It finds the root of the clone, prints messages and help, and
# installs packages.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
self=tools/$(basename "$0")

# say TEXT: a remark; standard output is left to results.
say() { printf '%s: %s\n' "$self" "$*" >&2; }

# die TEXT: one sentence, and status 2 (bad input or surroundings).
die() {
    say "$*"
    exit 2
}

# help: the comment at the top of the script is its manual.
help() { sed -n '/^# SPDX/d; /^# shellcheck/d; 2,/^[^#]/ s/^# \{0,1\}//p' "$root/$self"; }

# packages_for WHAT...: names from packages.txt.
packages_for() {
    local what
    for what in "$@"; do
        awk -v what="$what" '!/^#/ && $2 == what { print $1 }' "$root/tools/packages.txt"
    done
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# as_root COMMAND...: as it is, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_missing WHAT...: installs through apt what packages.txt lists and the machine lacks.
install_missing() {
    if ! { command -v dpkg-query && command -v apt-get; } >/dev/null; then
        say "this is not a Debian system; going on with what is installed (tools/packages.txt lists what is needed)"
        return
    fi
    local package missing=()
    for package in $(packages_for "$@"); do
        installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    grep -q '^VERSION_ID="12"' /etc/os-release || say "made for Debian 12; other releases may have other versions"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "these packages are missing and neither root nor sudo is at hand; as root, run: apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]}"
    apt_install "${missing[@]}"
}

# apt_install PACKAGE...: quiet unless it fails; then its last words and a sentence.
apt_install() {
    local log
    log=$(mktemp)
    as_root apt-get -q update >"$log" 2>&1 || say "apt-get update failed; trying with the lists that are there"
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@" >>"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        die "apt could not install what is missing (its last words are above)"
    fi
    rm -f "$log"
}

# jobs: how many things to do at once.
jobs() { nproc 2>/dev/null || echo 2; }
