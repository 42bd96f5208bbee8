#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# audit list, verify and export: whatever is done to the trail, the first broken row of each chain is named.
. "$(dirname "$0")/command.sh"
stack_up
cheap_hashes
stack_do clock '2026-11-22 12:00:00' >/dev/null
for contract in C-1 C-2 C-3; do
	make_contract "$contract"
	for i in 1 2 3 4; do
		run user add "$contract" "user $contract-$i" --role general --name '利用者' --mail a@example.com <<<password
	done
	run user close "user $contract-2" --paper '書面 | 1'
done

# --- list

run audit list --json
is "$status" 0 "the trail is listed"
is "$(json 'join " ", sort grep { !$seen{$_}++ } map { $_->{contract_number} } @$j')" "- C-1 C-2 C-3" \
	"of all contracts, and of the service itself"
run audit list C-1 --json
is "$(json 'join " ", map { "$_->{number}:$_->{act}" } @$j')" \
	"1:contract-add 2:contract-start 3:user-add 4:user-add 5:user-add 6:user-add 7:user-close" "of one contract"
is "$(json '"$j->[6]{on_login_id} $j->[6]{actor} $j->[6]{paper} $j->[6]{at}"')" \
	"user C-1-2 branch1@localhost 書面 | 1 2026-11-22T03:00:00Z" "with who, on whom, why and when"
run audit list C-1 --after 5 --json
is "$(json 'join " ", map { $_->{number} } @$j')" "6 7" "behind a row"
run audit list C-1 --after 7
is "$(printf '%s\n' "$out" | wc -l)" 1 "behind the last one there is nothing"
for after in x -1 1x 4294967296 ''; do
	run audit list --after "$after"
	wrong "is no number of a row" "--after '$after'"
done
run audit list -
like "$out" "policy .*operator1@localhost .*hash_cost: 5 -> 1000" "the service's own chain is '-'"
run audit list C-1
like "$out" "2026-11-22 12:00:00" "times are Japan's"

# --- a whole trail

run audit verify
is "$status" 0 "a whole trail: exit code 0"
like "$out" "^Every chain is whole: 4 chains" "and it says so"
run audit verify --json
is "$(json 'scalar @$j')" 0 "--json: an empty list"
run audit export "$work/export"
is "$status" 0 "an export"
is "$(stat -c %a "$work/export")" 600 "is its owner's alone"
is "$(find "$work" -name 'export*' | wc -l)" 1 "and leaves no other file"
is "$(perl -MJSON::PP -ne '$c{decode_json($_)->{kind}}++; END { print "$c{row} $c{head}" }' "$work/export")" \
	"$(sql 'SELECT COUNT(*), (SELECT COUNT(*) FROM audit_head) FROM audit_event' | tr '\t' ' ')" \
	"a line for each row and each head"
