# usage: zsh -f complete.zsh FOLDER WORD...
# What zsh offers for the last of these words, one a line: zsh itself completes them, in a
# terminal of its own, with the _quiver of FOLDER. What zsh finds out about all the
# completions of the machine, most of the time of a start, is kept in $ZSH_DUMP.
emulate -R zsh
zmodload zsh/zpty
out=$(mktemp -d) || exit 1
mkfifo $out/hits
cat > $out/setup <<'SETUP'
PS1= PS2= RPS1=
fpath=($FOLDER $fpath)
autoload -Uz compinit
compinit -u -d $ZSH_DUMP
# What is added is kept as well; calls that only ask are let through.
compadd() {
    local -a kept
    if [[ ${(j: :)@[1,(i)(-|--)]} != *-(O|A|D)' '* ]]; then
        builtin compadd -A kept "$@"
        hits+=($kept)
    fi
    builtin compadd "$@"
}
offer() {
    typeset -ga hits
    hits=()
    _main_complete
    compstate[insert]= compstate[list]=
    print -rl -- $hits > $OUT/hits
}
zle -C offer complete-word offer
bindkey '^I' offer
SETUP
export FOLDER=$1 OUT=$out TERM=dumb
shift
zpty shell zsh -f -i
zpty -w shell "source $out/setup"
zpty -w -n shell "${(j: :)${(@q)@}}"$'\t'
sort -u < $out/hits
zpty -d shell
rm -r $out
