# Asking Debian's archive with a private apt configuration; sourced by sh scripts.
#
# Neither the machine's lists nor its sources nor its packages are touched, and no
# root is needed. The archive's address is the one this machine's own apt uses.
#
#   apt_begin SUITE:KIND...   KIND is source or binary; sets apt_state, a folder
#   private_apt ARGUMENT...   apt-get; what it says goes to $apt_state/log
#   apt_end                   removes the folder

apt_begin() {
    command -v apt-get >/dev/null || return 1
    apt_host=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
        /etc/apt/sources.list.d/*.sources 2>/dev/null | sed 's/#.*//' |
        grep -oE '[a-z+]+://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ')
    if [ -z "$apt_host" ]; then
        echo "apt: no Debian archive among this machine's sources"
        return 1
    fi
    apt_state=$(mktemp -d)
    mkdir -p "$apt_state/lists/partial" "$apt_state/cache/archives/partial"
    : >"$apt_state/status"
    apt_key=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -f "$apt_key" ] && apt_key="[signed-by=$apt_key] " || apt_key=''
    for apt_suite in "$@"; do
        case $apt_suite in
        *:source) echo "deb-src $apt_key$apt_host ${apt_suite%:*} main" ;;
        *:binary) echo "deb $apt_key$apt_host ${apt_suite%:*} main" ;;
        esac
    done | sort -u >"$apt_state/sources.list"
    private_apt update || echo "apt: not every list could be read"
}

# The lists of a snapshot or a mirror may be past their date; the sums decide.
private_apt() {
    apt-get -q -y -o Dir::Etc::sourcelist="$apt_state/sources.list" \
        -o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts=- \
        -o Dir::State::Lists="$apt_state/lists" \
        -o Dir::State::status="$apt_state/status" \
        -o Dir::Cache="$apt_state/cache" -o APT::Sandbox::User=root \
        -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none \
        -o Acquire::Retries=2 -o Debug::NoLocking=true \
        "$@" </dev/null >>"$apt_state/log" 2>&1
}

apt_end() {
    rm -rf "$apt_state"
}
