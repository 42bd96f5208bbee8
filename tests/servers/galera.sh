# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: the nodes of a Galera cluster, named db, db2, db3. Only `up --galera N` has them.
# shellcheck disable=SC2034 # the parts share variables

provider=/usr/lib/galera/libgalera_smm.so
# A transfer of all data may be part of a start.
node_seconds=120

# --- what an admin would write

# Three ports for each node: replication, transfer of what a node missed, transfer of all data.
choose_node_ports()
{
	local n name

	for ((n = 1; n <= galera_count; n++)); do
		for name in node_port ist_port sst_port; do
			printf -v "$name$n" '%s' "$(free_tcp_port)"
		done
	done
}

node_addresses()
{
	local n name list=()

	for ((n = 1; n <= galera_count; n++)); do
		name=node_port$n
		list+=("127.0.0.1:${!name}")
	done
	(IFS=, && printf '%s' "${list[*]}")
}

# The options of schema/galera.cnf with the stack's certificates and a small cache; of options that are
# given twice Galera takes the last.
node_options()
{
	local shipped port=node_port$1 ist=ist_port$1

	shipped=$(sed -n 's/^wsrep_provider_options = "\(.*\)"$/\1/p' "$root/schema/galera.cnf")
	[ -n "$shipped" ] || die "no wsrep_provider_options in schema/galera.cnf"
	printf '%s; ' "${shipped//\/etc\/mysql\/seikyo\//$home/galera/}" gcache.size=16M \
		"gmcast.listen_addr=ssl://127.0.0.1:${!port}"
	printf 'ist.recv_addr=127.0.0.1:%s' "${!ist}"
}

# write_node_config NUMBER NAME
write_node_config()
{
	local n=$1 server=$2 file=$home/$2/galera.cnf port=node_port$1 sst=sst_port$1

	write_db_config "$server"
	cp "$root/schema/galera.cnf" "$file"
	set_item "$file" wsrep_cluster_address "gcomm://$(node_addresses)"
	set_item "$file" wsrep_node_name "$server"
	set_item "$file" wsrep_node_address "127.0.0.1:${!port}"
	set_item "$file" wsrep_sst_auth "$server_user:"
	set_item "$file" wsrep_provider_options "$(node_options "$n")"
	set_item "$file" ssl-ca "$home/galera/ca.crt"
	set_item "$file" ssl-cert "$home/galera/node.crt"
	set_item "$file" ssl-key "$home/galera/node.key"
	{
		printf '\n'
		sed "s/^\[mariadbd\]$/&\nwsrep_sst_receive_address = 127.0.0.1:${!sst}/" "$file"
	} >>"$home/$server/my.cnf"
	rm "$file"
}

# A CA of the nodes' own, and one certificate for all of them.
make_node_certificate()
{
	local at=$home/galera

	mkdir -p "$dir/ca" "$at"
	new_ca "$dir/ca/galera-ca" 'Seikyo OTP demo database CA'
	new_certificate "$dir/ca/galera-ca" "$at/node" database.example.jp serverAuth,clientAuth
	cp "$dir/ca/galera-ca.crt" "$at/ca.crt"
	hand_over "$at"
}

# The scripts for transfer of all data stand in Debian's mariadb-server, which would bring a service.
make_sst_scripts()
{
	local from

	mkdir "$home/galera/bin"
	from=$(dirname "$(PATH="$root/build/galera:$PATH" command -v wsrep_sst_mariabackup)") ||
		die "no wsrep_sst_mariabackup; run make deps"
	cp "$from"/wsrep_sst_{common,mariabackup} "$home/galera/bin/"
	chmod -R 755 "$home/galera/bin"
}

# --- states

# What a node says of itself, in one line: "Primary ON Synced".
node_state()
{
	timeout 5 mariadb --no-defaults --socket="$home/$1/socket" --user="$(id -un)" --connect-timeout=2 \
		--batch --skip-column-names --execute "SHOW GLOBAL STATUS WHERE variable_name IN
		('wsrep_cluster_status', 'wsrep_ready', 'wsrep_local_state_comment')" 2>/dev/null |
		sort | awk '{ printf "%s%s", sep, $2; sep = " " } END { print "" }'
}

# True if a node answers, as part of the majority. Donors do, too.
node_serves()
{
	running "$1" && ! paused "$1" && [[ $(node_state "$1") == Primary*ON ]]
}

node_ready()
{
	stopped "$1" || paused "$1" || [ "$(node_state "$1")" = "Primary Synced ON" ]
}

nodes_ready()
{
	local server

	for server in $(db_servers); do
		node_ready "$server" || return 1
	done
}

first_node()
{
	local server

	for server in $(db_servers); do
		if node_serves "$server"; then
			printf '%s\n' "$server"
			return
		fi
	done
	return 1
}

# True if this or another node than $1 could make a majority with it at once.
others_run()
{
	local server

	for server in $(db_servers); do
		[ "$server" != "$1" ] && running "$server" && return
	done
	return 1
}

all_nodes_run()
{
	local server

	for server in $(db_servers); do
		running "$server" && ! paused "$server" || return 1
	done
}

# Waits until every node that serves has done what the first one has.
settle()
{
	local server

	for server in $(db_servers); do
		! node_serves "$server" || sql_at "$server" --execute "SET wsrep_sync_wait = 15;
			SELECT COUNT(*) FROM mysql.proc" >/dev/null || die "$server does not keep up"
	done
}

