# A Slurm cluster of this machine alone: daemons of this user on loopback, with
# their own key, configuration and folder.

free_ports() { # NUMBER
    "$PYTHON" -c 'import socket, sys
s = [socket.socket() for _ in range(int(sys.argv[1]))]
for x in s:
    x.bind(("127.0.0.1", 0))
print(*[x.getsockname()[1] for x in s])' "$1"
}

write_slurm_conf() { # FOLDER CONTROLLER-PORT DAEMON-PORT
    local user
    user=$(id -un)
    cat > "$1/slurm.conf" <<C
ClusterName=quiver
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$2
SlurmdPort=$3
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket=$1/munge/socket
CredType=cred/munge
SlurmUser=$user
SlurmdUser=$user
PluginDir=$(cat "$ENGINES/../plugins")
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
MpiDefault=none
ReturnToService=2
MailProg=/bin/true
NodeName=localhost NodeAddr=127.0.0.1 CPUs=1 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP OverSubscribe=FORCE:4
C
    echo "CgroupPlugin=disabled" > "$1/cgroup.conf"
}

# Sets SLURM_PIDS; false when a daemon does not come up, with what it says.
start_slurm() { # FOLDER
    local ports
    mkdir -p "$1/state" "$1/spool" "$1/munge"
    chmod 755 "$1" "$1/munge"
    head -c 128 /dev/urandom > "$1/munge/key"
    chmod 600 "$1/munge/key"
    read -r -a ports <<< "$(free_ports 2)"
    write_slurm_conf "$1" "${ports[@]}"
    export SLURM_CONF="$1/slurm.conf"
    "$ENGINES/munged" --foreground --force --socket="$1/munge/socket" \
        --key-file="$1/munge/key" --pid-file="$1/munge/pid" \
        --log-file="$1/munge/log" --seed-file="$1/munge/seed" \
        > "$1/munge/out" 2>&1 3>&- &
    SLURM_PIDS=$!
    within 60 of $! test -S "$1/munge/socket" || return 1
    "$ENGINES/slurmctld" -D -c -i > "$1/slurmctld.out" 2>&1 3>&- &
    SLURM_PIDS="$! $SLURM_PIDS"
    "$ENGINES/slurmd" -D -N localhost -d "$ENGINES/slurmstepd" \
        > "$1/slurmd.out" 2>&1 3>&- &
    SLURM_PIDS="$! $SLURM_PIDS"
    export SLURM_PIDS
    within 60 is_node_idle
}

is_node_idle() {
    "$ENGINES/sinfo" -h -o %T 2> /dev/null | grep -q idle
}

is_gone() {
    ! kill -0 "$1" 2> /dev/null
}

# One after the other: each needs those that are left.
stop_slurm() {
    local pid
    for pid in $SLURM_PIDS; do
        kill "$pid" 2> /dev/null || continue
        within 60 is_gone "$pid" || kill -9 "$pid"
    done
}
