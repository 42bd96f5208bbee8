#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# radius_settle_code: what a code's verdict is, and what it leaves behind.
. "$(dirname "$0")/schema.sh"
schema_up

# --- the first code

new_user first
installed_token
new_attempt
is "$(settle_code "$(step)")" stale "a first code without a new safe is not accepted"
is "$(token_has state)" installed "and activates nothing"
new_attempt
is "$(settle_code "$(step)" "safe=$safe" drift=-1 first="X'0101010101010101'")" ok "the first code is accepted"
is "$(token_has state activated_at)" active "it makes the token active"
is "$(db "SELECT activated_at = clock_now() AND safe = $safe AND envelope IS NULL FROM token WHERE id = $token")" 1 \
	"the safe is in the envelope's place"
is "$(user_has 'otp_last_step, otp_drift, otp_failures')" "$(step) -1 0" "step and drift are the user's"
is "$(audits)" "user-add issue install first-code" "it is audited"
is "$(mails)" "app issued activated" "and a mail goes to the user"
is "$(db "SELECT CONCAT_WS(' ', by_user = $user, on_user = $user, origin) FROM audit_event WHERE act = 'first-code'")" \
	"1 1 gateway" "the audit says by whom, on whom, from where"
is "$(db "SELECT recipient FROM mail_outbox WHERE kind = 'activated'")" user@example.com \
	"the mail goes to the user's own address, not the phone's"
is "$(events)" "code refused stale,code accepted first-code" "each attempt has left its event"
is "$(db "SELECT CONCAT_WS(' ', HEX(request_id) = HEX($request), HEX(first_request), client, name_mac IS NULL,
	at = clock_now()) FROM login_event ORDER BY id DESC LIMIT 1")" "1 0101010101010101 gateway 1 1" \
	"the event names request, first request, client and time"

new_user together
installed_token
before=$(db "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM audit_event), (SELECT COUNT(*) FROM login_event),
	(SELECT COUNT(*) FROM mail_outbox))")
row=$(user_row)
new_attempt
db "RENAME TABLE mail_outbox TO mail_outbox_away"
like "$(settle_code "$(step)" "safe=$safe")" '^error' "a first code whose mail cannot be queued fails"
db "RENAME TABLE mail_outbox_away TO mail_outbox"
is "$(token_has state) $(user_row)" "installed $row" "then token and user are as before"
is "$(db "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM audit_event), (SELECT COUNT(*) FROM login_event),
	(SELECT COUNT(*) FROM mail_outbox))")" "$before" "and no row was left: all are of one transaction"
is "$(settle_code "$(step)" "safe=$safe")" ok "the twin: with the outbox it is accepted"

# --- a code is good once

new_user once
active_token
code_step=$(step)
new_attempt
is "$(settle_code "$code_step")" ok "a code is accepted"
clock_by 1
new_attempt
row=$(user_row)
is "$(settle_code "$code_step")" used "the same step is not accepted again"
is "$(user_row)" "$row" "a used code does not write the user's row"
new_attempt
is "$(settle_code $((code_step - 1)))" used "nor is an earlier one"
is "$(user_has otp_failures)" 0 "a used code is not counted"
new_attempt
is "$(settle_code $((code_step + 1)))" ok "the next step is"
is "$(events "user_id = $user AND leg = 'code' AND reason IN ('code', 'used')")" \
	"code accepted code,code refused used,code refused used,code accepted code" "with an event for each"

clock_by 120
db "CALL operator_set_policy('step_floor', '$(step)')"
new_attempt
is "$(settle_code "$(step)")" used "a step at the floor is used"
new_attempt
is "$(settle_code "$(step 1)")" ok "one above it is not"
db "CALL operator_set_policy('step_floor', '0')"
clock_by 120
new_attempt
is "$(settle_code "$(step)")" ok "with the floor gone the step decides alone"

# The step stays the user's when the token goes.
last=$(user_has otp_last_step)
db "CALL branch_revoke('once', 'lost', 'P-1')" >/dev/null
is "$(user_has 'otp_last_step, otp_drift, IFNULL(live_token, 0)')" "$last 0 0" "a revocation leaves the last step"
db "UPDATE token SET reissue_at = clock_now() WHERE user_id = $user"
installed_token
is "$(user_has otp_last_step)" "$last" "so do issue and installation"
new_attempt
is "$(settle_code "$last" "safe=$safe")" used "a new token's code of an old step is used"
is "$(token_has state)" installed "and activates nothing"
new_attempt
is "$(settle_code $((last + 1)) "safe=$safe")" ok "the next step's is its first code"

