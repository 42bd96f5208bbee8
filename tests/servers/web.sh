# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: web servers, each with processes of the console, its settings and the phone app. Only
# `up --web` has them.
# shellcheck disable=SC2034 # the parts share variables

# --- names and addresses

web_servers()
{
	local n

	for ((n = 1; n <= web_count; n++)); do
		printf 'web%s\n' "$(suffix $n)"
	done
}

console_servers()
{
	local n

	for ((n = 1; n <= web_count; n++)); do
		printf 'console%s\n' "$(suffix $n)"
	done
}

# web_address web_port|app_port [NUMBER-OF-SERVER as in its name]: an origin
web_address()
{
	local name=$1${2:-}

	printf 'https://localhost:%s' "${!name:-}"
}

app_url()
{
	if [ "$web_count" = 0 ]; then
		printf 'https://otp.example.jp/app/'
	else
		web_address app_port
		printf '/token/'
	fi
}

# --- what an admin would write

radius_addresses()
{
	local n port_name list=()

	for ((n = 1; n <= radius_count; n++)); do
		port_name=port$(suffix $n)
		list+=("127.0.0.1:${!port_name}")
	done
	printf '%s' "${list[*]}"
}

write_console_config()
{
	local n=$1 file=$2 setting

	cat >"$file" <<-EOF
	socket = $(db_sockets)
	database = $database
	console_user = seikyo_console
	console_password = $console_db_password
	radius_servers = $(radius_addresses)
	radius_secret = $console_secret
	radius_source = 127.0.0.2
	radius_timeout = 3
	dictionary = $home/console/dictionary
	origin = $(web_address web_port "$n")
	app_origin = $(web_address app_port "$n")
	app_url = $(web_address app_port "$n")/token/
	service_id = SEIKYO
	service_name = $service_name
	key_dir = $home/console/keys
	login_id_from = certificate
	locale_dir = $home/console/locale
	language = ja
	EOF
	for setting in "${console_settings[@]}"; do
		sed -i "/^${setting%%=*} = /d" "$file"
		[ -z "${setting#*=}" ] || printf '%s = %s\n' "${setting%%=*}" "${setting#*=}" >>"$file"
	done
}

# What all consoles share: their own key, certificates without the keys, and the dictionary.
make_console_home()
{
	local at=$home/console

	mkdir -p "$at/keys" "$at/dictionary"
	cp "$home"/keys/envelope-*.crt "$home/keys/start-password.key" "$at/keys/"
	cp "$root/raddb/dictionary.seikyo" "$at/dictionary/"
	# shellcheck disable=SC2016 # FreeRADIUS's own $INCLUDE
	printf '$INCLUDE dictionary.seikyo\n' >"$at/dictionary/dictionary"
	# A copy: the servers' user need not come to where we stand.
	cp -r "$root/build/locale" "$at/"
	hand_over "$at"
}

install_program()
{
	if [ -z "$valgrind" ]; then
		install -m 755 "$1" "$2"
		return
	fi
	install -m 755 "$1" "$2.program"
	cat >"$2" <<-EOF
	#!/bin/sh
	exec valgrind --leak-check=full --show-leak-kinds=definite --num-callers=30 \\
		--log-file=$home/valgrind/valgrind.%p $2.program
	EOF
	chmod 755 "$2"
}

# Copies, so that neither a build nor an edit touches a running server; made anew at each start.
make_web_home()
{
	local n=$1 at=$2 part

	mkdir -p "$at/run"
	rm -rf "$at/static" "$at/token"
	cp -r "$root/admin/console/static" "$root/admin/token" "$at/"
	install_program "$console_program" "$at/seikyo-console"
	write_console_config "$n" "$at/console.conf"
	"write_${web_server}_conf" "$n" "$at"
	chmod 600 "$at/console.conf"
	hand_over "$at"
}

# --- as a whole

start_webs()
{
	local server

	make_tls
	make_console_home
	for server in $(web_servers); do
		start_web "$server"
	done
	# The mails name the app's address.
	start_mail
	start_mailer
	write_command
}

web_env()
{
	local n=$1 end=''

	[ "$n" = '' ] || end=_$n
	line "SEIKYO_CONSOLE_URL$end" "$(web_address web_port "$n")"
	line "SEIKYO_TOKEN_URL$end" "$(web_address app_port "$n")/token/"
	line "SEIKYO_CONSOLE_CONFIG$end" "$dir/server/web$n/console.conf"
	line "SEIKYO_WEB_LOG$end" "$dir/server/web$n/output.log"
}

write_web_env()
{
	local n

	[ "$web_count" != 0 ] || return 0
	for ((n = 1; n <= web_count; n++)); do
		web_env "$(suffix $n)"
	done
	line SEIKYO_CA "$dir/ca/server-ca.crt"
	line SEIKYO_CLIENT_P12 "$dir/master1.p12"
	line SEIKYO_CLIENT_P12_PASSWORD "$p12_password"
}

# How a browser gets in.
show_web()
{
	local n

	for ((n = 1; n <= web_count; n++)); do
		printf 'console    %s/\n' "$(web_address web_port "$(suffix $n)")"
		printf 'phone app  %s/token/\n' "$(web_address app_port "$(suffix $n)")"
	done
	cat <<-EOF
	a browser  best in a profile of its own; under its certificates import two files:
	           authorities         $dir/ca/server-ca.crt (to trust for web sites)
	           your certificates   $dir/master1.p12, password $p12_password
	           general1.p12 beside it is the other user's; the console asks which one to send
	mails      tests/stack mails $dir (the setup takes mobile addresses: user@docomo.ne.jp)
	console's log
	           $SEIKYO_WEB_LOG
	EOF
}
