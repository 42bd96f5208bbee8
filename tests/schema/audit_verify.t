#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# operator_verify_audit names the first broken row of a chain; the heads, exported, tell of what was cut off.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

db "CALL branch_add_contract('C-2', '別の契約', 'second@example.com'); CALL branch_start_contract('C-2', '2026-04-01')"
new_user chained
active_token
db "CALL branch_revoke('chained', '紛失', '書面-1')" >/dev/null
for i in 1 2 3; do
	new_user "more$i"
done
db "CALL branch_add_user('C-2', 'second', 'master', '二', 'second@example.com', '$hash_1')"
contract=$(db "SELECT id FROM contract WHERE number = 'C-1'")
last=$(db "SELECT number FROM audit_head WHERE contract_id = $contract")

verify()
{
	as operator "CALL operator_verify_audit(${1-NULL})" | sed 's/^ok *//' | tr '\t' ' '
}

is "$(verify)" "" "whole chains: no row"
is "$(verify "'C-1'")" "" "one of them: no row"
heads=$(as operator "CALL operator_list_audit_heads()")
db "CREATE TABLE audit_kept AS SELECT * FROM audit_event; CREATE TABLE head_kept AS SELECT * FROM audit_head"

whole()
{
	db "DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM audit_kept;
		DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM head_kept"
}

# broken NAME STATEMENT WHERE-AND-WHAT: the break is named, in the list of all and of this contract, not in another's.
broken()
{
	db "$2"
	like "$(verify)" "^$contract C-1 $3" "$1: named"
	like "$(verify "'C-1'")" "^$contract C-1 $3" "$1: in this contract's list"
	is "$(verify "'C-2'")" "" "$1: the twin: not in another's"
	whole
}

at() { printf 'WHERE contract_id = %d AND number = %d' "$contract" "$1"; }
insert="INSERT INTO audit_event SELECT contract_id, %s, at, act, actor, by_user, on_user, origin, paper, detail, hash
	FROM audit_kept"

broken "a row changed" "UPDATE audit_event SET paper = '書面-2' $(at 7)" "7 it was changed"
broken "the first row changed" "UPDATE audit_event SET actor = 'x' $(at 1)" "1 it was changed"
broken "the last row changed" "UPDATE audit_event SET actor = 'x' $(at "$last")" "$last it was changed"
broken "two rows changed: the first is named" \
	"UPDATE audit_event SET actor = 'x' WHERE contract_id = $contract AND number IN (3, 5)" "3 it was changed"
broken "a row changed with its own hash made anew: the next one tells" "
	UPDATE audit_event SET actor = 'x' $(at 4);
	UPDATE audit_event a SET hash = UNHEX(audit_hash((SELECT hash FROM audit_kept $(at 3)), contract_id, number, at, act,
		actor, by_user, on_user, origin, paper, detail)) $(at 4)" "5 it was changed"
broken "a row removed" "DELETE FROM audit_event $(at 4)" "5 a row before it is missing"
broken "the first row removed" "DELETE FROM audit_event $(at 1)" "2 a row before it is missing"
broken "the last row removed" "DELETE FROM audit_event $(at "$last")" \
	"$last the newest row is not the one of the head"
# shellcheck disable=SC2059 # a statement
broken "a row put behind the last" "$(printf "$insert" $((last + 1))) $(at "$last")" "$((last + 1)) it was changed"
# shellcheck disable=SC2059
broken "a row put in between, the others moved on" "UPDATE audit_event SET number = number + 1
	WHERE contract_id = $contract AND number > 4 ORDER BY number DESC; $(printf "$insert" 5) $(at 4)" "5 it was changed"
broken "two rows exchanged" "UPDATE audit_event SET number = 1000 $(at 4); UPDATE audit_event SET number = 4 $(at 5);
	UPDATE audit_event SET number = 5 $(at 1000)" "4 it was changed"
broken "the head's hash changed" "UPDATE audit_head SET hash = REVERSE(hash) WHERE contract_id = $contract" \
	"$last the newest row is not the one of the head"
