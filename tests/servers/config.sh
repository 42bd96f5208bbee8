# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: keys, and what a network admin would write into raddb.
# shellcheck disable=SC2034 # the parts share variables

make_keys()
{
	local name keys=$home/keys

	for name in state safe-1 start-password; do
		random_hex 32 >"$keys/$name.key"
	done
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
		-subj '/CN=seikyo-otp envelope 1' -keyout "$keys/envelope-1.key" \
		-out "$keys/envelope-1.crt" 2>"$dir/openssl.log" || die "openssl cannot make keys"
	chmod 640 "$keys"/*.key
	chmod 644 "$keys"/*.crt
	chmod 750 "$keys"
	hand_over "$keys"
}

# Sets one setting of a configuration file, which has to be there exactly once.
set_item()
{
	local file=$1 name=$2 value=$3

	NAME=$name VALUE=$value awk '
	BEGIN { name = ENVIRON["NAME"]; value = ENVIRON["VALUE"] }
	$1 == name && $2 == "=" {
		quote = $3 ~ /^"/ ? "\"" : ""
		match($0, /^[ \t]*/)
		$0 = substr($0, 1, RLENGTH) name " = " quote value quote
		found++
	}
	{ print }
	END { exit found != 1 }
	' "$file" >"$file.new" || die "no single setting '$name' in $(basename "$file")"
	mv "$file.new" "$file"
}

# list_nodes FILE FROM NODE...: the module's settings of FROM with a section `database` for each node.
list_nodes()
{
	local file=$1 from=$2

	awk -v home="$home" -v nodes="${*:3}" '
	/^\tdatabase \{/ { inside = 1 }
	inside { section = section $0 "\n" }
	!inside { print }
	inside && /^\t}/ {
		inside = 0
		for (i = 1; i <= split(nodes, names, " "); i++) {
			one = section
			sub(/\tsocket = [^\n]*/, "\tsocket = \"" home "/" names[i] "/socket\"", one)
			printf "%s", one
		}
		found++
	}
	END { exit found != 1 }
	' "$from" >"$file" || die "no single section 'database' in $(basename "$from")"
}

# As the settings file has them.
db_sockets()
{
	local server list=()

	for server in $(db_servers); do
		list+=("$home/$server/socket")
	done
	printf '%s' "${list[*]}"
}

# Numbers servers as in DIR/env and in the names of processes: the first has no number.
suffix()
{
	[ "$1" = 1 ] || printf '%s' "$1"
}

write_radiusd_conf()
{
	local at=$1

	cat >"$at/raddb/radiusd.conf" <<-EOF
	prefix = /usr
	localstatedir = $at
	raddbdir = $at/raddb
	confdir = $at/raddb
	logdir = $at
	run_dir = $at
	libdir = $home/lib
	pidfile = $at/radiusd.pid
	hostname_lookups = no
	proxy_requests = no
	max_request_time = 30
	cleanup_delay = 0
	max_requests = 65536
	log {
		destination = files
		file = \${logdir}/radius.log
	}
	security {
		max_attributes = 200
		reject_delay = 0
		status_server = yes
	}
	thread pool {
		start_servers = 5
		max_servers = 32
		min_spare_servers = 3
		max_spare_servers = 10
		max_requests_per_server = 0
	}
	\$INCLUDE clients.conf
	modules {
		\$INCLUDE mods-enabled/
	}
	policy {
		\$INCLUDE policy.d/
	}
	\$INCLUDE sites-enabled/
	EOF
}

write_clients_conf()
{
	cat >"$1/raddb/clients.conf" <<-EOF
	client gateway {
		ipaddr = 127.0.0.1
		secret = $radius_secret
		require_message_authenticator = yes
	}
	client console {
		ipaddr = 127.0.0.2
		secret = $console_secret
		require_message_authenticator = yes
		seikyo_group = console
	}
	EOF
}

# What a network admin does with our raddb/, for server number $1.
make_raddb()
{
	local at module setting code nodes
	at=$home/radius$(suffix "$1")
	module=$at/raddb/mods-available/seikyo_otp

	mkdir -p "$at/raddb/mods-enabled" "$at/raddb/sites-enabled"
	cp -r "$root/raddb/." "$at/raddb/"
	# shellcheck disable=SC2016 # FreeRADIUS's own $INCLUDE
	printf '$INCLUDE dictionary.seikyo\n' >"$at/raddb/dictionary"
	ln -s ../mods-available/seikyo_otp "$at/raddb/mods-enabled/"
	ln -s ../sites-available/seikyo "$at/raddb/sites-enabled/"
	for code in ok fail reject handled; do
		printf 'always %s {\n\trcode = %s\n}\n' $code $code
	done >"$at/raddb/mods-enabled/always"
	set_item "$module" socket "$socket"
	set_item "$module" password "$radius_db_password"
	set_item "$module" server_name "radius$1"
	set_item "$module" key_dir "$home/keys"
	set_item "$module" console_groups console
	set_item "$module" setup_url https://localhost/setup
	# The tests move the database's clock.
	set_item "$module" max_clock_difference 0
	for setting in "${settings[@]}"; do
		set_item "$module" "${setting%%=*}" "${setting#*=}"
	done
	if [ "$galera_count" != 0 ]; then
		cp "$module" "$at/one-node"
		mapfile -t nodes < <(db_servers)
		list_nodes "$module" "$at/one-node" "${nodes[@]}"
	fi
	set_item "$at/raddb/sites-available/seikyo" ipaddr 127.0.0.1
	write_radiusd_conf "$at"
	write_clients_conf "$at"
	hand_over "$at"
}

# FreeRADIUS's modules, with ours among them: a copy, so that a build does not touch a running stack.
make_lib()
{
	ln -s "$radius_lib"/*.so "$home/lib/"
	rm -f "$home/lib/rlm_seikyo_otp.so"
	install -m 755 "$root/build/rlm_seikyo_otp.so" "$home/lib/"
}
