#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the servers report, and rolling the safe key: one step at a time, whoever else is at it.
. "$(dirname "$0")/schema.sh"
schema_up

# report SERVER SAFE-IDS ENVELOPE-IDS: what a RADIUS server says when it connects.
report()
{
	verdict "CALL radius_report_keys('$1', '$2', '$3')"
}

# reported SERVER: what the list says of it.
reported()
{
	db "CALL keys_list_servers()" | awk -F '\t' -v name="$1" '$1 == name { print $3 " | " $4 }'
}

active()
{
	db "SELECT CONCAT(p.value, ' ', n.active_safe_key) FROM policy p JOIN policy_now n WHERE p.name = 'active_safe_key'"
}

# acts KIND: what the audit has of the service itself.
acts()
{
	db "SELECT CONCAT(origin, ' ', detail) FROM audit_event WHERE contract_id = 0 AND act = '$1' ORDER BY number" |
		paste -sd ,
}

# --- what a server reports

is "$(reported radius1)" "1 | 1" "the stack's server has said what it has"
is "$(active)" "1 1" "its only safe key is the active one, in the policy as well as in force"
is "$(acts key-activate)" "radius1 1" "the audit says who brought it"

clock_by 60
is "$(report radius1 '1 2' 1)" ok "a server reports again"
is "$(reported radius1)" "1 2 | 1" "with a key more"
is "$(db "SELECT seen_at = clock_now() FROM radius_server WHERE name = 'radius1'")" 1 "and is seen then"
is "$(report radius1 '2' '1 E')" ok "and again"
is "$(reported radius1)" "2 | 1 E" "with a key less and an envelope key more"
is "$(report other 'a A ab' '')" ok "another server reports"
is "$(reported other)" "A a ab | NULL" "ids differ by case; one is not part of another"
is "$(report other 'ab' 'x')" ok "it reports less"
is "$(reported other)" "ab | x" "what it no longer says is gone"
is "$(reported radius1)" "2 | 1 E" "the first server's keys are not touched by that"
isnt "$(report "$(printf '%065d' 0)" 1 1)" ok "a name of 65 characters is not taken"
is "$(active)" "1 1" "none of this changes the active key"
is "$(acts key-activate)" "radius1 1" "or is an act"

db "CALL operator_set_policy('active_safe_key', '')"
is "$(report other '1 2' 1)" ok "no key is active, and a server has two"
is "$(active)" " " "then none becomes it"
db "INSERT INTO retired_key (id, retired_at) VALUES ('old', clock_now())"
is "$(report other 'old' 1) $(active)" "ok  " "nor does a retired one"
is "$(report other 'mine' 1) $(active)" "ok mine mine" "the only one of a server does"
is "$(report radius1 '1' 1) $(active)" "ok mine mine" "and the next server's does not replace it"
is "$(acts key-activate)" "radius1 1,other mine" "each time with a line in the audit"

# --- re-sealing: compare and set

db "CALL keys_forget_server('other'); CALL radius_report_keys('radius1', '1 2 3', '1');
	UPDATE policy SET value = '1' WHERE name = 'active_safe_key'; CALL policy_apply()"
under()
{
	printf "X'0101%s$(printf '33%.0s' {1..60})'" "$(printf '%s' "$1" | od -An -tx1 | tr -d ' ')"
}

new_user sealed
active_token
is "$(db 'CALL keys_list_safes(0)')" "" "nothing is to be moved while all is under the active key"
is "$(verdict "CALL keys_activate('2')")" ok "the next key is made active"
is "$(db 'CALL keys_list_safes(0)' | cut -f 1,2,4)" "$token"$'\t'"$user"$'\t'sealed "then it is listed, with its owner"
is "$(db "CALL keys_list_safes($token)")" "" "and not among those behind it"
is "$(verdict "CALL keys_reseal($token, $(under 1), $(under 1))")" \
	"retired-key Another safe key was made active meanwhile: 2." "what is not under the active key is refused"
is "$(verdict "CALL keys_reseal($token, $(under 3), $(under 2))")" changed "so is one read at another time"
is "$(verdict "CALL keys_reseal(0, $(under 1), $(under 2))")" changed "and one of a token that is not there"
is "$(verdict "CALL keys_reseal($token, NULL, $(under 2))")" changed "a safe that was NULL"
unlike "$(verdict "CALL keys_reseal($token, $(under 1), NULL)")" '^ok' "a new one that is NULL"
is "$(token_has 'safe_key_id(safe)')" 1 "nothing of that changes the token"
is "$(verdict "CALL keys_reseal($token, $(under 1), $(under 2))")" ok "the twin: what was read, under the active key"
is "$(token_has 'safe_key_id(safe)')" 2 "is in its place"
is "$(verdict "CALL keys_reseal($token, $(under 1), $(under 2))")" changed "and is not put there twice"
is "$(db "SELECT safe_key_id(X'01C8')")" "?" "the key's id of what is no safe is no error"

# --- two at the same time: held until both wait, in both orders

# pair STATEMENT STATEMENT: held at the policy's row; their verdicts' first words are left in $came.
pair()
{
	local i

	came=
	for i in holder race1 race2; do
		[ -n "${session_pid[$i]-}" ] || session "$i"
	done
	send holder "START TRANSACTION; SELECT value FROM policy WHERE name = 'active_safe_key' FOR UPDATE"
	receive holder >/dev/null
	for i in 1 2; do
		send "race$i" "${!i}"
		blocked "$i" || diag "statement $i does not wait"
	done
	send holder COMMIT
	receive holder >/dev/null
	for i in 1 2; do
		came="$came $(verdict_of "$(receive "race$i")" | cut -d ' ' -f 1)"
	done
}

back()
{
	db "DELETE FROM retired_key; UPDATE policy SET value = '2' WHERE name = 'active_safe_key'; CALL policy_apply();
		UPDATE token SET safe = $(under 2) WHERE id = $token"
}

back
pair "CALL keys_activate('3')" "CALL keys_retire('3')"
is "$came" " ok key-in-use" "activate, then retire the same key: it is in use"
back
pair "CALL keys_retire('3')" "CALL keys_activate('3')"
is "$came" " ok retired-key" "retire, then activate the same key: it is retired"
back
db "UPDATE token SET safe = $(under 1) WHERE id = $token"
pair "CALL keys_activate('3')" "CALL keys_reseal($token, $(under 1), $(under 2))"
is "$came $(token_has 'safe_key_id(safe)')" " ok retired-key 1" "activate another key, then re-seal under the one before: refused"
back
db "UPDATE token SET safe = $(under 1) WHERE id = $token"
pair "CALL keys_reseal($token, $(under 1), $(under 2))" "CALL keys_retire('1')"
is "$came $(token_has 'safe_key_id(safe)')" " ok ok 2" "re-seal the last one, then retire its key: done"
back
db "UPDATE token SET safe = $(under 1) WHERE id = $token"
pair "CALL keys_retire('1')" "CALL keys_reseal($token, $(under 1), $(under 2))"
is "$came $(token_has 'safe_key_id(safe)')" " key-in-use ok 2" "the other way about: it was needed then"
is "$(db "SELECT COUNT(*) FROM retired_key")" 0 "and is not noted as retired"

done_testing
