# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: what a stack is written down as: for its users, and for later calls.
# shellcheck disable=SC2034 # the parts share variables

stack_values=(home server_user server_group socket radius_count galera_count port debug valgrind sanitizers
	radius_secret console_secret radius_db_password console_db_password branch_password
	operator_password keys_password mailer_db_password smtp_password mail_port mail_tls_port
	web_count web_server cgi console_program)

# For this script's later calls.
remember()
{
	local name n

	for ((n = 2; n <= radius_count; n++)); do
		stack_values+=("port$n")
	done
	for ((n = 1; n <= web_count; n++)); do
		stack_values+=("web_port$(suffix $n)" "app_port$(suffix $n)")
	done
	for ((n = 1; n <= galera_count; n++)); do
		stack_values+=("node_port$n" "ist_port$n" "sst_port$n")
	done
	for name in "${stack_values[@]}"; do
		printf '%s=%q\n' "$name" "${!name:-}"
	done >"$dir/stack"
	[ ${#console_settings[@]} = 0 ] ||
		printf 'console_settings=(%s)\n' "$(printf '%q ' "${console_settings[@]}")" >>"$dir/stack"
}

recall()
{
	dir=$(cd "$1" 2>/dev/null && pwd) || die "no folder $1"
	[ -s "$dir/stack" ] || die "no stack in $1"
	# shellcheck disable=SC1091 # written by remember
	. "$dir/stack"
}

line()
{
	printf '%s=%q\n' "$1" "$2"
}

write_radius_env()
{
	local n server port_name end

	for ((n = 1; n <= radius_count; n++)); do
		server=radius$(suffix $n)
		port_name=port$(suffix $n)
		end=$([ $n = 1 ] || printf '_%s' $n)
		line "SEIKYO_RADIUS_PORT$end" "${!port_name}"
		line "SEIKYO_RADIUS_LOG$end" "$dir/server/$server/radius.log"
		line "SEIKYO_RADDB$end" "$dir/server/$server/raddb"
		line "SEIKYO_RADIUS_PID$end" "$(running "$server" && printf '%s' "$pid")"
	done
}

write_db_env()
{
	local n=1 server end=''

	for server in $(db_servers); do
		line "SEIKYO_DB_SOCKET$end" "$home/$server/socket"
		line "SEIKYO_DB_LOG$end" "$dir/server/$server/error.log"
		line "SEIKYO_DB_PID$end" "$(running "$server" && printf '%s' "$pid")"
		n=$((n + 1)) end=_$n
	done
}

write_env()
{
	{
		line SEIKYO_STACK "$dir"
		line SEIKYO_RADIUS_HOST 127.0.0.1
		line SEIKYO_RADIUS_SECRET "$radius_secret"
		write_radius_env
		line SEIKYO_CONSOLE_HOST 127.0.0.2
		line SEIKYO_CONSOLE_SECRET "$console_secret"
		line SEIKYO_DB_NAME $database
		line SEIKYO_DB_ROOT "$(id -un)"
		write_db_env
		line SEIKYO_RADIUS_DB_PASSWORD "$radius_db_password"
		line SEIKYO_CONSOLE_DB_PASSWORD "$console_db_password"
		line SEIKYO_KEY_DIR "$dir/server/keys"
		line SEIKYO_COMMAND "$dir/seikyo-otp"
		mail_env
		write_web_env
		line SEIKYO_DICTIONARY "$dir/dictionary"
	} >"$dir/env.new"
	mv "$dir/env.new" "$dir/env"
}

write_command()
{
	cat >"$dir/seikyo-otp.conf" <<-EOF
	socket = $(db_sockets)
	database = $database
	branch_user = branch1
	branch_password = $branch_password
	operator_user = operator1
	operator_password = $operator_password
	keys_user = seikyo_keys
	keys_password = $keys_password
	key_dir = $dir/server/keys
	$(mail_settings)
	EOF
	{
		printf '#!/bin/sh\n'
		printf 'exec %q --config %q "$@"\n' "$root/build/seikyo-otp" "$dir/seikyo-otp.conf"
	} >"$dir/seikyo-otp"
	chmod 700 "$dir/seikyo-otp"
}

# For `radclient -D`: FreeRADIUS's own dictionary and ours.
write_dictionary()
{
	mkdir "$dir/dictionary"
	cp "$root/raddb/dictionary.seikyo" "$dir/dictionary/"
	# shellcheck disable=SC2016 # FreeRADIUS's own $INCLUDE
	printf '$INCLUDE %s\n' /usr/share/freeradius/dictionary dictionary.seikyo \
		>"$dir/dictionary/dictionary"
	printf '%s\n' "$radius_secret" >"$dir/radius.secret"
}

# The account of the console, for tests/phone.
write_console_account()
{
	cat >"$dir/console.cnf" <<-EOF
	[client]
	socket = $socket
	user = seikyo_console
	password = $console_db_password
	default-character-set = utf8mb4
	EOF
}
