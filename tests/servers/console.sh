# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: the processes of the web servers, and of the console behind them.
# shellcheck disable=SC2034 # the parts share variables

# The processes of a web server but itself: those in its session. Without it they may live on.
console_pids()
{
	local file stat sid started leader

	read -r sid started <"$dir/pid.$1" || return 0
	leader=$(process_stat "$sid" || true)
	# Another one has taken the number, and the session with it.
	[ -z "$leader" ] || [ "${leader#* }" = "$started" ] || return 0
	for file in /proc/[0-9]*/stat; do
		{ read -r stat <"$file"; } 2>/dev/null || continue
		# shellcheck disable=SC2086 # split into fields
		set -- ${stat##*) }
		file=${file%/stat}
		[ "$4" != "$sid" ] || [ "$1" = Z ] || [ "${file##*/}" = "$sid" ] || printf '%s\n' "${file##*/}"
	done
}

# signal_consoles WEB-SERVER SIGNAL
signal_consoles()
{
	local list

	mapfile -t list < <(console_pids "$1")
	[ ${#list[@]} = 0 ] || kill "-$2" "${list[@]}" 2>/dev/null || true
}

consoles_gone()
{
	[ -z "$(console_pids "$1")" ]
}

# Ends what a web server that is gone has left behind.
end_consoles()
{
	signal_consoles "$1" CONT
	signal_consoles "$1" TERM
	if ! await 20 consoles_gone "$1"; then
		signal_consoles "$1" KILL
		await 10 consoles_gone "$1" || die "processes of $1 cannot be stopped"
	fi
}

halt_web()
{
	signal_consoles "$1" CONT
	signal "$1" TERM
	signal "$1" CONT
	await 30 stopped "$1" || signal "$1" KILL
	await 10 stopped "$1" || die "$1 cannot be stopped"
	end_consoles "$1"
	rm -f "$dir/pid.$1"
}

# True if the console has answered: lighttpd's own error pages have no such header.
console_answers()
{
	local head

	head=$(curl --silent --max-time 10 --cacert "$dir/ca/server-ca.crt" --output /dev/null \
		--dump-header - "$(web_address web_port "$1")/") || return 1
	[[ $head =~ ^HTTP/[0-9.]+\ [1-4] ]] || grep -qi '^content-security-policy:' <<<"$head"
}

web_answers()
{
	stopped "web$1" || console_answers "$1"
}

choose_web_ports()
{
	printf -v "web_port$1" '%s' "$(free_tcp_port)"
	printf -v "app_port$1" '%s' "$(free_tcp_port)"
}

# As with RADIUS, another may have taken a port meanwhile.
start_web()
{
	local server=$1 n=${1#web} at=$home/$1 name=web_port${1#web} try

	mkdir -p "$at"
	for try in 1 2 3 4 5; do
		[ -n "${!name:-}" ] || choose_web_ports "$n"
		make_web_home "$n" "$at"
		launch_web "$server"
		await $ready_seconds web_answers "$n" || die "$server runs, but the console does not answer"
		running "$server" && return
		if [ "$try" = 5 ] || ! grep -qsi 'address already in use' "$at"/{output,error}.log; then
			die "$server ended"
		fi
		end_consoles "$server"
		rm -f "$at"/{output,error}.log
		printf -v "$name" '%s' ''
	done
}

# lighttpd starts them by itself; behind another server they end with it.
start_console()
{
	await 30 console_answers "${1#console}" || die "$1 does not come back"
}

# stop, start, kill, pause, resume and pid of the processes of a console.
control_console()
{
	local action=$1 server=web${2#console}

	[ "$action" != start ] || {
		start_console "$2"
		return
	}
	consoles_gone "$server" && die "$2 does not run"
	case $action in
	kill) signal_consoles "$server" KILL ;;
	pause) signal_consoles "$server" STOP ;;
	resume) signal_consoles "$server" CONT ;;
	pid) console_pids "$server" ;;
	stop) usage "$server starts $2 again by itself: stop $server" ;;
	esac
}