# --- start

launch_node()
{
	local server=$1

	launch "$server" "$home/$server/output.log" env PATH="$home/galera/bin:$PATH" \
		mariadbd --defaults-file="$home/$server/my.cnf" "${@:2}"
}

saved_state()
{
	sed -n "s/^$2: *//p" "$home/$1/data/grastate.dat" 2>/dev/null || true
}

# After a crash a node does not know how far it had come: InnoDB does. Sets recovered to the option.
recover_position()
{
	local server=$1 log=$home/$1/recover.log found

	recovered=()
	[ "$(saved_state "$server" seqno)" = -1 ] || return 0
	(cd "$home" && as_server mariadbd --defaults-file="$home/$server/my.cnf" --wsrep-recover \
		--disable-log-error) </dev/null >"$log" 2>&1 || die "$server cannot be recovered"
	found=$(sed -n 's/.*WSREP: Recovered position: *//p' "$log")
	[ -n "$found" ] || die "$server has no position"
	recovered=("--wsrep-start-position=$found")
}

# Alone, a node that went last in an orderly way starts the cluster anew. One that crashed does not: it
# remembers with whom it was, and goes on when they are back.
bootstraps()
{
	! others_run "$1" && [ ! -e "$home/$1/data/gvwstate.dat" ] &&
		[ "$(saved_state "$1" safe_to_bootstrap)" = 1 ]
}

# Returns when the node serves, or at once where it must wait for others that do not run.
start_node()
{
	local server=$1 options=("${@:2}")

	[ ${#options[@]} != 0 ] || ! bootstraps "$server" || options=(--wsrep-new-cluster)
	recover_position "$server"
	launch_node "$server" "${recovered[@]}" "${options[@]}"
	if [ ${#options[@]} != 0 ] || first_node >/dev/null; then
		await $node_seconds node_ready "$server" || die "$server does not come up"
	elif all_nodes_run; then
		await $node_seconds nodes_ready || die "the nodes do not find each other"
	fi
	running "$server" || die "$server ended"
}

# A node that still waits for the others does not heed SIGTERM.
halt_node()
{
	paused "$1" || [ -n "$(node_state "$1")" ] || signal "$1" KILL
	halt "$1"
}

# The first node has the schema: its data is what the others begin with.
start_cluster()
{
	local server

	halt db
	for server in $(db_servers); do
		[ "$server" = db ] && continue
		cp -a "$home/db/data" "$home/$server/data"
		sed -i 's/^safe_to_bootstrap: 1/safe_to_bootstrap: 0/' "$home/$server/data/grastate.dat"
	done
	start_node db --wsrep-new-cluster
	for server in $(db_servers); do
		[ "$server" = db ] || start_node "$server"
	done
}

# Before the schema: folders, certificate, settings. Then the first node alone.
make_cluster()
{
	local n server

	[ -e $provider ] || die "no galera-4 here; run make deps"
	choose_node_ports
	make_node_certificate
	make_sst_scripts
	for ((n = 1; n <= galera_count; n++)); do
		server=db$(suffix "$n")
		mkdir -p "$home/$server/tmp"
		write_node_config "$n" "$server"
		hand_over "$home/$server"
	done
	make_data
	start_node db --wsrep-new-cluster
	# mariabackup comes by the socket, as the servers' user. Root has all rights already.
	[ "$server_user" = "$(id -un)" ] || sql_at db <<-EOF
	CREATE USER $server_user@localhost IDENTIFIED VIA unix_socket;
	GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, REPLICA MONITOR ON *.* TO $server_user@localhost;
	EOF
}

# --- faults

set_isolation()
{
	sql_at "$1" --connect-timeout=2 --execute "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=$2'" ||
		die "$1 cannot be cut off or healed"
}

need_nodes()
{
	local server

	[ "$galera_count" != 0 ] || usage "this stack has one database"
	for server; do
		grep -qx -- "$server" < <(db_servers) || usage "no node '$server' in this stack"
	done
}

# Each of the nodes by itself: what it sends and what is sent to it is thrown away.
cut_nodes()
{
	local server

	need_nodes "$@"
	for server; do
		set_isolation "$server" 1
	done
}

# Returns when all nodes that run are together again.
heal()
{
	local server

	need_nodes
	for server in $(db_servers); do
		! running "$server" || paused "$server" || set_isolation "$server" 0
	done
	! all_nodes_run || await $node_seconds nodes_ready || die "the nodes do not find each other"
}

# order RADIUS-SERVER NODE...: its nodes, the first one preferred. It is started again.
order()
{
	local server=$1 at=$home/$1

	need_nodes "${@:2}"
	[ $# -ge 2 ] && grep -qx -- "$server" < <(radius_servers) || usage "order takes a RADIUS server and its nodes"
	! running "$server" || halt "$server"
	list_nodes "$at/raddb/mods-available/seikyo_otp" "$at/one-node" "${@:2}"
	hand_over "$at/raddb"
	start "$server"
}

# As an operator would after all nodes are lost, or to show that Galera refuses.
bootstrap()
{
	need_nodes "$1"
	! running "$1" || die "$1 runs"
	start_node "$1" --wsrep-new-cluster
	remember
	write_env
}