# --- wrong codes

new_user wrong
active_token
states=$(user_has states_from)
for left in 4 3 2 1; do
	new_attempt
	is "$(settle_code NULL)" "wrong $left" "a wrong code leaves $left tries"
done
is "$(user_has 'otp_failures, IFNULL(otp_locked_at, 0), states_from')" "4 0 $states" "four are counted, none locks"
clock_by 1
new_attempt
is "$(settle_code NULL)" locked "the fifth in a row locks"
is "$(user_has "otp_failures, otp_locked_at = clock_now(), states_from = clock_now()")" "5 1 1" \
	"the lock raises states_from"
is "$(audits "on_user = $user AND act = 'lock' AND by_user IS NULL AND origin = 'gateway'")" lock "it is audited"
is "$(mails "user_id = $user AND kind = 'locked'")" locked "and a mail goes to the user"
row=$(user_row)
new_attempt
is "$(settle_code "$(step)")" locked "a right code after the lock is refused"
new_attempt
is "$(settle_code NULL)" locked "so is a wrong one"
is "$(user_row)" "$row" "what a lock refuses does not write the user's row"
is "$(audits "on_user = $user AND act = 'lock'")" lock "nor does it lock again"
is "$(events "user_id = $user AND leg = 'code' AND reason <> 'first-code'")" \
	"code refused wrong,code refused wrong,code refused wrong,code refused wrong,code refused wrong-now-locked,code refused locked,code refused locked" \
	"each attempt has left one event"

new_user reset
active_token
for _ in 1 2 3 4; do
	new_attempt
	settle_code NULL >/dev/null
done
new_attempt
is "$(settle_code "$(step)" drift=1)" ok "a right code after four wrong ones is accepted"
is "$(user_has 'otp_failures, otp_drift')" "0 1" "the count begins anew, the drift is kept"
new_attempt
is "$(settle_code NULL)" "wrong 4" "so that a wrong one leaves four tries again"
db "CALL operator_set_policy('otp_failure_limit', '3')"
new_attempt
is "$(settle_code NULL)" "wrong 1" "the limit is the policy's"
new_attempt
is "$(settle_code NULL)" locked "at the limit it locks"
db "CALL operator_set_policy('otp_failure_limit', '5')"

# --- the same attempt again

new_user repeat
active_token
new_attempt
is "$(settle_code "$(step)" "ticket=$ticket_digest")" ok "an attempt is accepted"
row=$(user_row)
event=$(events)
clock_by 60
is "$(settle_code "$(step -1)" "ticket=$ticket_digest" state="$now_us - 120000000")" ok \
	"60 s later it is accepted again, though its State is older than states_from by now"
is "$(user_row) $(events)" "$row $event" "and nothing has changed"
is "$(db "SELECT COUNT(*) FROM ticket WHERE user_id = $user AND purpose = 'session'")" 1 "there is one ticket"
clock_by 0.000001
is "$(settle_code "$(step -1)")" used "later than that it is an attempt of its own"
new_attempt
settle_code NULL >/dev/null
row=$(user_row)
event=$(events)
is "$(settle_code NULL)" "wrong 4" "a wrong attempt is wrong again, with the same tries left"
is "$(user_row) $(events)" "$row $event" "and counted once"
is "$(settle_code "$(step)")" "wrong 4" "what it says the second time does not matter"
clock_by 60.000001
is "$(settle_code NULL)" "wrong 3" "after 60 s it is counted anew"
for left in 2 1; do
	new_attempt
	settle_code NULL >/dev/null
done
new_attempt
is "$(settle_code NULL)" locked "the attempt that locks"
event=$(events)
is "$(settle_code NULL) $(events)" "locked $event" "is locked again, without another event"

# --- four attempts are kept

new_user slots
active_token
kept=()
for _ in 1 2 3 4; do
	new_attempt
	kept+=("$attempt")
	settle_code NULL >/dev/null
