#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A node dies, stops or is cut off, all are cut off from each other, all die: logins go on where most nodes
# are together, nothing is accepted elsewhere, and nothing is lost.
. "$(dirname "$0")/cluster.sh"
cluster_up
person user1

# silent NAME LOGIN N...: these RADIUS servers answer neither the prepared code, nor a password, nor
# Status-Server.
silent()
{
	local n got

	got=$(for n in "${@:3}"; do
		printf '%s\n' "$line" "$(request "$2" "$(word "$2")")" code=12 | sed "s/\$/ port=$(port "$n")/"
	done | rad_many -t 3)
	is "$(sort -u <<<"$got")" no-reply "$1"
}

# recovered WHEN: after the fault is mended.
recovered()
{
	ok "$1: all nodes are together again" poll $patience all_serve
	consistent "$1" user1
}

# --- one node, the one that all servers prefer

prepare user1
stack_do kill db
goes_on "a node killed" user1
stack_do start db || bail "the node does not come back"
recovered "a node killed and started"

prepare user1
stack_do pause db
goes_on "a node stopped by SIGSTOP" user1
stack_do resume db
recovered "a node stopped and resumed"

# --- 1|2: radius3 knows the node that is cut off, and no other

stack_do order radius3 db || bail "the order of nodes cannot be set"
stack_use "$stack"
prepare user1
before=$(user_row user1 'otp_last_step, login_1_at')
stack_do cut db
ok "1|2: the node that is cut off knows it" poll $patience \
	eval 'sql_at 1 "SELECT COUNT(*) FROM user" | grep -q "ERROR 1047"'
silent "1|2: the minority accepts nothing: no reply to a code, a password, Status-Server" user1 3
is "$(user_row user1 'otp_last_step, login_1_at')" "$before" "1|2: and has settled nothing"
goes_on "1|2" user1
is "$(enter user1)" "Access-Accept Accepted" "1|2: the next login, at the majority"
stack_do heal || bail "the nodes do not find each other"
is "$(rad_many -t 5 -r 3 <<<"code=12 port=$(port 3)" | cut -d ' ' -f 1)" Access-Accept \
	"1|2: healed, the server that was cut off answers again"
stack_do order radius3 db db2 db3 || bail "the order of nodes cannot be set"
stack_use "$stack"
recovered "1|2, healed"

# --- no majority anywhere

prepare user1
before=$(user_row user1 'otp_last_step, login_1_at')
stack_do cut db db2 db3
for n in 1 2 3; do
	ok "1|1|1: node $n knows that it is alone" poll $patience \
		eval "sql_at $n 'SELECT COUNT(*) FROM user' | grep -q 'ERROR 1047'"
done
silent "1|1|1: nobody accepts anything: no reply of any server" user1 1 2 3
stack_do heal || bail "the nodes do not find each other"
is "$(user_row user1 'otp_last_step, login_1_at')" "$before" "1|1|1: nothing was settled"
goes_on "1|1|1, healed" user1
recovered "1|1|1, healed"

prepare user1
for name in db db2 db3; do
	stack_do kill "$name" &
	killed+=($!)
done
wait "${killed[@]}"
silent "all nodes killed at once: nobody accepts anything" user1 1 2 3
for name in db3 db db2; do
	stack_do start "$name" || bail "$name does not come back"
done
goes_on "all nodes killed and started" user1
recovered "all nodes killed and started"

done_testing
