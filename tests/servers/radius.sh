# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: the RADIUS servers.
# shellcheck disable=SC2034 # the parts share variables

port_in_use()
{
	grep -qi ":$(printf '%04X' "$1") " /proc/net/udp /proc/net/udp6 2>/dev/null
}

# Below the range from which the system gives ports to clients.
free_port()
{
	local port

	while :; do
		port=$((20000 + RANDOM % 12000))
		port_in_use $port || break
	done
	printf '%s\n' $port
}

ask_status()
{
	printf 'Message-Authenticator = 0x00\n' | radclient -q -r 1 -t 1 -D "$dir/dictionary" \
		-S "$dir/radius.secret" "127.0.0.1:$1" status >/dev/null 2>&1
}

# Status-Server is answered when the database is; without one an open port is all there is to see.
radius_answers()
{
	local server=$1 port=$2

	stopped "$server" && return 0
	if running db && ! paused db; then
		ask_status "$port"
	else
		port_in_use "$port"
	fi
}

bind_failed()
{
	grep -q 'Address already in use\|Failed binding' "$1/radius.log" "$1/output.log" 2>/dev/null
}

launch_radius()
{
	local server=$1 at=$home/$1 command

	command=("$radius_bin" -f -d "$at/raddb" -n radiusd)
	# Debugging without root's rights, FreeRADIUS opens no log by its configuration.
	[ -z "$debug" ] || command+=(-xx -l "$at/radius.log")
	if [ -n "$valgrind" ]; then
		# -m: frees everything at the end, and keeps modules loaded, whose symbols are wanted.
		command=(valgrind --leak-check=full --show-leak-kinds=definite --num-callers=30
			--log-file="$home/valgrind/valgrind.%p" "${command[@]}" -m)
	fi
	launch "$server" "$at/output.log" "${command[@]}"
}

# A port that was free may be taken by another stack before it is bound: then with another one.
start_radius()
{
	local server=$1 port_name=port${1#radius} at=$home/$1 try

	[ -z "$valgrind" ] || ready_seconds=120
	for try in 1 2 3 4 5; do
		if [ -z "${!port_name:-}" ]; then
			printf -v "$port_name" '%s' "$(free_port)"
			set_item "$at/raddb/sites-available/seikyo" port "${!port_name}"
			hand_over "$at/raddb"
		fi
		launch_radius "$server"
		await $ready_seconds radius_answers "$server" "${!port_name}" ||
			die "$server runs, but does not answer"
		running "$server" && return
		if [ "$try" = 5 ] || ! bind_failed "$at"; then
			die "$server ended"
		fi
		rm -f "$at/radius.log" "$at/output.log"
		printf -v "$port_name" '%s' ''
	done
}

radius_servers()
{
	local n

	for ((n = 1; n <= radius_count; n++)); do
		printf 'radius%s\n' "$(suffix $n)"
	done
}