done
is "$(user_has 'LENGTH(attempts)')" 104 "four attempts are kept"
attempt=${kept[0]}
is "$(settle_code NULL)" "wrong 4" "the oldest of four is known"
is "$(user_has otp_failures)" 4 "and not counted again"
new_attempt
settle_code "$(step)" >/dev/null
is "$(user_has 'LENGTH(attempts)')" 104 "a fifth takes a place"
attempt=${kept[1]}
is "$(settle_code NULL)" "wrong 3" "the second is known still"
attempt=${kept[0]}
is "$(settle_code NULL)" "wrong 4" "the first is no longer: it is counted as one of its own"
is "$(user_has otp_failures)" 1 "which is the first since the accepted code"

# --- stale

new_user stale
active_token
row=$(user_row)
refused_stale()
{
	new_attempt
	is "$(settle_code "$(step)" "${@:2}")" stale "$1"
}
states_us=$(db "SELECT time_us(states_from) FROM user WHERE id = $user")
refused_stale "a State from before states_from" state=$((states_us - 1))
refused_stale "a token that is not there" token=999999
refused_stale "no token" token=NULL
refused_stale "a user that is not there" user=999999
refused_stale "no user" user=NULL
refused_stale "no State's time" state=NULL
is "$(user_row)" "$row" "none of these writes the user's row"
is "$(events "user_id = $user AND reason = 'stale'" | tr ',' '\n' | sort -u)" "code refused stale" "each leaves an event"
stale_user=$user stale_token=$token
new_user stale_other
active_token
user=$stale_user
refused_stale "another user's token" token="$token"
token=$stale_token
new_attempt
is "$(settle_code "$(step)" state="$states_us")" ok "the twin: a State from that very moment is accepted"
clock_by 60
db "CALL branch_set_password('stale', '$hash_2')"
refused_stale "a State from before the password was changed" state="$now_us - 1"
db "UPDATE user SET closed_at = clock_now() WHERE id = $user"
refused_stale "a closed user"
db "UPDATE user SET closed_at = NULL WHERE id = $user; UPDATE contract SET closed_at = clock_now()"
refused_stale "a closed contract"
db "UPDATE contract SET closed_at = NULL, otp_starts_on = NULL"
refused_stale "a contract that has not applied"
db "UPDATE contract SET otp_starts_on = '2026-11-23'"
refused_stale "a contract that has not started"
db "UPDATE contract SET otp_starts_on = '2026-11-22'"
new_attempt
is "$(settle_code "$(step)")" ok "on the start date itself, in Japan, the code is accepted"
clock_by 60
refused_stale "a password changed meanwhile" hash="$(digest_of "$hash_1")"
refused_stale "no password that was right" hash=NULL
db "UPDATE user SET password_locked_until = clock_now() + INTERVAL 1 MICROSECOND WHERE id = $user"
refused_stale "a password locked meanwhile" hash="$(digest_of "$hash_2")"
# Whoever does not know the password must not learn that codes are locked.
db "UPDATE user SET otp_locked_at = clock_now() WHERE id = $user"
refused_stale "a password locked meanwhile, and the codes too" hash="$(digest_of "$hash_2")"
refused_stale "a password changed meanwhile, and the codes locked" hash="$(digest_of "$hash_1")"
db "UPDATE user SET otp_locked_at = NULL WHERE id = $user"
db "UPDATE user SET password_locked_until = clock_now() WHERE id = $user"
new_attempt
is "$(settle_code "$(step)" hash="$(digest_of "$hash_2")")" ok "the twin: the password of now, not locked any more"
is "$(settle_code "$(step)" hash="$(digest_of "$hash_1")")" ok "an attempt that was accepted stays so, whatever the password is now"
clock_by 60

