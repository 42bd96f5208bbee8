#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Rolling the safe keys: loaded by every server, made active, re-sealed by compare and set, retired. Each step refuses
# until the one before it is done.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

# Not the stack's own server.
db "DELETE FROM radius_server_key; DELETE FROM radius_server; UPDATE policy SET value = '' WHERE name = 'active_safe_key';
	CALL policy_apply()"
# loads SERVER KEYS
loads()
{
	as radius "CALL radius_report_keys('$1', '$2', 'env')"
}
key()
{
	as keys "CALL keys_$1('$2')"
}
active()
{
	db "SELECT active_safe_key FROM policy_now"
}
# sealed KEY FILL: a safe under this key.
sealed()
{
	printf "X'01%02x%s%s'" "${#1}" "$(printf '%s' "$1" | od -An -tx1 | tr -d ' \n')" "$(printf "$2%.0s" {1..60})"
}

# --- activation

like "$(key activate k1)" '^key-not-loaded' "before any server has connected no key is made active"
is "$(loads radius1 k1) $(active)" "ok k1" "a first server's only key is the active one"
is "$(db "SELECT COUNT(*) FROM audit_event WHERE act = 'key-activate' AND detail = 'k1'")" 1 "with an event"
like "$(key retire k1)" '^key-in-use .*active' "the active key is not retired, though no token needs it"
is "$(active) $(db "SELECT COUNT(*) FROM retired_key")" "k1 0" "and is the active one still"
is "$(loads radius2 k1) $(loads radius1 'k1 k2') $(active)" "ok ok k1" \
	"a second key does not become it by being loaded"
is "$(key activate k2) $(active)" "key-not-loaded Safe key k2 is not loaded on: radius2. k1" \
	"one that a server has not loaded is refused, the server named"
is "$(key activate k3) $(active)" "key-not-loaded Safe key k3 is not loaded on: radius1, radius2. k1" \
	"one that nobody has: both are named"
for bad in '' 'a b' '12345678901234567' '鍵' 'k1\n'; do
	is "$(key activate "$bad")" key-id "no key id: '$bad'"
	is "$(key retire "$bad")" key-id "nor to retire"
done
new_user before
active_token
is "$(db "SELECT safe_key_id(safe) FROM token WHERE id = $token")" 1 "(a secret under key 1)"
old=$(sealed k1 33)
db "UPDATE token SET safe = $old WHERE id = $token"
is "$(as keys "CALL keys_list_safes(0)" | cut -c 1-2)" ok "nothing is to be sealed anew while its key is active"
is "$(as keys "CALL keys_list_safes(0)" | grep -c .)" 1 "no row"
loads radius2 'k1 k2' >/dev/null
events=$(db "SELECT MAX(number) FROM audit_event WHERE contract_id = 0")
is "$(key activate k2) $(active)" "ok k2" "loaded everywhere, it is made active"
is "$(db "SELECT GROUP_CONCAT(CONCAT_WS(' ', act, actor, detail)) FROM audit_event WHERE contract_id = 0 AND number > $events")" \
	"key-activate $(db "SELECT actor FROM audit_event WHERE contract_id = 0 AND number > $events") k2" "with one event"
like "$(db "SELECT actor FROM audit_event WHERE contract_id = 0 AND number > $events")" '^seikyo_keys@' \
	"by the keys' account"
like "$(as operator "CALL operator_set_policy('active_safe_key', 'k9')")" '^(key-not-loaded|policy)' \
	"nor as a policy, one that is not loaded"
is "$(active)" k2 "which has changed nothing"

# --- re-sealing

new=$(sealed k2 44)
is "$(as keys "CALL keys_list_safes(0)" | cut -f 1,2 | tr '\t' ' ')" "ok $token $user" \
	"what is sealed under another key is listed"