is "$(perl -MJSON::PP -MDigest::SHA=sha256_hex -MTime::Local -ne '
	my $r = decode_json $_;
	sub hex_of { my $b = shift; return "-" unless defined $b; utf8::encode $b; uc unpack "H*", $b }
	if ($r->{kind} eq "head") { print "head " if $last{$r->{contract_id}} ne $r->{hash}; next }
	my ($y, $m, $d, $H, $M, $S, $us) = $r->{at} =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d{6})Z$/ or die;
	my $at = timegm($S, $M, $H, $d, $m - 1, $y) . $us;
	my $text = join "|", uc($last{$r->{contract_id}} // "0" x 64), $r->{contract_id}, $r->{number}, $at,
		hex_of($r->{act}), hex_of($r->{actor}), $r->{by_user} // "-", $r->{on_user} // "-",
		hex_of($r->{origin}), hex_of($r->{paper}), hex_of($r->{detail});
	print "$r->{contract}:$r->{number} " if sha256_hex($text) ne $r->{hash};
	$last{$r->{contract_id}} = $r->{hash}' "$work/export")" "" "whoever has the export can make every hash anew"
run audit export -
is "$out" "$(cat "$work/export")" "to standard output: the same lines and nothing else"
before=$(cat "$work/export")
run audit export "$work/export"
wrong "is there already" "an export never takes another file's place"
is "$(cat "$work/export")" "$before" "which stays as it was"
run audit export "$work/no/such/folder"
wrong "No such file" "an export into a folder that is not there"
if [ -e /dev/full ]; then
	"$SEIKYO_COMMAND" audit export - >/dev/full 2>"$work/err"
	is "$?" 2 "an export that cannot be written: exit code 2"
	like "$(cat "$work/err")" "No space left" "and it says so"
fi
run audit verify --heads "$work/export"
is "$status" 0 "the trail holds against its export"

run user change "user C-1-1" --name neu
run audit verify --heads "$work/export"
is "$status" 0 "also after more was done"

# --- files that are no export

run audit verify --heads "$work/nothing"
wrong "cannot be read" "heads that are not there"
echo '{"kind":"row"}' >"$work/heads"
run audit verify --heads "$work/heads"
wrong "holds no heads" "an export cut short"
echo 'nonsense' >>"$work/heads"
run audit verify --heads "$work/heads"
wrong "line 2: that is no line of an export" "a file of another kind"
echo '{"kind":"head","contract_id":1,"contract":"C-1","number":1,"hash":"00"}' >"$work/heads"
run audit verify --heads "$work/heads"
wrong "line 1" "a head with half a hash"

# --- what can be done to it; each is put back

sql "CREATE TABLE audit_kept AS SELECT * FROM audit_event; CREATE TABLE head_kept AS SELECT * FROM audit_head"
contract=$(sql "SELECT id FROM contract WHERE number = 'C-2'")

put_back()
{
	sql "DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM audit_kept;
		DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM head_kept"
}

# found NAME ROW KIND SEEN-BY STATEMENT [OPTIONS]: the statement breaks C-2's chain, and that is what is said of it.
found()
{
	sql "$5"
	run audit verify --json "${@:6}"
	is "$status" 1 "$1: exit code 1"
	is "$(json 'join ", ", map { "$_->{contract_number} $_->{number} $_->{kind} $_->{seen_by}" } @$j')" \
		"C-2 $2 $3 $4" "$1: the first broken row is named"
	put_back
}

row="WHERE contract_id = $contract AND number = 4"
found "another detail" 4 changed both "UPDATE audit_event SET detail = 'master' $row"
found "another time" 4 changed both "UPDATE audit_event SET at = at + INTERVAL 1 MICROSECOND $row"
found "another user" 4 changed both "UPDATE audit_event SET on_user = on_user + 1 $row"
found "no user" 4 changed both "UPDATE audit_event SET on_user = NULL $row"
found "another account" 4 changed both "UPDATE audit_event SET actor = 'branch2@localhost' $row"
found "another act" 4 changed both "UPDATE audit_event SET act = 'user-change' $row"
found "another place" 4 changed both "UPDATE audit_event SET origin = 'console' $row"
found "a paper number" 4 changed both "UPDATE audit_event SET paper = '' $row"
found "another hash" 4 changed both "UPDATE audit_event SET hash = REVERSE(hash) $row"
found "a row removed" 5 missing both "DELETE FROM audit_event $row"
found "the first row removed" 2 missing both "DELETE FROM audit_event WHERE contract_id = $contract AND number = 1"
found "two rows exchanged" 4 changed both "UPDATE audit_event SET number = 99 $row;
	UPDATE audit_event SET number = 4 WHERE contract_id = $contract AND number = 5;
	UPDATE audit_event SET number = 5 WHERE contract_id = $contract AND number = 99"
found "a row inserted" 5 changed both "UPDATE audit_event SET number = number + 1
	WHERE contract_id = $contract AND number > 4 ORDER BY number DESC;
	INSERT INTO audit_event SELECT contract_id, 5, at, act, actor, by_user, on_user, origin, paper, detail, hash
	FROM audit_event $row; UPDATE audit_head SET number = number + 1 WHERE contract_id = $contract"
found "the last row removed" 7 cut both "DELETE FROM audit_event WHERE contract_id = $contract AND number = 7"
found "the head set back" 7 beyond both "UPDATE audit_head h JOIN audit_event a USING (contract_id)
	SET h.number = 6, h.hash = a.hash WHERE h.contract_id = $contract AND a.number = 6"
found "the head's hash changed" 7 head both "UPDATE audit_head SET hash = REVERSE(hash) WHERE contract_id = $contract"
found "the head removed" 7 headless both "DELETE FROM audit_head WHERE contract_id = $contract"
found "all rows removed" 1 cut both "DELETE FROM audit_event WHERE contract_id = $contract"

# The last row with its head: the database cannot know, the export does. A whole chain: both do.
cut="DELETE FROM audit_event WHERE contract_id = $contract AND number = 7;
	UPDATE audit_head h JOIN audit_event a USING (contract_id)
	SET h.number = 6, h.hash = a.hash WHERE h.contract_id = $contract AND a.number = 6"
sql "$cut"
run audit verify
is "$status" 0 "the last row removed with its head set back cannot be seen from inside"
put_back
found "against the export it is" 7 shorter command "$cut" --heads "$work/export"
found "a chain removed with its head" 1 shorter both "DELETE FROM audit_event WHERE contract_id = $contract;
	DELETE FROM audit_head WHERE contract_id = $contract" --heads "$work/export"

# rewrite: makes a chain whole again after what was done to it, as one could who rules over the database.
rewrite()
{
	local i

	for i in {1..7}; do
		printf '%s\n' "UPDATE audit_event a LEFT JOIN audit_event p ON p.contract_id = a.contract_id AND p.number = $i - 1
			SET a.hash = UNHEX(audit_hash(IFNULL(p.hash, UNHEX(REPEAT('00', 32))), a.contract_id, a.number, a.at,
				a.act, a.actor, a.by_user, a.on_user, a.origin, a.paper, a.detail))
			WHERE a.contract_id = $contract AND a.number = $i;"
	done
	printf '%s\n' "UPDATE audit_head h JOIN audit_event a USING (contract_id, number) SET h.hash = a.hash
		WHERE h.contract_id = $contract"
}

rewritten="UPDATE audit_event SET detail = 'master' $row; $(rewrite)"
sql "$rewritten"
run audit verify
is "$status" 0 "a chain made anew cannot be seen from inside"
put_back
found "against the export it is" 7 differs command "$rewritten" --heads "$work/export"

sql "UPDATE audit_event SET detail = 'x' WHERE number = 3"
run audit verify --json
is "$(json 'join " ", map { "$_->{contract_number}:$_->{number}" } @$j')" "-:3 C-1:3 C-2:3 C-3:3" \
	"of several broken chains each is named"
run audit verify
like "$out" "C-2 +3  it was changed +both" "also in the table"
like "$err" "The audit trail is broken" "and in words"
run audit export "$work/broken"
is "$status" 1 "a broken trail is exported with exit code 1"
ok "and it is there, as evidence" grep -q '"detail":"x"' "$work/broken"
put_back
run audit verify
is "$status" 0 "put back, the trail is whole"

# --- a database that lies

# Root replaces a routine's body, as one could who rules over the database; `put_routines` loads ours again.
lie()
{
	sql "CREATE OR REPLACE DEFINER = seikyo_definer@localhost $1"
}

put_routines()
{
	"$TEST_ROOT/schema/load" --socket "$SEIKYO_DB_SOCKET" --user "$SEIKYO_DB_ROOT" --database "$SEIKYO_DB_NAME" \
		>/dev/null || bail "the schema is not loaded"
}

lie "PROCEDURE operator_verify_audit(IN p VARCHAR(300)) READS SQL DATA
	SELECT 0 AS contract_id, '' AS contract_number, 0 AS number, '' AS problem FROM audit_head WHERE FALSE"
found "a check that always finds all well" 4 changed command "UPDATE audit_event SET detail = 'master' $row"
sql "UPDATE audit_event SET detail = 'master' $row"
run audit verify
like "$err" "its procedures may have been changed" "is itself found out"
put_back
put_routines
sql "UPDATE audit_event SET detail = 'master' $row"
lie "FUNCTION audit_hash(p_previous BINARY(32), p_contract INT UNSIGNED, p_number INT UNSIGNED, p_at DATETIME(6),
	p_act VARCHAR(30), p_actor VARCHAR(300), p_by_user BIGINT UNSIGNED, p_on_user BIGINT UNSIGNED,
	p_origin VARCHAR(64), p_paper VARCHAR(50), p_detail VARCHAR(500)) RETURNS CHAR(64) CHARACTER SET ascii
	READS SQL DATA
	RETURN (SELECT HEX(hash) FROM audit_event WHERE contract_id = p_contract AND number = p_number)"
