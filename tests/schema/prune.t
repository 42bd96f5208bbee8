#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# operator_prune: old login events go a thousand at a time, tickets and sessions a day after their end, nothing else.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

prune()
{
	as operator "CALL operator_prune()" | cut -f "${1-1-3}" | tr '\t' ' '
}
prunable()
{
	as operator "CALL operator_count_prunable()" | cut -f 1-3 | tr '\t' ' '
}
new_user pruned
db "DELETE FROM login_event; DELETE FROM ticket"
# past COUNT TIME: so many events at this time of UTC.
past()
{
	db "INSERT INTO login_event (at, request_id, user_id, client, leg, verdict, reason) SELECT $2, X'00', $user, 'x', 'code',
		'accepted', 'code' FROM seq_1_to_$1"
}

is "$(prunable) $(prune)" "ok 0 0 0 ok 0 0 0" "nothing is there, nothing goes"
edge="clock_now() - INTERVAL 13 MONTH"
past 1 "$edge - INTERVAL 1 MICROSECOND"
past 1 "$edge"
past 1 "clock_now()"
audited=$(db "SELECT number FROM audit_head WHERE contract_id = 0")
is "$(prunable) $(prune)" "ok 1 0 0 ok 1 0 0" "what is older than 13 months goes"
is "$(db "SELECT COUNT(*) FROM login_event WHERE at >= $edge") $(prune)" "2 ok 0 0 0" \
	"the twin: what is 13 months old stays"
is "$(db "SELECT GROUP_CONCAT(CONCAT_WS(' ', act, actor, origin, detail)) FROM audit_event WHERE contract_id = 0 AND number > $audited")" \
	"prune operator1@localhost operator login events before 2025-10-22 03:00:00 UTC" "one event says up to when"
db "CALL operator_set_policy('login_event_months', '1')"
is "$(prune)" "ok 1 0 0" "the months are the policy's"
db "CALL operator_set_policy('login_event_months', '13'); DELETE FROM login_event"

past 2500 "'2020-01-01'"
past 3 "clock_now()"
is "$(prunable)" "ok 2500 0 0" "2,500 are old"
is "$(prune) / $(prune) / $(prune) / $(prune)" "ok 1000 0 0 / ok 1000 0 0 / ok 500 0 0 / ok 0 0 0" \
	"a thousand go at a time"
is "$(db "SELECT COUNT(*) FROM login_event")" 3 "the new ones stay"
is "$(db "SELECT COUNT(*) FROM audit_event WHERE act = 'prune'")" 1 "within an hour the trail says it once"
clock_by 3600
past 1 "'2020-01-01'"
db "UPDATE login_event SET id = 1 WHERE at < '2021-01-01'"
is "$(prune) $(db "SELECT COUNT(*) FROM audit_event WHERE act = 'prune'")" "ok 1 0 0 2" "an hour later again"

# Numbers with gaps, as nodes of a cluster give them.
db "DELETE FROM login_event; INSERT INTO login_event (id, at, request_id, user_id, client, leg, verdict, reason) SELECT 1000000 + seq * 700,
	'2020-01-01', X'00', $user, 'x', 'code', 'accepted', 'code' FROM seq_1_to_20"
gone=0
for ((i = 0; i < 30; i++)); do
	now=$(prune 1)
	now=${now#ok }
	[ "$now" != 0 ] || break
	gone=$((gone + now))
done
is "$gone $(db "SELECT COUNT(*) FROM login_event")" "20 0" "numbers with gaps: called until none goes, all are gone"

# --- tickets and sessions

new_attempt
as radius "CALL radius_open_setup($user, time_us(clock_now()), NULL, $(password_now), $attempt, $ticket_digest)" >/dev/null
active_token
session_ticket
open_session
db "DELETE FROM ticket WHERE purpose = 'setup'; DELETE FROM login_event"
clock "$(db "SELECT expires_at + INTERVAL 33 HOUR FROM ticket")"
is "$(prunable) $(prune)" "ok 0 0 0 ok 0 0 0" "a day after its end a ticket is still there"
clock_by 0.000001
is "$(prunable) $(prune)" "ok 0 1 0 ok 0 1 0" "the twin: then it goes"
clock "$(db "SELECT ends_at + INTERVAL 33 HOUR FROM console_session")"
is "$(prunable) $(prune)" "ok 0 0 0 ok 0 0 0" "so is a session"
clock_by 0.000001
is "$(prunable) $(prune)" "ok 0 0 1 ok 0 0 1" "the twin: then it goes"
db "INSERT INTO ticket (digest, user_id, purpose, opened_at, expires_at) SELECT UNHEX(SHA2(seq, 256)), $user, 'session', '2020-01-01',
	'2020-01-02' FROM seq_1_to_1500"
is "$(prune) / $(prune) / $(prune)" "ok 0 1000 0 / ok 0 500 0 / ok 0 0 0" "a thousand tickets at a time"
is "$(token_has state) $(db "SELECT COUNT(*) FROM audit_event WHERE on_user = $user AND act = 'first-code'")" "active 1" \
	"tokens and the audit trail are not pruned"
is "$(db "CALL operator_verify_audit(NULL)")" "" "the audit chains are whole"

done_testing
