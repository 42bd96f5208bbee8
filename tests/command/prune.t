#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# prune: login events go when their time is over, in batches, while logins go on.
. "$(dirname "$0")/command.sh"
stack_up --set max_hashes=4
cheap_hashes
make_contract C-1
make_user C-1 user1 general 'pass word'
setup_token user1 'pass word'
sql "DELETE FROM login_event"
old=${SEIKYO_LONG:+200000}
old=${old:-12345}

# events COUNT AGE: login events as old as that.
events()
{
	sql "INSERT INTO login_event (at, request_id, user_id, client, leg, verdict, reason)
		SELECT clock_now() - INTERVAL $2, 'request!', 1, 'gateway', 'code', 'accepted', 'code' FROM seq_1_to_$1"
}

left()
{
	sql "SELECT COUNT(*) FROM login_event"
}

run prune --json
is "$status" 0 "without events there is nothing to do"
is "$(json '"$j->{events} $j->{tickets} $j->{sessions}"')" "0 0 0" "and nothing was done"
is "$(json '$j->{oldest}')" null "there is no oldest event"
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'prune'")" 0 "nor an audit row"

# --- the edge

stack_do clock '2026-11-22 12:00:00' >/dev/null
events 1 "13 MONTH - INTERVAL 1 SECOND"
events 1 "13 MONTH + INTERVAL 1 SECOND"
run prune
is "$status" 0 "prune"
is "$(left)" 1 "what is younger than the policy says stays, what is older goes"
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'prune'")" 1 "and an audit row says so"
run policy set login_event_months 14
sql "DELETE FROM login_event"
events 1 "13 MONTH - INTERVAL 1 SECOND"
run prune --json
is "$(json '$j->{events}')" 0 "with a longer retention it stays"
run policy set login_event_months 13
run prune --json
is "$(json '$j->{events}')" 1 "with a shorter one it goes"

# --- many, while logins go on

sql "DELETE FROM login_event"
# Wrong passwords leave an event each.
run policy set password_failure_limit 100
events "$old" "14 MONTH"
events 700 "1 MONTH"
sql "INSERT INTO ticket (digest, user_id, purpose, opened_at, expires_at)
	SELECT UNHEX(SHA2(seq, 256)), 1, 'setup', '2020-01-01', '2020-01-01' FROM seq_1_to_2500"
sql "INSERT INTO console_session (digest, user_id, opened_at, last_used_at, ends_at)
	SELECT UNHEX(SHA2(seq, 256)), 1, '2020-01-01', '2020-01-01', '2020-01-01' FROM seq_1_to_1500"
sql "INSERT INTO ticket (digest, user_id, purpose, opened_at, expires_at)
	VALUES (UNHEX(SHA2('young', 256)), 1, 'setup', clock_now(), clock_now() - INTERVAL 1 HOUR)"
run prune --dry-run --json
is "$(json '"$j->{events} $j->{tickets} $j->{sessions}"')" "$old 2500 1500" "a dry run says what would go"
is "$(left)" $((old + 700)) "and deletes nothing"
run prune --dry-run
like "$out" "Nothing was deleted" "and says so"

mapfile -t words < <(test_words user1 'another word')
settle()
{
	local i

	for i in {1..90}; do
		[ -e "$work/pruned" ] && [ "$i" -gt 20 ] && break
		rad "${words[@]}"
	done >"$work/replies"
}
settle &
settling=$!
poll 20 test -s "$work/replies"
run prune --json
touch "$work/pruned"
is "$status" 0 "prune, while logins go on"
is "$(json '"$j->{events} $j->{tickets} $j->{sessions}"')" "$old 2500 1500" "takes all that is too old"
ok "the logins go on" wait $settling
is "$(grep -vc '^Access-Reject' "$work/replies")" 0 "none of them fails"
logins=$(wc -l <"$work/replies")
is "$(left)" $((700 + logins)) "and each ($logins) left its event"
is "$(sql "SELECT COUNT(*) FROM ticket WHERE expires_at < '2021-01-01'")" 0 "old tickets are gone"
is "$(sql "SELECT COUNT(*) FROM ticket WHERE digest = UNHEX(SHA2('young', 256))")" 1 \
	"a burned one that could still be shown again stays"
is "$(sql "SELECT COUNT(*) FROM console_session")" 0 "old sessions are gone"
run prune --json
is "$(json '$j->{events}')" 0 "done is done"
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'prune'")" 1 "within an hour one audit row says so"
like "$(sql "SELECT detail FROM audit_event WHERE act = 'prune'")" "^login events before [0-9-]{10} [0-9:]{8} UTC$" \
	"with the end of what went"
stack_do clock +3601 >/dev/null
sql "DELETE FROM login_event"
events 1 "14 MONTH"
run prune
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'prune'")" 2 "an hour later there is another one"
run audit verify
is "$status" 0 "the audit trail is whole"

# --- batches

sql "DELETE FROM login_event"
events 2500 "14 MONTH"
is "$(sql "CALL operator_prune()" | cut -f 1)" 1000 "a batch takes 1,000 events at most"
run prune --json
is "$(json '$j->{events}')" 1500 "what an interrupted run has left goes with the next one"
events 3000 "14 MONTH"
script -qefc "$SEIKYO_COMMAND prune" "$work/screen" </dev/null >/dev/null 2>&1
like "$(cat "$work/screen")" "1000 login events deleted.*3000 login events deleted" "progress is shown on a terminal"
events 10 "14 MONTH"
run prune
is "$err" "" "and nowhere else"
like "$out" "Login events +10" "the result is in the table"

stack_do stop db >/dev/null
run prune
is "$status" 3 "without a database: exit code 3"

done_testing
