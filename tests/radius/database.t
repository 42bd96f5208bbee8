#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The database killed, stopped, silent, full or refusing: no Accept, no reply, and service as before soon after
# its return, with the same RADIUS server running all the time.
. "$(dirname "$0")/../lib.sh"
. "$TEST_ROOT/tests/tools/burst.sh"
stack_up
make_contract C-1
make_user C-1 user1 master 'pass word'
setup_token user1 'pass word'
server=$SEIKYO_RADIUS_PID

# head REPLY: its packet code and outcome.
head_of()
{
	local outcome

	outcome=$(field Seikyo-Outcome "$1")
	printf '%s' "${1%% *}${outcome:+ $outcome}"
}

# poll_reply LINE: the first reply within 10 seconds, the same packet sent every second.
poll_reply()
{
	rad_many -t 1 -r 9 <<<"$1"
}

# serves NAME: within 10 seconds from now on a whole login works, by the server that ran before.
serves()
{
	local until=$((SECONDS + 10)) got=none

	until [[ $got == Access-Challenge\ * ]] || [ $SECONDS -ge $until ]; do
		got=$(printf '%s\n' "$(request user1 'pass word')" | rad_many -t 1)
	done
	next_step
	is "$(head_of "$(answer "$(field State "$got")" "$(code user1)" user1)")" "Access-Accept Accepted" "$1"
}

db_back()
{
	stack_do start db || bail "the database does not come back"
}

# silent NAME LINE: no reply comes. Longer than it takes to give a silent database up.
silent()
{
	is "$(rad_many -t "${3:-2}" <<<"$2" | cut -d ' ' -f 1)" no-reply "$1"
}

status_server="code=12"

# --- away, from the beginning on

like "$(rad code=12)" '^Access-Accept' "Status-Server is answered with a database"
for way in stop kill; do
	state=$(login user1 'pass word')
	next_step
	now=$(code user1)
	before=$(user_row user1 'login_1_at, otp_last_step')
	stack_do $way db
	{
		request user1 'pass word'
		request user1 "$now" "State=$state" Seikyo-Attempt=000102030405060708090a0b0c0d0e0f
		request user1 'pass word' "Seikyo-OTP=$now"
		request nobody 'pass word'
		request user1 'wrong word'
		printf '%s\n' "$status_server"
	} | rad_many -t 3 >"$burst_dir/away"
	is "$(sort -u "$burst_dir/away")" no-reply \
		"$way: no reply to a password, a code (the State is from before), both, an unknown name, Status-Server"
	db_back
	is "$(user_row user1 'login_1_at, otp_last_step')" "$before" "$way: nothing was settled"
	reply=$(poll_reply "$(request user1 "$now" "State=$state" Seikyo-Attempt=000102030405060708090a0b0c0d0e0f)")
	is "$(head_of "$reply")" "Access-Accept Accepted" "$way: the State from before is good, and so is the code"
	serves "$way: service goes on"
	like "$(rad code=12)" '^Access-Accept' "$way: and Status-Server is answered again"
done

# --- silent

state=$(login user1 'pass word')
next_step
now=$(code user1)
event=$(last_event)
stack_do pause db
{
	request user1 'pass word'
	request user1 "$now" "State=$state" Seikyo-Attempt=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
	request user1 'pass word' "Seikyo-OTP=$now"
	printf '%s\n' "$status_server"
} | rad_many -t 6 >"$burst_dir/silent"
is "$(sort -u "$burst_dir/silent")" no-reply "a silent database: no reply to anything"
stack_do resume db
line=$(request user1 "$now" "State=$state" Seikyo-Attempt=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)
is "$(head_of "$(poll_reply "$line")")" "Access-Accept Accepted" "a silent database: the same attempt afterwards is accepted"
is "$(head_of "$(rad_many <<<"$line")")" "Access-Accept Accepted" "and again"
is "$(events user1 "e.id > $event AND verdict = 'accepted'")" 1 "a silent database: accepted once"
serves "a silent database: service goes on when it speaks again"

# --- at many moments, with fifty requests in flight

# past LINES: the server's log has grown by so many lines.
past()
{
	[ "$(wc -l <"$SEIKYO_RADIUS_LOG")" -ge "$1" ]
}

