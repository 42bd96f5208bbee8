# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of a cluster share, on top of tests/lib.sh: a stack of three database nodes and three
# RADIUS servers whose clock stands, people with tokens, and what must hold after whatever has happened.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
. "$TEST_ROOT/tests/tools/burst.sh"

# As long as a fault may take until its effect is over; not what it should take.
patience=60

# cluster_up [options of tests/stack up]
cluster_up()
{
	stack_up --galera 3 --radius 3 "$@"
	stack_do clock '2026-11-25 12:00:00' >/dev/null || bail "the clock can't be set"
	make_contract C-1
}

# person LOGIN [master|general]: a user of C-1 with certificate and token; next_step before the next login.
person()
{
	make_user C-1 "$1" "${2:-general}" "$(word "$1")"
	setup_token "$1" "$(word "$1")"
}

word()
{
	printf 'pass-%s-Word' "$1"
}

# sql_at N STATEMENT: as root at node N (1, 2, 3), which need not serve. After all that the cluster has done
# before, if it is part of it.
sql_at()
{
	local name=SEIKYO_DB_SOCKET

	[ "$1" = 1 ] || name=${name}_$1
	timeout 20 mariadb --no-defaults --default-character-set=utf8mb4 --socket="${!name}" --user="$SEIKYO_DB_ROOT" \
		--connect-timeout=5 --batch --skip-column-names "$SEIKYO_DB_NAME" --execute "SET wsrep_sync_wait = 15; $2" 2>&1
}

# port N: of RADIUS server N.
port()
{
	local name=SEIKYO_RADIUS_PORT

	[ "$1" = 1 ] || name=${name}_$1
	printf '%s' "${!name}"
}

# outcome REPLY: packet code and outcome.
outcome()
{
	local outcome

	outcome=$(field Seikyo-Outcome "$1")
	printf '%s' "${1%% *}${outcome:+ $outcome}"
}

# ask SECONDS LINE: what a client does: the request goes to one RADIUS server after the other, twice to each, until
# one replies. Sets reply, and took to the milliseconds.
ask()
{
	local began now n=0

	began=$(date +%s%3N)
	while :; do
		n=$((n % 3 + 1))
		reply=$(rad_many -t 3 -r 1 <<<"$2 port=$(port $n)")
		now=$(date +%s%3N)
		took=$((now - began))
		[[ $reply == no-reply* ]] && [ $took -lt $(($1 * 1000)) ] || return 0
	done
}

attempt()
{
	openssl rand -hex 16
}

# enter LOGIN: a whole login with the next code, however long the cluster needs; prints the outcome.
enter()
{
	local state

	next_step
	ask $patience "$(request "$1" "$(word "$1")")"
	state=$(field State "$reply")
	[ -n "$state" ] || {
		outcome "$reply"
		return
	}
	ask $patience "$(request "$1" "$(code "$1")" "State=$state" "Seikyo-Attempt=$(attempt)")"
	outcome "$reply"
}

# good_once NAME LOGIN: the next code is good, and then at no server any more.
good_once()
{
	local n now got=()

	is "$(enter "$2")" "Access-Accept Accepted" "$1: a login with the next code"

	now=$(code "$2")
	for n in 1 2 3; do
		ask $patience "$(request "$2" "$(word "$2")" "Seikyo-OTP=$now" "Seikyo-Attempt=$(attempt)")"
		got+=("$(outcome "$reply")")
	done
	is "$(printf '%s\n' "${got[@]}" | sort -u)" "Access-Challenge OTP-Used" "$1: R1: this code is good nowhere any more"
}

tables=(contract user token login_event audit_event ticket console_session mail_outbox policy)

# rows N TABLE: every row, in an order that is the same everywhere. CHECKSUM TABLE won't do: it was seen to differ for a
# table of which no row did.
rows()
{
	{ sql_at "$1" "SELECT * FROM $2" || printf 'none at node %s\n' "$1"; } | LC_ALL=C sort
}

# checksums N...: a line for each of these nodes.
checksums()
{
	local n table

	for n; do
		for table in "${tables[@]}"; do
			rows "$n" "$table"
		done | md5sum
	done
}

# equal N...: these nodes have the same data.
equal()
{
	[ "$(checksums "$@" | sort -u | wc -l)" = 1 ]
}

# consistent WHEN LOGIN: what must hold at any time at which most nodes are together.
consistent()
{
	local said

	good_once "$1" "$2"
	# A call that nobody waits for any more may still end.
	ok "$1: all nodes have the same data" poll 20 equal 1 2 3
	said=$("$SEIKYO_COMMAND" audit verify 2>&1)
	is "$?" 0 "$1: the audit's chain is whole" || diag "$said"
}

# serves N: the node is in order and part of the majority.
serves()
{
	[ "$(sql_at "$1" "SELECT variable_value FROM information_schema.global_status
		WHERE variable_name = 'wsrep_cluster_size'")" = 3 ]
}

all_serve()
{
	serves 1 && serves 2 && serves 3
}

# A login that has got as far as its State: sets line, its request with the code, and event, to count from.
prepare()
{
	local state

	next_step
	ask $patience "$(request "$1" "$(word "$1")")"
	state=$(field State "$reply")
	[ -n "$state" ] || bail "no State: $reply"
	line=$(request "$1" "$(code "$1")" "State=$state" "Seikyo-Attempt=$(attempt)")
	event=$(last_event)
}

# goes_on NAME LOGIN: what was prepared before the fault ends well, and once.
goes_on()
{
	ask $patience "$line"
	is "$(outcome "$reply")" "Access-Accept Accepted" "$1: a login under way goes on at another node, without an operator"
	diag "$1: answered after $took ms"
	is "$(events "$2" "e.id > $event AND verdict = 'accepted'")" 1 "$1: and was settled once"
}