db "CALL operator_set_policy('require_certificate', 'all')"
shown="X'$(printf 'c1%.0s' {1..32})'"
refused_stale "no certificate where all need one"
refused_stale "a certificate that is not registered" certificate="$shown"
db "CALL branch_add_certificate('stale_other', $shown, '2030-01-01')"
refused_stale "another user's certificate" certificate="$shown"
db "CALL branch_add_certificate('stale', $shown, clock_now())"
refused_stale "a certificate that has just ended" certificate="$shown"
db "CALL branch_add_certificate('stale', $shown, clock_now() + INTERVAL 1 MICROSECOND)"
new_attempt
is "$(settle_code "$(step)" certificate="$shown")" ok "the twin: a valid one of his own"
clock_by 60
db "CALL operator_set_policy('require_certificate', 'registered')"
refused_stale "who has registered one needs it, also after its end"
db "CALL branch_remove_certificate('stale', $shown)"
new_attempt
is "$(settle_code "$(step)")" ok "who has none registered does not"
db "CALL operator_set_policy('require_certificate', 'none')"

clock_by 60
answer=$(db "CALL branch_revoke('stale', 'lost', 'P-1')")
like "$answer" '^2026' "the token is revoked"
refused_stale "a code of a revoked token" state="$now_us"
new_user issued
issued_token
refused_stale "a code of a token that is not installed" "safe=$safe"
new_attempt
is "$(settle_code NULL)" stale "nor is a wrong one counted for it"
is "$(user_has otp_failures)" 0 "no token, no count"

# --- between radius_find and the settling

