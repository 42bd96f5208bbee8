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
	if db_serves; then
		ask_status "$port"
	else
		port_in_use "$port"
	fi
}

bind_failed()
{
	grep -q 'Address already in use\|Failed binding' "$1/radius.log" "$1/output.log" 2>/dev/null
}

# Our module with sanitizers in place of the other one, and a folder for what they find.
make_sanitizers()
{
	local from=$root/build/sanitized

	[ -f "$from/rlm_seikyo_otp.so" ] || die "no build/sanitized/rlm_seikyo_otp.so; run make build-fuzz"
	install -m 755 "$from/rlm_seikyo_otp.so" "$from/dlopen.so" "$home/lib/"
	mkdir "$home/sanitizers"
	hand_over "$home/sanitizers"
	ln -s server/sanitizers "$dir/sanitizers"
}

# Sets command to one that runs it with the sanitizers' runtime. What is freed is kept from use for a few
# megabytes only, so that a leak can be told from it by the memory that a server takes.
with_sanitizers()
{
	local options="log_path=$home/sanitizers/$1:detect_leaks=0:quarantine_size_mb=8"

	command=(env "LD_PRELOAD=$home/lib/dlopen.so $(clang -print-file-name=libclang_rt.asan-x86_64.so)"
		"ASAN_OPTIONS=$options:verify_asan_link_order=0" "UBSAN_OPTIONS=log_path=$home/sanitizers/$1:print_stacktrace=1"
		"${command[@]}")
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
	[ -z "$sanitizers" ] || with_sanitizers "$server"
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
