# Sourced by bats files that talk to a foreign program.

# need_peer PROGRAM...: skips the test, plainly, when one of them is not here.
need_peer() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || skip "$program is missing"
    done
}