replies_now=() after=() again=() written=()
moments=(0 3 20)
[ -z "${SEIKYO_LONG:-}" ] || mapfile -t moments < <(seq 0 50)
for moment in "${moments[@]}"; do
	next_step
	mapfile -t given < <(states user1 'pass word' 10)
	now=$(code user1)
	event=$(last_event)
	lines=$(wc -l <"$SEIKYO_RADIUS_LOG")
	attempt="Seikyo-Attempt=$(openssl rand -hex 16)"
	{
		repeat 24 "$(request user1 'pass word')"
		request user1 "$now" "State=${given[0]}" "$attempt"
		repeat 25 "$(request nobody 'pass word')"
	} | rad_many -t 3 >"$burst_dir/flight" &
	flight=$!
	poll 5 past $((lines + moment)) || diag "no $moment lines came"
	stack_do kill db
	wait "$flight"
	line=$(request user1 "$now" "State=${given[0]}" "$attempt")
	# A password gets its challenge or nothing, an unknown name its refusal or nothing.
	replies_now+=("$(head -n 24 "$burst_dir/flight" | grep -cvE '^(Access-Challenge |no-reply)') $(
		tail -n 25 "$burst_dir/flight" | grep -cvE '^(Access-Reject |no-reply)') $(
		sed -n 25p "$burst_dir/flight" | grep -cvE '^(Access-Accept |no-reply)')")
	after+=("$(rad_many -t 1 <<<"$line" | cut -d ' ' -f 1)")
	db_back
	again+=("$(head_of "$(poll_reply "$line")")")
	written+=("$(events user1 "e.id > $event AND verdict = 'accepted'")")
done
is "${replies_now[*]}" "$(printf '0 0 0\n%.0s' "${moments[@]}" | paste -sd ' ')" \
	"killed under load at ${#moments[@]} moments: what was answered was answered truly, the rest not at all"
is "${after[*]}" "$(printf 'no-reply\n%.0s' "${moments[@]}" | paste -sd ' ')" "and nothing afterwards"
is "${again[*]}" "$(printf 'Access-Accept Accepted\n%.0s' "${moments[@]}" | paste -sd ' ')" \
	"the attempt sent again after the return is accepted, whether it was settled or not"
is "${written[*]}" "$(printf '1\n%.0s' "${moments[@]}" | paste -sd ' ')" "and was accepted once"
state=${given[1]}
like "$(answer "$state" "$now" user1)" '^Access-(Reject|Challenge .*OTP-Used)' "the code is used up, also after crashes"
serves "after all these crashes service goes on"

# --- the user's row held by somebody else

# session: a connection of root's, kept open until release; say gives it statements.
session()
{
	mkfifo "$burst_dir/session"
	mariadb --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" --unbuffered --force \
		"$SEIKYO_DB_NAME" <"$burst_dir/session" >"$burst_dir/said" 2>&1 &
	holder=$!
	exec 7>"$burst_dir/session"
}

# say STATEMENTS: returns when they are done.
say()
{
	local word="done-$RANDOM$RANDOM"

	printf "%s; SELECT '%s';\n" "$1" "$word" >&7
	poll 10 grep -q "$word" "$burst_dir/said" || bail "the database did not do: $1"
}

release()
{
	printf 'ROLLBACK;\n\\q\n' >&7
	exec 7>&-
	wait "$holder"
	rm -f "$burst_dir/session"
}

# hold: takes user1's row, until release.
hold()
{
	session
	say "START TRANSACTION; SELECT id FROM user WHERE login_id = 'user1' FOR UPDATE"
}

waits()
{
	sql "SELECT variable_value FROM information_schema.global_status
		WHERE variable_name = 'Innodb_row_lock_waits'"
}

waited()
{
	[ "$(waits)" -ge "$1" ]
}

state=$(login user1 'pass word')
next_step
event=$(last_event)
line=$(request user1 "$(code user1)" "State=$state" Seikyo-Attempt=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)
hold
silent "a row held for longer than read_timeout: no reply" "$line" 5
is "$(events user1 "e.id > $event AND verdict = 'accepted'")" 0 "and nothing is committed"
release
is "$(head_of "$(poll_reply "$line")")" "Access-Accept Accepted" "once it is free the same attempt is accepted"
is "$(events user1 "e.id > $event AND verdict = 'accepted'")" 1 "and was accepted once"
serves "after a held row service goes on"

# disconnect: the server has to connect anew.
disconnect()
{
	local id

	for id in $(sql "SELECT id FROM information_schema.processlist WHERE user = 'seikyo_radius'"); do
		sql "KILL $id" 2>/dev/null
	done
}

sql 'SET GLOBAL innodb_lock_wait_timeout = 1'
disconnect
serves "connections cut by the database: service goes on"
state=$(login user1 'pass word')
next_step
event=$(last_event)
line=$(request user1 "$(code user1)" "State=$state" Seikyo-Attempt=cccccccccccccccccccccccccccccccc)
hold
count=$(waits)
rad_many -t 15 <<<"$line" >"$burst_dir/retried" 7>&- &
flight=$!
poll 8 waited $((count + 2)) || diag "$(($(waits) - count)) lock waits"
is "$(cat "$burst_dir/retried")" "" "a lock wait that timed out gives no Accept"
release
wait "$flight"
is "$(head_of "$(cat "$burst_dir/retried")")" "Access-Accept Accepted" "it is tried again, and accepted once the row is free"
is "$(events user1 "e.id > $event AND verdict = 'accepted'")" 1 "once"
state=$(login user1 'pass word')
next_step
hold
silent "a row that never gets free: no reply after the last try" "$(request user1 "$(code user1)" "State=$state")" 9
release
sql 'SET GLOBAL innodb_lock_wait_timeout = 5'
serves "after lock waits service goes on"

# --- refusing

