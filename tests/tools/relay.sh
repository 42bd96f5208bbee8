# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# On top of tests/lib.sh: relays to the stack's database, sockets that stand for the nodes of a cluster: one and the
# same data behind each, and any of them can be killed or stopped without the others.

relays=$(mktemp -d /tmp/seikyo.XXXXXX) || bail "no temporary directory"
at_exit rm -rf "$relays"
# The servers' own user has to pass.
chmod 0711 "$relays"
declare -A relay

# relay_up NAME: from now on the socket $relays/NAME leads to the database.
relay_up()
{
	rm -f "$relays/$1"
	setsid socat "UNIX-LISTEN:$relays/$1,fork,mode=777,backlog=64" "UNIX-CONNECT:$SEIKYO_DB_SOCKET" \
		</dev/null >/dev/null 2>&1 &
	relay[$1]=$!
	disown
	poll 5 test -S "$relays/$1" || bail "the relay $1 does not come up"
}

# relay_signal NAME SIGNAL: to the relay and all that it carries.
relay_signal()
{
	kill "-$2" -- "-${relay[$1]}" 2>/dev/null || true
}

relay_gone()
{
	! kill -0 -- "-${relay[$1]}" 2>/dev/null
}

relay_kill()
{
	relay_signal "$1" KILL
	poll 5 relay_gone "$1" || bail "the relay $1 does not end"
	rm -f "$relays/$1"
}

relays_end()
{
	local name

	for name in "${!relay[@]}"; do
		relay_signal "$name" KILL
	done
}
at_exit relays_end

# The processes that carry a connection each.
relay_children()
{
	xargs -n 1 <"/proc/${relay[$1]}/task/${relay[$1]}/children"
}

# carries NAME: how many connections the relay carries.
carries()
{
	wc -w <"/proc/${relay[$1]}/task/${relay[$1]}/children"
}