broken "the head set back" "UPDATE audit_head SET number = 3, hash = (SELECT hash FROM audit_kept $(at 3))
	WHERE contract_id = $contract" "3 the newest row is not the one of the head"
broken "the head set to the beginning" "UPDATE audit_head SET number = 0, hash = UNHEX(REPEAT('00', 32))
	WHERE contract_id = $contract" "0 the newest row is not the one of the head"
broken "the head removed" "DELETE FROM audit_head WHERE contract_id = $contract" "0 the chain has no head"
broken "all rows removed, the head left" "DELETE FROM audit_event WHERE contract_id = $contract" \
	"$last the newest row is not the one of the head"
broken "the whole chain removed with its head" "DELETE FROM audit_event WHERE contract_id = $contract;
	DELETE FROM audit_head WHERE contract_id = $contract" "0 the chain has no head"
broken "all rows removed, the head at the beginning" "DELETE FROM audit_event WHERE contract_id = $contract;
	UPDATE audit_head SET number = 0, hash = UNHEX(REPEAT('00', 32)) WHERE contract_id = $contract" "0 "
db "DELETE FROM audit_event WHERE contract_id = 0; DELETE FROM audit_head WHERE contract_id = 0"
like "$(verify)" "^0 - 0 the chain has no head" "the service's own chain removed with its head: named"
whole
db "UPDATE audit_event SET detail = 'x' WHERE contract_id = 0 AND number = 1"
like "$(verify "'-'")" "^0 - 1 it was changed" "the service's own chain: a row changed"
is "$(verify "'C-1'")" "" "the twin: not in a contract's list"
whole

# Both chains broken: a row for each.
db "UPDATE audit_event SET detail = 'x' WHERE number = 1 AND contract_id > 0"
is "$(verify | grep -c "1 it was changed")" 2 "two broken chains: a row for each"
whole

# Cut off together with its head, a chain is whole in itself; the exported heads tell.
db "DELETE FROM audit_event $(at "$last");
	UPDATE audit_head SET number = $last - 1, hash = (SELECT hash FROM audit_kept $(at $((last - 1)))) WHERE contract_id = $contract"
isnt "$(as operator "CALL operator_list_audit_heads()")" "$heads" \
	"the last row removed with the head set back: the heads differ"
like "$heads" "$contract	C-1	$last	[0-9a-f]{64}" "an exported head: contract, number, hash"
is "$(as operator "CALL operator_list_audit('C-1', $last - 1, 10)")" ok "and the exported head's row is not there"
whole
is "$(as operator "CALL operator_list_audit_heads()")" "$heads" "the twin: put back, the heads are the same"
is "$(verify)" "" "and the chains whole"
is "$(as operator "CALL operator_verify_audit('C-9')")" not-found "a contract that is not there has no whole chain"
is "$(as operator "CALL operator_list_audit('C-9', 0, 10)")" not-found "nor a list"

# With a head gone nothing more can be done unseen.
before=$(db "SELECT COUNT(*) FROM user")
db "DELETE FROM audit_head WHERE contract_id = $contract"
like "$(as branch "CALL branch_add_user('C-1', 'unseen', 'general', 'n', 'n@example.com', '$hash_1')")" '^error' \
	"without a head an act fails"
is "$(db "SELECT COUNT(*) FROM user")" "$before" "and does nothing"
whole
is "$(as branch "CALL branch_add_user('C-1', 'unseen', 'general', 'n', 'n@example.com', '$hash_1')")" ok \
	"the twin: with it, it is done"

# The export in pieces: every row once, in order.
all=$(as operator "CALL operator_list_audit('C-1', 0, 1000)" | sed 's/^ok //')
pieces=$(
	after=0
	while piece=$(as operator "CALL operator_list_audit('C-1', $after, 3)" | sed 's/^ok //') && [ -n "$piece" ] && [ "$piece" != ok ]; do
		printf '%s\n' "$piece"
		after=$(tail -n 1 <<<"$piece" | cut -f 3)
	done
)
is "$pieces" "$all" "listed in pieces, every row is there once and in order"

done_testing
