#!/bin/bash
# Asks the real systemd what it makes of the units in cases.txt, and writes cases.txt anew with its answers.
#
#   tests/agent/systemd/ask.sh
#
# Needs systemd and setpriv, and cgroups that are mounted; no running manager. A case begins with "== name unit", or "== name
# alias unit"; its files with "-- path", or "-> path target" for a link; the answers are the lines with ">".
set -eu
cd "$(dirname "$0")"

ask() {
    local root=$1 unit=$2 id=$3 path="" folder
    # As the manager of the system looks for units, the most important folder first.
    for folder in etc/systemd/system.control run/systemd/system.control run/systemd/transient \
        run/systemd/generator.early etc/systemd/system run/systemd/system run/systemd/generator \
        usr/local/lib/systemd/system usr/lib/systemd/system run/systemd/generator.late; do
        path+="$root/$folder:"
    done
    mkdir -p "$root/.run" "$root/.home"
    chmod -R a+rX "$root"
    chmod a+rwx "$root/.run" "$root/.home"
    local as=()
    if [ "$(id -u)" = 0 ]; then
        # It refuses to explain itself to root.
        chown -R 65534:65534 "$root/.run" "$root/.home"
        as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    fi
    env -i PATH=/usr/bin:/bin HOME="$root/.home" XDG_RUNTIME_DIR="$root/.run" \
        SYSTEMD_UNIT_PATH="$path/usr/lib/systemd/user" \
        "${as[@]}" /lib/systemd/systemd --user --test --unit="$unit" </dev/null 2>/dev/null |
        awk -v unit="$id" '
            /-> Unit / { inside = index($0, "-> Unit " unit ":") > 0 && !seen; seen = seen || inside }
            inside && /^\t\t(Environment|EnvironmentFile|PassEnvironment|UnsetEnvironment|Fragment Path|DropIn Path): / {
                sub(/^\t\t/, ""); print "> " $0 }' |
        sed "s#$root/#/#"
}

answer() {
    [ -n "$root" ] || return 0
    ask "$root" "$unit" "$id"
    echo
    rm -rf "$root"
}

root="" unit="" id="" file=""
{
    while IFS= read -r line; do
        case "$line" in
            "== "*)
                answer
                root=$(mktemp -d)
                read -r _ _ unit _ <<<"$line"
                id=${line##* }
                file="" ;;
            "-- "*)
                file="$root/${line#-- }"
                mkdir -p "$(dirname "$file")"
                : >"$file" ;;
            "-> "*)
                read -r _ link target <<<"$line"
                mkdir -p "$(dirname "$root/$link")"
                ln -s "$target" "$root/$link"
                file="" ;;
            "> "* | "") continue ;;
            *) if [ -n "$file" ]; then printf '%s\n' "$line" >>"$file"; fi ;;
        esac
        printf '%s\n' "$line"
    done
    answer
} <cases.txt >cases.new
mv cases.new cases.txt
