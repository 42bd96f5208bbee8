#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several sections `database`: the first node that answers is used; one that dies, hangs or has a wrong clock is
# left alone, said once in the log, and used again when it is back. Each node is a relay to one and the same
# database, as two nodes of a cluster have the same data; where they must be told apart, there are two databases.
# shellcheck disable=SC2317 # functions are called by name
. "$(dirname "$0")/../lib.sh"
. "$TEST_ROOT/tests/tools/burst.sh"
. "$TEST_ROOT/tests/tools/hold.sh"
. "$TEST_ROOT/tests/tools/relay.sh"

stack_up
make_contract C-1
make_user C-1 user1 master 'pass word'
setup_token user1 'pass word'
module=$SEIKYO_RADDB/mods-available/seikyo_otp
server_user=$(stat -c %U "$SEIKYO_RADDB")

# --- nodes

# relays_cut: every connection ends; the nodes answer.
relays_cut()
{
	local id

	for id in $(sql "SELECT id FROM information_schema.processlist WHERE user = 'seikyo_radius'"); do
		sql "KILL $id" 2>/dev/null
	done
}

carries_none()
{
	[ "$(carries "$1")" = 0 ]
}

# list_databases SOCKET[=PASSWORD]...: in this order, in place of what the settings named.
list_databases()
{
	local node password

	{
		sed '/^\tdatabase {/,$d' "$module"
		for node; do
			password=${node#*=}
			[ "$password" != "$node" ] || password=$SEIKYO_RADIUS_DB_PASSWORD
			printf '\tdatabase {\n\t\tsocket = "%s"\n\t\tpassword = "%s"\n\t}\n' "${node%%=*}" "$password"
		done
		sed '1,/^\tdatabase {/d' "$module" | sed '1,/^\t}/d' | awk '
			/^\tdatabase \{/ { skip = 1 }
			!skip { print }
			/^\t}/ { skip = 0 }'
	} >"$module.new"
	cat "$module.new" >"$module"
	rm "$module.new"
}

set_to()
{
	sed -i "s|^\(\t$1 = \).*|\1$2|" "$module"
	grep -qx "	$1 = $2" "$module" || bail "no setting $1"
}

restart()
{
	chown "$server_user" "$module"
	stack_do stop radius
	: >"$SEIKYO_RADIUS_LOG"
	stack_do start radius || bail "the RADIUS server does not start"
}

# --- what is asked, and said

# said REGEX: how many lines of the log match.
said()
{
	grep -cE -- "$1" "$SEIKYO_RADIUS_LOG"
}

head_of()
{
	local outcome

	outcome=$(field Seikyo-Outcome "$1")
	printf '%s' "${1%% *}${outcome:+ $outcome}"
}

# asks NAME: a password is answered, its packet sent once.
asks()
{
	is "$(head_of "$(rad_many -t 8 <<<"$(request user1 'pass word')")")" 'Access-Challenge OTP-Required' "$1"
}

# asks_soon NAME: the same, the packet sent again up to nine times.
asks_soon()
{
	is "$(head_of "$(rad_many -t 1 -r 9 <<<"$(request user1 'pass word')")")" 'Access-Challenge OTP-Required' "$1"
}

# enters NAME: a whole login.
enters()
{
	local state

	state=$(login user1 'pass word')
	next_step
	is "$(head_of "$(answer "$state" "$(code user1)" user1)")" 'Access-Accept Accepted' "$1"
}

away="node 1 \($relays/first\) is away: .*; going on with node 2 \($relays/second\)"
back="node 1 \($relays/first\) answers again"

# --- both answer

relay_up first
relay_up second
list_databases "$relays/first" "$relays/second"
set_to node_retry 1
restart
enters "with two nodes a login works"
isnt "$(carries first)" 0 "the first node is used"
is "$(carries second)" 0 "the second is not"
is "$(said 'node [0-9]')" 0 "nothing is said of nodes as long as all is well"

# --- the first dies

relay_kill first
asks "the first node dies: the very next request is answered by the second"
enters "and so are whole logins"
repeat 30 "$(request user1 'pass word')" | rad_many -t 8 >"$burst_dir/many"
is "$(replies many '^Access-Challenge ')" 30 "thirty requests at once are answered"
isnt "$(carries second)" 0 "the second node is used"
is "$(said "$away")" 1 "the log says once that the first is away, why, and who is next"

# --- it is back

relay_up first
# Connections are closed when they are next borrowed.
gone_back()
{
	repeat 8 "$(request user1 'pass word')" | rad_many -t 8 >/dev/null
	carries_none second && ! carries_none first
}
ok "the first node is back: soon all go there again, and nothing is left at the second" poll 10 gone_back
enters "and logins work there"
isnt "$(carries first)" 0 "the first node is used again"
is "$(said "$away|$back")" 2 "each change is said once"

# --- it hangs, with a code under way

# arrived PID...: these processes are gone, and the database does nothing that they brought.
arrived()
{
	local pid

	for pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
	[ "$(sql "SELECT COUNT(*) FROM information_schema.processlist
		WHERE user = 'seikyo_radius' AND command <> 'Sleep'")" = 0 ]
}

state=$(login user1 'pass word')
next_step
event=$(last_event)
line=$(request user1 "$(code user1)" "State=$state" Seikyo-Attempt=000102030405060708090a0b0c0d0e0f)
relay_signal first STOP
is "$(rad_many -t 1 <<<"$line")" 'no-reply' "the first node hangs: a call under way is answered with silence, not with a guess"
is "$(head_of "$(rad_many -t 2 -r 4 <<<"$line")")" 'Access-Accept Accepted' \
	"the same packet again is answered by the second"
repeat 30 "$(request user1 'pass word')" | rad_many -t 8 >"$burst_dir/many"
is "$(replies many '^Access-Challenge ')" 30 "while it hangs, thirty requests at once are answered"
enters "and whole logins work"
is "$(said "$away")" 2 "that it is away is said once more"
mapfile -t stuck < <(relay_children first)
relay_signal first CONT
ok "it goes on: all go back to it" poll 10 gone_back
ok "what was stuck in it has arrived by now" poll 10 arrived "${stuck[@]}"
is "$(events user1 "e.id > $event AND verdict = 'accepted'")" 2 \
	"and settled nothing a second time: two codes were accepted, each once"
is "$(said "$back")" 2 "that it is back is said once more"

# --- a call that fails for what it asks says nothing against the node

for procedure in radius_settle_password radius_find; do
	sql "REVOKE EXECUTE ON PROCEDURE $procedure FROM seikyo_radius"
	relays_cut
	is "$(rad_many -t 1 <<<"$(request user1 'pass word')")" 'no-reply' "EXECUTE on $procedure revoked: no reply"
	sql "GRANT EXECUTE ON PROCEDURE $procedure TO seikyo_radius"
	asks "EXECUTE on $procedure granted again: service goes on"
done
hold user1
is "$(rad_many -t 3 <<<"$(request user1 'wrong word')")" 'no-reply' "a user's row is held too long: no reply"
let_go
asks "once it is free service goes on"
is "$(carries second)" 0 "neither has sent anybody to the second node"
is "$(said "$away")" 2 "and of none was it said that the first is away"

# --- all are away

set_to node_retry 3600
restart
asks "with an hour before a node is tried again, all is well at first"
relay_kill first
asks "the first dies: the second serves"
relay_kill second
is "$(rad_many -t 2 <<<"$(request user1 'pass word')")" 'no-reply' "both are dead: no reply"
is "$(rad_many -t 1 <<<code=12)" 'no-reply' "nor to Status-Server"
is "$(said 'node 2 .* is away: .*; no node is left')" 1 "the log says that no node is left"
relay_up first
asks_soon "one comes back: it is asked although its hour is not over"
is "$(said "$back")" 1 "and the log says that it answers again"
relay_up second
asks "service goes on"
is "$(carries second)" 0 "at the first"

# --- service is closed: both answer, and refuse; the second was not asked since its death

refusing='is away: .*no service until seikyo-otp recover has run.*'
test_operate recover --close
relays_cut
is "$(rad_many -t 2 <<<"$(request user1 'pass word')")" 'no-reply' "service is closed: no reply"
is "$(rad_many -t 1 <<<code=12)" 'no-reply' "nor to Status-Server"
is "$(said "node 1 .* $refusing; no node is left")" 1 "the log says once that the first has no service, and no other is left"
test_operate recover --nothing-lost --yes
asks_soon "service is open: the first login is answered, although no node's hour is over"
is "$(said "$back")" 2 "and the log says that the first node answers again"
is "$(carries second)" 0 "nothing is left at the second"

# --- clocks

first=$stack
other_module=$module
stack_up
other_password=$SEIKYO_RADIUS_DB_PASSWORD
other=$SEIKYO_DB_SOCKET
other_stack=$stack
stack_do stop radius
stack_use "$first"
module=$other_module
stack_do clock real
chmod o+x "${other%/*}" "${other%/*/*}" 2>/dev/null
list_databases "$other=$other_password" "$relays/second"
set_to node_retry 1
set_to max_clock_difference 10
restart
says_unknown()
{
	is "$(head_of "$(rad_many -t 8 <<<"$(request user1 'pass word')")")" 'Access-Reject' "$1"
}
clock_away="node 1 \($other\) is away: its clock and this machine's differ by more than max_clock_difference; going on"
says_unknown "a first node whose clock is right is used: it does not know the user"
"$TEST_ROOT/tests/stack" clock "$other_stack" +60 >/dev/null
is "$(rad_many -t 2 <<<"$(request user1 'pass word')")" 'no-reply' "its clock jumps: the request that finds it gets no reply"
asks "the next one is answered by the second node"
is "$(said "$clock_away")" 1 "the log says once that the first node's clock is wrong"
"$TEST_ROOT/tests/stack" clock "$other_stack" real >/dev/null
unknown_again()
{
	[[ $(rad_many -t 8 <<<"$(request user1 'pass word')") == Access-Reject* ]]
}
ok "its clock is right again: it is used" poll 10 unknown_again

done_testing
