# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: processes, and the unprivileged user and folder that they get.
# shellcheck disable=SC2034 # the parts share variables

# Polls a condition every 50 ms, at most $1 seconds long.
await()
{
	local end=$((SECONDS + $1 + 1))

	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

random_hex()
{
	openssl rand -hex "$1"
}

# Root gives its rights up: to FreeRADIUS's own user, or else to nobody.
choose_user()
{
	server_user=$(id -un)
	if [ "$(id -u)" = 0 ]; then
		server_user=${SEIKYO_STACK_USER:-freerad}
		id "$server_user" >/dev/null 2>&1 || server_user=nobody
	fi
	server_group=$(id -gn "$server_user")
}

as_server()
{
	if [ "$(id -u)" = 0 ]; then
		exec setpriv --reuid "$server_user" --regid "$server_group" --clear-groups -- "$@"
	else
		exec "$@"
	fi
}

# True if the servers' user can come to the folder $1.
reachable()
{
	(as_server test -x "$1") 2>/dev/null
}

# The servers' files stand in DIR/server: a folder, or, where the servers' user cannot come to DIR or
# a socket's path would get too long (107 bytes), a link to a folder in /tmp.
make_home()
{
	home=$dir/server
	if [ ${#home} -gt 80 ] || ! (umask 022 && mkdir "$home") || ! reachable "$home"; then
		rm -rf "$home"
		home=$(mktemp -d /tmp/seikyo-XXXXXX)
		ln -s "$home" "$dir/server"
	fi
	chmod 700 "$home"
	mkdir "$home/db" "$home/db/tmp" "$home/keys" "$home/lib"
	hand_over "$home"
}

# Gives files to the servers' user.
hand_over()
{
	[ "$(id -u)" != 0 ] || chown -R "$server_user:$server_group" "$@"
}

# State and start time of a process; a pid alone may be someone else's by now. Its name may hold
# blanks and brackets, so fields are counted from the last bracket on.
process_stat()
{
	local stat

	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# shellcheck disable=SC2086 # split into fields
	set -- ${stat##*) }
	printf '%s %s\n' "$1" "${20}"
}

# Sets pid if the server runs. A zombie, which nobody may ever reap, does not run.
running()
{
	local started state now

	[ -r "$dir/pid.$1" ] && read -r pid started <"$dir/pid.$1" || return 1
	read -r state now < <(process_stat "$pid") || return 1
	[ "$now" = "$started" ] && [ "$state" != Z ]
}

stopped()
{
	! running "$1"
}

paused()
{
	running "$1" && [[ $(process_stat "$pid") == T* ]]
}

# Closes what this script and its callers have open but the standard three: a pipe that a server holds
# would keep its reader waiting. (255 is the script itself; bash closes it.)
close_files()
{
	local fd

	for fd in /proc/"$BASHPID"/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || [ "$fd" = 255 ] || exec {fd}>&-
	done
}

# Starts a server in the background, with its output in a file, away from the terminal.
launch()
{
	local server=$1 output=$2

	shift 2
	(close_files && cd "$home" && as_server setsid env HOME="$home" "$@") \
		</dev/null >>"$output" 2>&1 &
	pid=$!
	disown
	printf '%s %s\n' "$pid" "$(process_stat $pid | cut -d ' ' -f 2)" >"$dir/pid.$server"
}

signal()
{
	if running "$1"; then
		kill "-$2" "$pid" 2>/dev/null || true
	fi
}

halt()
{
	signal "$1" TERM
	signal "$1" CONT
	if ! await 30 stopped "$1"; then
		signal "$1" KILL
		await 10 stopped "$1" || die "$1 cannot be stopped"
	fi
	rm -f "$dir/pid.$1"
}
