#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The operators' guide of README.md ("Several databases"), step by step: a backup, nodes that come and go, the
# whole cluster stopped and started in the right order and in the wrong one, two of three lost, all lost and
# restored. tests/command/recover.t has the rules of a recovery.
. "$(dirname "$0")/cluster.sh"
cluster_up
for login in user1 user2; do
	person "$login"
done
data=$stack/server

# logged N REGEX: it stands in the log of node N, since new_log N.
log_of()
{
	local name=SEIKYO_DB_LOG

	[ "$1" = 1 ] || name=${name}_$1
	printf '%s' "${!name}"
}

new_log()
{
	log_begin=$(wc -c <"$(log_of "$1")")
}

logged()
{
	tail -c "+$((log_begin + 1))" "$(log_of "$1")" | grep -qE "$2"
}

# empty NAME: the node's data is lost.
empty()
{
	rm -rf "$data/$1/data"
	mkdir "$data/$1/data" && chown --reference="$data/$1" "$data/$1/data" || bail "no empty folder for data"
}

# backup INTO: as an operator does, at a node that serves.
backup()
{
	mariadb-backup --no-defaults --backup --galera-info --socket="$SEIKYO_DB_SOCKET_2" --user="$SEIKYO_DB_ROOT" \
		--target-dir="$1" >"$stack/backup.log" 2>&1 &&
		mariadb-backup --no-defaults --prepare --target-dir="$1" >>"$stack/backup.log" 2>&1
}

restore()
{
	mariadb-backup --no-defaults --copy-back --target-dir="$1" --datadir="$data/db/data" >>"$stack/backup.log" 2>&1 &&
		chown -R --reference="$data/db" "$data/db/data"
}

state()
{
	sql_at "$1" "SELECT variable_value FROM information_schema.global_status
		WHERE variable_name = 'wsrep_cluster_state_uuid'"
}

ok "a backup is taken while the cluster works" backup "$stack/backup"
was=$(state 1)

# --- one node less, one more

stack_do stop db3
is "$(enter user1)" "Access-Accept Accepted" "a node taken out: logins go on"
empty db3
new_log 3
stack_do start db3 || bail "the node does not come"
ok "a node without any data joins" poll $patience all_serve
ok "it gets all data by mariabackup" logged 3 'mariabackup SST completed on joiner'
ok "over a connection whose certificate it checks" logged 3 "MODE='VERIFY_CA', encrypt='3'"
consistent "a node added" user1

# --- all stopped in order: only the last one may start the cluster anew

stack_do stop db3
is "$(enter user1)" "Access-Accept Accepted" "two nodes are enough"
stack_do stop db
is "$(enter user1)" "Access-Accept Accepted" "and one, when the others left in an orderly way"
step=$(user_row user1 otp_last_step)
stack_do stop db2
for n in 1 3; do
	new_log "$n"
	not_ok "node $n, which lacks what came later, does not start the cluster anew" \
		stack_do bootstrap "db${n#1}" 2>/dev/null
	ok "node $n: Galera says why" logged "$n" 'It may not be safe to bootstrap the cluster from this node'
done
stack_do bootstrap db2 || bail "the last node does not start"
is "$(sql_at 2 "SELECT otp_last_step FROM user WHERE login_id = 'user1'")" "$step" \
	"the node that went last starts it, with all that was settled"
stack_do start db || bail "db does not come back"
stack_do start db3 || bail "db3 does not come back"
ok "the others join" poll $patience all_serve
consistent "the cluster stopped and started" user1

# --- two of three lost at once

prepare user1
stack_do kill db
stack_do kill db2
ok "one of three, left alone, does not go on" poll $patience \
	eval 'sql_at 3 "SELECT COUNT(*) FROM user" | grep -q "ERROR 1047"'
is "$(rad_many -t 3 <<<"$line" | cut -d ' ' -f 1)" no-reply "and nothing is accepted"
sql_at 3 "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'" >/dev/null
goes_on "until an operator says that the others are gone" user1

# --- all lost

used=$(code user1)
test_operate revoke user2 --reason lost --paper P-1
test_operate audit export "$stack/trail"

stack_do kill db3
for name in db db2 db3; do
	empty "$name"
done
ok "the backup is copied back to one node" restore "$stack/backup"
stack_do bootstrap db || bail "the restored node does not start"
isnt "$(state 1)" "$was" "the restored node is a new cluster"
# The tests' clock stands in the database, too.
stack_do clock +0 >/dev/null || bail "the clock can't be set"

got=$(printf '%s\n' "$(request user1 "$(word user1)" "Seikyo-OTP=$used")" code=12 | rad_many -t 3)
is "$(cut -d ' ' -f 1 <<<"$got" | sort -u)" no-reply \
	"before the recovery there is no reply to a code that was used after the backup, nor to Status-Server"
for name in db2 db3; do
	stack_do start "$name" || bail "$name does not join"
done
ok "the other nodes join, with all data" poll $patience all_serve
stack_do kill db
is "$(rad_many -t 3 <<<"$(request user1 "$(word user1)")" | cut -d ' ' -f 1)" no-reply \
	"service is closed at the others, too"
stack_do start db || bail "db does not come back"

test_operate recover --audit "$stack/trail" --yes
ask $patience "$(request user1 "$(word user1)" "Seikyo-OTP=$used" "Seikyo-Attempt=$(attempt)")"
is "$(outcome "$reply")" "Access-Challenge OTP-Used" "R1: after it the code that was used after the backup is not good"
ask $patience "$(request user2 "$(word user2)")"
is "$(outcome "$reply")" "Access-Reject Reissue-Wait" "R8: a revocation after the backup holds"
stack_do clock +3600 >/dev/null || bail "the clock can't be moved"
consistent "restored" user1
done_testing
