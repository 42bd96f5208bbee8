#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The audit chain: recomputed here from the rows alone, by Perl's SHA-256, as the header of audit_append says.
. "$(dirname "$0")/schema.sh"
schema_up

# verify: what is wrong with the chains, a line each; nothing if they hold.
verify()
{
	{
		db "SELECT 'row', contract_id, number, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', at), HEX(act), HEX(actor),
			IFNULL(by_user, '-'), IFNULL(on_user, '-'), HEX(origin), IFNULL(HEX(paper), '-'), HEX(detail),
			HEX(hash) FROM audit_event ORDER BY contract_id, number"
		db "SELECT 'head', contract_id, number, HEX(hash) FROM audit_head"
	} | perl -MDigest::SHA=sha256_hex -F'\t' -lane '
		my $kind = shift @F;
		if ($kind eq "row") {
			my $hash = pop @F;
			my ($contract, $number) = @F;
			my $previous = $last{$contract} // "0" x 64;
			print "contract $contract: $number after ", $count{$contract} // 0
				if $number != ($count{$contract} // 0) + 1;
			print "contract $contract: hash of $number"
				if $hash ne uc sha256_hex(join "|", $previous, @F);
			($last{$contract}, $count{$contract}) = ($hash, $number);
		} else {
			my ($contract, $number, $hash) = @F;
			print "contract $contract: head" if $number != ($count{$contract} // 0)
				or $hash ne ($last{$contract} // "0" x 64);
		}'
}

is "$(verify)" "" "an empty chain holds"
db "CALL branch_add_contract('C-2', '別の契約', 'second@example.com'); CALL branch_start_contract('C-2', '2026-04-01')"
new_user "利用者 一"
active_token
db "CALL branch_set_password('利用者 一', '$hash_2'); CALL branch_revoke('利用者 一', '紛失 | 盗難', '書面-1')" >/dev/null
new_user second master
active_token
for _ in {1..5}; do
	new_attempt
	settle_code NULL >/dev/null
done
db "CALL branch_add_user('C-2', 'third', 'master', '三', 'third@example.com', '$hash_1')"
is "$(db "SELECT COUNT(DISTINCT contract_id) FROM audit_event")" 3 "each contract has a chain, and the service its own"
is "$(db "SELECT COUNT(*) FROM audit_event WHERE contract_id = 0 AND act NOT IN ('policy', 'key-activate')")" 0 "which holds the policies and the keys"
is "$(verify)" "" "every hash is that of its row and the row before"
is "$(db "SELECT GROUP_CONCAT(DISTINCT act ORDER BY act SEPARATOR ' ') FROM audit_event")" \
	"contract-add contract-start first-code install issue key-activate lock password policy revoke user-add" \
	"every act is there"
is "$(db "SELECT SUM(LENGTH(detail) > 0 AND detail LIKE CONCAT('%', RIGHT('$hash_2', 40), '%')) FROM audit_event")" 0 \
	"no hash of a password stands in it"

# Each change is tried and taken back.
contract=$(db "SELECT contract_id FROM audit_event WHERE act = 'revoke'")
at=$(db "SELECT number FROM audit_event WHERE act = 'revoke'")
last=$(db "SELECT number FROM audit_head WHERE contract_id = $contract")
db "CREATE TABLE audit_kept AS SELECT * FROM audit_event; CREATE TABLE head_kept AS SELECT * FROM audit_head"
found()
{
	local number=$at

	[[ $2 != *"number = $last"* ]] || number=$last
	db "$2"
	like "$(verify)" "^contract $contract: ${3-hash of $number}" "$1 is found"
	db "DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM audit_kept;
		DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM head_kept"
}
row="WHERE contract_id = $contract AND number = $at"
found "another time" "UPDATE audit_event SET at = at + INTERVAL 1 MICROSECOND $row"
found "another act" "UPDATE audit_event SET act = 'unlock' $row"
found "another actor" "UPDATE audit_event SET actor = 'nobody@localhost' $row"
found "another doer" "UPDATE audit_event SET by_user = 1 $row"
found "another user" "UPDATE audit_event SET on_user = on_user + 1 $row"
found "no user" "UPDATE audit_event SET on_user = NULL $row"
found "another place" "UPDATE audit_event SET origin = 'console' $row"
found "another paper" "UPDATE audit_event SET paper = '書面-2' $row"
found "no paper" "UPDATE audit_event SET paper = NULL $row"
found "another detail" "UPDATE audit_event SET detail = CONCAT(detail, ' ') $row"
found "another hash" "UPDATE audit_event SET hash = REVERSE(hash) $row"
found "the last row changed" "UPDATE audit_event SET detail = 'x' WHERE contract_id = $contract AND number = $last"
found "a missing row" "DELETE FROM audit_event $row" "$((at + 1)) after $((at - 1))"
found "the last row missing" "DELETE FROM audit_event WHERE contract_id = $contract AND number = $last" head
found "a row put elsewhere" "UPDATE audit_event SET number = 1000 $row" "$((at + 1)) after $((at - 1))"
found "two rows exchanged" "UPDATE audit_event SET number = 1000 $row;
	UPDATE audit_event SET number = $at WHERE contract_id = $contract AND number = $((at + 1));
	UPDATE audit_event SET number = $((at + 1)) WHERE contract_id = $contract AND number = 1000" "hash of $at"
is "$(verify)" "" "the twin: put back, the chains hold"
is "$(verdict "INSERT INTO audit_event SELECT * FROM audit_event $row")" "error 1062" "a number is there once"
new_user later
is "$(verify)" "" "and go on"

done_testing