run audit verify --json
is "$(json 'join " ", map { "$_->{contract_number}:$_->{number}:$_->{seen_by}" } @$j')" "C-2:4:command" \
	"a hash function that says yes to everything is found out"
put_back
put_routines
run audit verify
is "$status" 0 "with our routines again, the trail is whole"

# --- while work goes on

work_on()
{
	local i

	for i in {1..40}; do
		"$SEIKYO_COMMAND" user change "user C-1-1" --name "name $i" >/dev/null || return
		"$SEIKYO_COMMAND" mail-domain add "d$i.example.com" >/dev/null || return
	done
}

work_on &
working=$!
verified=0 broken=0
while kill -0 $working 2>/dev/null; do
	run audit verify
	verified=$((verified + 1))
	[ "$status" = 0 ] || broken=$((broken + 1))
done
ok "work went on" wait $working
is "$broken" 0 "no check ($verified were made) takes a growing trail for a broken one"
rm -f "$work/export2"
run audit export "$work/export2"
run audit verify --heads "$work/export2"
is "$status" 0 "nor its export"

stack_do stop db >/dev/null
run audit verify
is "$status" 3 "without a database: exit code 3"
run audit export "$work/export3"
is "$status" 3 "an export without a database too"
is "$(find "$work" -name 'export3*' | wc -l)" 0 "which leaves no file"

done_testing