for procedure in radius_find radius_settle_code radius_hello; do
	state=$(login user1 'pass word')
	next_step
	now=$(code user1)
	sql "REVOKE EXECUTE ON PROCEDURE $procedure FROM seikyo_radius"
	disconnect
	silent "EXECUTE on $procedure revoked: no reply to a code" "$(request user1 "$now" "State=$state")"
	sql "GRANT EXECUTE ON PROCEDURE $procedure TO seikyo_radius"
	serves "EXECUTE on $procedure granted again: service goes on"
done

# The least that MariaDB takes is 10, and one more for root.
mkfifo "$burst_dir/idle"
exec 8<>"$burst_dir/idle"
clients=()
for ((i = 0; i < 11; i++)); do
	mariadb --defaults-file="$stack/console.cnf" "$SEIKYO_DB_NAME" <"$burst_dir/idle" >/dev/null 2>&1 8>&- &
	clients+=($!)
done
end_clients()
{
	kill "${clients[@]}" 2>/dev/null
	clients=()
}
at_exit end_clients
connected()
{
	[ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '$1'")" = "$2" ]
}
poll 10 connected seikyo_console 11 || bail "eleven clients do not connect"
session
disconnect
poll 10 connected seikyo_radius 0 || bail "the RADIUS server's connections cannot be cut"
say 'SET GLOBAL max_connections = 10'
silent "no connection left: no reply" "$(request user1 'pass word')"
silent "no connection left: none to Status-Server" "$status_server"
say 'SET GLOBAL max_connections = 400'
release
serves "connections to be had again: service goes on"
end_clients
exec 8>&-

# --- what ran, ran all the time; what is started without a database

is "$(stack_do pid radius)" "$server" "the RADIUS server was never started anew"
stack_do stop radius
stack_do stop db
ok "a server starts without a database" stack_do start radius
silent "it gives no reply" "$(request user1 'pass word')"
silent "nor to Status-Server" "$status_server"
db_back
serves "it serves as soon as the database comes"

# --- it answers, but service is closed

# executed: how many calls the database has had.
executed()
{
	sql "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'Com_stmt_execute'"
}

# refusals: how often the log says why Status-Server is not answered.
refusals()
{
	grep -c 'Status-Server is not answered: .*no service until seikyo-otp recover has run' "$SEIKYO_RADIUS_LOG"
}

# open_again: no code of before is good afterwards.
open_again()
{
	test_operate recover --nothing-lost --yes
	stack_do clock +600 >/dev/null
}

told=$(refusals)
test_operate recover --close
calls=$(executed)
silent "service is closed: no reply to Status-Server" "$status_server" 1
calls=$(($(executed) - calls))
ok "and the database was asked at least once" [ $calls -ge 1 ]
ok "and fewer than ten times ($calls)" [ $calls -lt 10 ]
silent "service is still closed: no reply to another Status-Server" "$status_server" 1
is $(($(refusals) - told)) 1 "two Status-Servers leave one line in the log"
open_again
like "$(rad code=12)" '^Access-Accept' "service is open: the next Status-Server is answered"
serves "service is open: logins go on"
test_operate recover --close
silent "service is closed again: no reply to Status-Server" "$status_server" 1
is $(($(refusals) - told)) 2 "and the log says so again"
open_again
serves "service is open again: logins go on"

# --- clocks

stack_up --set max_clock_difference=10
make_contract C-1
make_user C-1 user1 master 'pass word'
setup_token user1 'pass word'
untouched()
{
	user_row user1 'password_failures, otp_failures, login_1_at' | tr '\t' ' '
	sql 'SELECT (SELECT COUNT(*) FROM login_event), (SELECT SUM(failures) FROM decoy)' | tr '\t' ' '
}
state=$(login user1 'pass word')
for seconds in +11 -11; do
	stack_do clock $seconds
	before=$(untouched)
	{
		request user1 'pass word'
		request user1 'wrong word'
		request user1 123456 "State=$state"
		request nobody 'pass word'
	} | rad_many -t 3 >"$burst_dir/clocks"
	mapfile -t got < <(cut -d ' ' -f 1 "$burst_dir/clocks")
	is "${got[0]}" no-reply "clocks $seconds s apart: no reply to the right password"
	is "${got[1]}" no-reply "clocks $seconds s apart: none to a wrong one"
	is "${got[2]}" no-reply "clocks $seconds s apart: none to a code"
	is "${got[3]}" no-reply "clocks $seconds s apart: none to an unknown name, which would be told apart"
	is "$(untouched)" "$before" "clocks $seconds s apart: nothing is counted"
	stack_do clock real
done
for seconds in +9 -9; do
	stack_do clock $seconds
	sql 'UPDATE user SET otp_last_step = 0'
	is "$(head_of "$(answer "$(login user1 'pass word')" "$(code user1)" user1)")" "Access-Accept Accepted" \
		"clocks $seconds s apart: a login works"
	stack_do clock real
	sql 'UPDATE user SET states_from = clock_now() - INTERVAL 1 MINUTE'
done

done_testing
