# Two machines in network namespaces, with two links between them: what happens when one
# link goes away is seen on the other. Sourced by tests that move from network to
# network; nothing outside of the namespaces is touched.
#
#   client  c1 10.77.1.2 ---- 10.77.1.1 s1  server, at 10.77.9.1
#           c2 10.77.2.2 ---- 10.77.2.1 s2
#
# The client prefers the first link.

SERVER_ADDRESS=10.77.9.1

# Without root, in a user namespace in which we are root.
if [ "$(id -u)" -eq 0 ]; then
    apart=(unshare -n) within=(-n)
else
    apart=(unshare -rn) within=(-U --preserve-credentials -n)
fi

has_links() {
    command -v ip >/dev/null && "${apart[@]}" ip link set lo up 2>/dev/null
}

at_server() {
    nsenter -t "$server_links" "${within[@]}" "$@"
}

at_client() {
    nsenter -t "$client_links" "${within[@]}" "$@"
}

are_apart() { # PID PID2
    [ "$(readlink "/proc/$1/ns/net")" != "$(readlink "/proc/$2/ns/net")" ]
}

# apart_from PID PID2: until the first has a network of its own.
apart_from() {
    within 60 of "$1" are_apart "$@"
}

# Sets server_links and client_links, the processes that keep the namespaces.
make_links() {
    "${apart[@]}" sleep infinity 3>&- &
    server_links=$!
    apart_from "$server_links" $$
    nsenter -t "$server_links" "${within[@]}" unshare -n sleep infinity 3>&- &
    client_links=$!
    export server_links client_links
    apart_from "$client_links" $$
    apart_from "$client_links" "$server_links"
    at_server ip link set lo up
    at_client ip link set lo up
    at_server ip address add "$SERVER_ADDRESS/32" dev lo
    add_link 1
    add_link 2
}

add_link() {
    at_server ip link add "s$1" type veth peer name "c$1" netns "$client_links"
    at_server ip address add "10.77.$1.1/24" dev "s$1"
    at_server ip link set "s$1" up
    at_client ip address add "10.77.$1.2/24" dev "c$1"
    at_client ip link set "c$1" up
    know_address "$1"
    route_by "$1"
}

# As behind a router: else the server's packets to a link that is gone wait for its address,
# and block the socket for all others.
know_address() {
    local mac
    mac=$(at_client ip -o link show "c$1")
    mac=${mac#*link/ether } mac=${mac%% *}
    at_server ip neighbour replace "10.77.$1.2" lladdr "$mac" dev "s$1" nud permanent
}

route_by() {
    at_client ip route replace "$SERVER_ADDRESS" via "10.77.$1.1" metric "$1"
}

link_down() {
    at_client ip link set "c$1" down
}

# Whatever has become of it.
link_up() {
    at_client ip address replace "10.77.$1.2/24" dev "c$1"
    at_client ip link set "c$1" up
    route_by "$1"
}

# The way of a machine that another network has given an address.
lose_address() {
    at_client ip address del "10.77.$1.2/24" dev "c$1"
}

end_links() {
    kill "$client_links" "$server_links" 2>/dev/null || true
    wait "$client_links" "$server_links" 2>/dev/null || true
}