is "$(as keys "CALL keys_list_safes($token)")" ok "the twin: after it, nothing"
for wrong in "$(sealed k1 44)" "$(sealed k3 44)" NULL "''" "X'00'"; do
	like "$(as keys "CALL keys_reseal($token, $old, $wrong)")" '^retired-key' \
		"a safe under another than the active key: ${wrong:0:12}"
done
for wrong in "$(sealed k1 34)" NULL "''" "CONCAT($old, X'00')" "$new"; do
	is "$(as keys "CALL keys_reseal($token, $wrong, $new)")" changed \
		"another safe than the one that is there: ${wrong:0:12}"
done
is "$(as keys "CALL keys_reseal(NULL, $old, $new)") $(as keys "CALL keys_reseal(999999, $old, $new)")" "changed changed" \
	"a token that is not there"
is "$(db "SELECT safe = $old FROM token WHERE id = $token")" 1 "none of these has changed it"
row=$(user_row)
events=$(db "SELECT SUM(number) FROM audit_head")
is "$(as keys "CALL keys_reseal($token, $old, $new)") $(db "SELECT safe = $new FROM token WHERE id = $token")" "ok 1" \
	"the safe that was read is replaced"
is "$(as keys "CALL keys_reseal($token, $old, $new)")" changed "once"
is "$(user_row) $(db "SELECT SUM(number) FROM audit_head")" "$row $events" "the user's row is not touched"
is "$(as keys "CALL keys_list_safes(0)")" ok "and nothing is left to do"

# --- retirement

listed()
{
	as keys "CALL keys_list()" | sed 's/^ok //' | awk -F '\t' '{ print $1, $2, $3, $4, $5, $6 != "NULL" }' | paste -sd ,
}
like "$(key retire k2)" '^key-in-use .*active' "the active key is not retired"
new_user needs
active_token
db "UPDATE token SET safe = $old WHERE id = $token"
like "$(key retire k1)" '^key-in-use .*1 token' "nor one that a token needs"
is "$(key activate k1)" ok "one may go back to it"
key activate k2 >/dev/null
db "CALL branch_revoke('needs', 'lost', 'P-1')" >/dev/null
like "$(key retire k7)" '^not-found' "nor one that never was"
is "$(listed)" "k1 0 0 2 2 0,k2 1 1 2 2 0" "the list: active, tokens, servers, retired"
is "$(key retire k1) $(listed)" "ok k1 0 0 2 2 1,k2 1 1 2 2 0" "one that nothing needs is retired"
like "$(key retire k1)" '^retired-key' "once"
like "$(key activate k1)" '^retired-key' "and is never made active again"
new_user late
installed_token
new_attempt
is "$(settle_code "$(step)" "safe=$old")" retired-key "nor is a first secret taken under it"
is "$(token_has state)" installed "the token waits for another"
new_attempt
is "$(settle_code "$(step)" "safe=$new")" ok "the twin: under the active one"
loads radius3 k1 >/dev/null
is "$(active)" k2 "a server that has only the retired key changes nothing"
like "$(key activate k2)" '^key-not-loaded .*radius3' "but holds others back"
is "$(as keys "CALL keys_forget_server('radius3')") $(as keys "CALL keys_forget_server('radius3')")" "ok not-found" \
	"until it is forgotten, once"
is "$(key activate k2)" ok "the twin: then no more"
loads radius1 k2 >/dev/null
is "$(as keys "CALL keys_list_servers()" | sed 's/^ok //' | cut -f 1,3,4 | tr '\t' ' ' | paste -sd ,)" "radius1 k2 env,radius2 k1 k2 env" \
	"a server's list is what it has loaded last"
is "$(as keys "CALL keys_count_envelopes()" | cut -f 1)" "ok 0" "no envelope waits"
new_user waits
installed_token
is "$(as keys "CALL keys_count_envelopes()" | tr '\t' ' ')" "ok 1 $(db "SELECT clock_now()")" \
	"the twin: one of a token that waits for its first code"
is "$(db "CALL operator_verify_audit(NULL)")" "" "the audit chains are whole"

done_testing