contracts=0
# between TEXT ACT [BEFORE]: an act that comes after the login was found, on LOGIN of CONTRACT.
between()
{
	local login contract

	contracts=$((contracts + 1))
	login=between$contracts contract=S-$contracts
	new_user "$login" general "$contract"
	active_token
	[ $# = 2 ] || act_on "$3; CALL operator_set_policy('require_certificate', 'all')" "$login" "$contract"
	act_on "$2" "$login" "$contract"
	new_attempt
	# However long the act took: the login is later by its time.
	is "$(settle_code "$(step)" state="$now_us + 1000000" certificate="$shown")" "${verdict_wanted-stale}" "$1"
	db "CALL operator_set_policy('require_certificate', 'none')"
}

act_on()
{
	local act=${1//LOGIN/\'$2\'}

	db "${act//CONTRACT/\'$3\'}" >/dev/null
}

verdict_wanted=ok between "the twin: nothing has happened" "DO 0"
verdict_wanted=ok between "the twin: nothing has happened to his certificate" "DO 0" \
	"CALL branch_add_certificate(LOGIN, $shown, '2030-01-01')"
between "his contract was closed" "CALL branch_close_contract(CONTRACT, 'P-1')"
between "his contract starts later" "CALL branch_start_contract(CONTRACT, '2027-01-01')"
between "he was closed" "CALL branch_close_user(LOGIN, 'P-1')"
between "his token was revoked" "CALL branch_revoke(LOGIN, 'lost', 'P-1')"
between "his certificate was taken away" "CALL branch_remove_certificate(LOGIN, $shown)" \
	"CALL branch_add_certificate(LOGIN, $shown, '2030-01-01')"
between "his certificate was given another end" "CALL branch_add_certificate(LOGIN, $shown, clock_now())" \
	"CALL branch_add_certificate(LOGIN, $shown, '2030-01-01')"
between "the policy came to demand a certificate of all" "CALL operator_set_policy('require_certificate', 'all')"
between "the policy came to demand a registered certificate" \
	"CALL branch_add_certificate(LOGIN, UNHEX(REPEAT('c2', 32)), clock_now());
	CALL operator_set_policy('require_certificate', 'registered')"
verdict_wanted=ok between "the twin: of who has none registered it demands none" \
	"CALL operator_set_policy('require_certificate', 'registered')"
verdict_wanted=used between "all codes of until now were called back" \
	"CALL operator_set_policy('step_floor', FLOOR($now_us / 60000000))"
db "CALL operator_set_policy('step_floor', '0')"

# What reads of a login in flight is counted up in his row, so that of the two only one commits at a time, also at two
# nodes.
new_user in-flight general S-F
counted=$(user_has decisions)
for act in "branch_add_certificate('in-flight', $shown, '2030-01-01')" "branch_remove_certificate('in-flight', $shown)" \
	"branch_start_contract('S-F', '2026-11-01')"; do
	db "CALL $act" >/dev/null
	is "$(user_has decisions)" $((counted + 1)) "counted as a decision: ${act%%(*}"
	counted=$(user_has decisions)
done

# What stands in his row is looked at whatever radius_find had seen.
new_user row
active_token
last=$(user_has login_1_at)
while IFS='|' read -r column value wanted why; do
	was=$(user_has "QUOTE($column)")
	db "UPDATE user SET $column = $value WHERE id = $user"
	new_attempt
	is "$(settle_code "$(step)" hash="$(digest_of "$hash_1")")" "$wanted" "$why"
	is "$(user_has login_1_at)" "$last" "and no login comes of it"
	db "UPDATE user SET $column = $was WHERE id = $user"
done <<EOF
closed_at|clock_now()|stale|a closed user
otp_locked_at|clock_now()|locked|a locked one
password_locked_until|clock_now() + INTERVAL 1 SECOND|stale|one whose password is locked
password_hash|'$hash_2'|stale|one with another password
live_token|NULL|stale|one without a token
EOF
new_attempt
is "$(settle_code "$(step)" hash="$(digest_of "$hash_1")")" ok "the twin: as he was"
db "UPDATE user SET states_from = clock_now() + INTERVAL 1 SECOND WHERE id = $user"
states=$(user_has states_from)
new_attempt
is "$(settle_code "$(step 1)" state="$now_us + 60000000")" ok "a State of later than now"
is "$(user_has "states_from >= '$states'")" 1 "does not lower states_from"
# A login that is no usual one: its password's lock has ended.
new_user unusual
active_token
new_attempt
settle_code NULL >/dev/null
wrong=$attempt
db "UPDATE user SET password_locked_until = clock_now() WHERE id = $user"
new_attempt
is "$(settle_code "$(step)")" ok "a login that is judged by everything"
is "$(user_has "login_1_at = clock_now() AND login_2_at < login_1_at AND states_from = login_1_at
	AND otp_last_step = $(step) AND otp_failures = 0")" 1 "leaves in his row what a usual login leaves"
attempt=$wrong
settle_code NULL >/dev/null
is "$(user_has otp_failures)" 0 "and keeps the attempts from before: a wrong one, repeated, is not counted anew"
db "DELETE FROM policy_now"
new_attempt
clock_by 60
is "$(settle_code "$(step)")" stale "without policies in force nobody gets in"
db "CALL policy_apply()"
new_attempt
is "$(settle_code "$(step)")" ok "the twin: with them"

# --- behind another's lock

# waiting STATEMENT CALL: what comes of the call that waits for the user's row while the statement is done.
waiting()
{
	[ -n "${session_pid[holder]-}" ] || session holder
	[ -n "${session_pid[race1]-}" ] || session race1
	send holder "START TRANSACTION; SELECT id FROM user WHERE id = $user FOR UPDATE"
	receive holder >/dev/null
	send race1 "$2"
	blocked 1 || diag "the call does not wait"
	between_us=$(db "$1; SELECT $now_us")
	send holder "COMMIT"
	receive holder >/dev/null
	answered=$(verdict_of "$(receive race1)")
}

# With a clock that goes on.
token_now()
{
	new_user "$1"
	active_token
	stack_do clock real
	new_attempt
}

for level in READ-COMMITTED REPEATABLE-READ; do
	[ -n "${session_pid[race1]-}" ] || session race1
	send race1 "SET SESSION tx_isolation = '$level'"
	receive race1 >/dev/null
	token_now "behind-$level"
	waiting "DO 0" "$(settle_code_call "$(step 1)" state="$(db "SELECT $now_us")")"
	is "$answered" ok "$level: a login that waited for its row is accepted"
	is "$(user_has "time_us(states_from) > $between_us")" 1 "and makes stale what was issued while it waited"
	new_attempt
	is "$(settle_code "$(step 2)" state="$between_us")" stale "such a State leads nowhere"
	token_now "shut-$level"
	waiting "CALL operator_close_service()" "$(settle_code_call "$(step 1)" state="$(db "SELECT $now_us")")"
	is "$answered" used "$level: a login that waited while service was closed is refused"
	db "CALL operator_recover('nothing-lost', FALSE); CALL operator_set_policy('step_floor', '0')" >/dev/null
	token_now "ended-$level"
	db "CALL branch_add_certificate('ended-$level', $shown, clock_now() + INTERVAL 500000 MICROSECOND);
		CALL operator_set_policy('require_certificate', 'all')"
	waiting "DO SLEEP(0.6)" "$(settle_code_call "$(step 1)" state="$(db "SELECT $now_us")" certificate="$shown")"
	is "$answered" stale "$level: a login whose certificate ended while it waited is refused"
	db "CALL operator_set_policy('require_certificate', 'none')"
done
token_now unhindered
send holder "START TRANSACTION; SELECT one FROM policy_now FOR UPDATE"
receive holder >/dev/null
is "$(settle_code "$(step 1)")" ok "who changes a policy holds up no login"
send holder "COMMIT"
receive holder >/dev/null
clock '2027-01-01 12:00:00'

# --- the order: locked, stale, settled, wrong or used

new_user order
active_token
new_attempt
settle_code "$(step)" >/dev/null
db "UPDATE user SET otp_locked_at = clock_now(), closed_at = clock_now() WHERE id = $user"
is "$(settle_code "$(step)")" locked "locked comes before stale, settled and used"
db "UPDATE user SET otp_locked_at = NULL WHERE id = $user"
is "$(settle_code "$(step)")" stale "stale comes before settled and used: a closed user gets nothing repeated"
db "UPDATE user SET closed_at = NULL WHERE id = $user"
is "$(settle_code NULL)" ok "settled comes before wrong"
new_attempt
is "$(settle_code NULL state="$now_us - 10000000")" stale "stale comes before wrong"
is "$(user_has otp_failures)" 0 "and counts nothing"

# --- keys

new_user retired
installed_token
db "INSERT INTO retired_key (id, retired_at) VALUES ('1', clock_now())"
new_attempt
is "$(settle_code "$(step)" "safe=$safe")" retired-key "a safe under a retired key is refused"
is "$(token_has state) $(user_has otp_last_step)" "installed 0" "nothing is activated, no step burned"
new_attempt
is "$(settle_code "$(step)" "safe=X'010132$(printf '33%.0s' {1..60})'")" ok "the twin: under another key"
db "DELETE FROM retired_key"

# --- last logins

new_user logins
active_token
for _ in 1 2 3 4 5; do
	new_attempt
	settle_code "$(step)" >/dev/null
	clock_by 60
done
is "$(user_has "TIMESTAMPDIFF(SECOND, login_1_at, clock_now()), TIMESTAMPDIFF(SECOND, login_2_at, clock_now()),
	TIMESTAMPDIFF(SECOND, login_3_at, clock_now()), TIMESTAMPDIFF(SECOND, login_4_at, clock_now())")" \
	"60 120 180 240" "the last logins shift, newest first"
before=$(user_has login_1_at)
new_attempt
settle_code NULL >/dev/null
is "$(user_has login_1_at)" "$before" "a refusal is no login"
is "$(user_has 'states_from = login_1_at')" 1 "an Accept raises states_from"

# --- session tickets

new_attempt
is "$(settle_code "$(step)" "ticket=$ticket_digest" certificate="$shown")" ok "an Accept for the console"
is "$(db "SELECT CONCAT_WS(' ', user_id = $user, purpose, certificate = $shown, burned_at IS NULL,
	TIMESTAMPDIFF(SECOND, clock_now(), expires_at)) FROM ticket WHERE digest = $ticket_digest")" \
	"1 session 1 1 300" "opens a session ticket for state_seconds, bound to the certificate"
new_attempt
settle_code NULL "ticket=$ticket_digest" >/dev/null
is "$(db "SELECT COUNT(*) FROM ticket WHERE digest = $ticket_digest")" 0 "a refusal opens none"

# --- what must not be missing

clock_by 60
for what in "attempt:attempt" "request:request"; do
	new_attempt
	row=$(user_row)
	declare "${what#*:}=NULL"
	unlike "$(settle_code "$(step)")" '^ok' "without ${what%:*} a right code is not accepted"
	is "$(user_row)" "$row" "and writes nothing (${what%:*})"
done
for what in client drift; do
	new_attempt
	unlike "$(settle_code "$(step)" "$what=NULL")" '^ok' "without $what a right code is not accepted"
done
new_attempt
is "$(settle_code "$(step)")" ok "the twin: with all of them it is"

done_testing
