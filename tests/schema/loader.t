#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# schema/load: again and again on the same database, upgrades by their numbers, and what stops it.
. "$(dirname "$0")/schema.sh"
schema_up

cp -r "$TEST_ROOT/schema" "$work/schema"

# load [OPTIONS]: the copy's loader, on this stack; $status and $said.
load()
{
	status=0
	said=$("$work/schema/load" --socket "$SEIKYO_DB_SOCKET" --user "$SEIKYO_DB_ROOT" "$@" 2>&1) || status=$?
}

routines()
{
	db "SELECT GROUP_CONCAT(routine_name ORDER BY routine_name) FROM information_schema.routines
		WHERE routine_schema = '$1'"
}

everything()
{
	db "SET SESSION group_concat_max_len = 1000000;
		SELECT MD5(GROUP_CONCAT(host, user, priv ORDER BY user, host)) FROM mysql.global_priv;
		SELECT MD5(GROUP_CONCAT(db, user, routine_name, proc_priv ORDER BY db, user, routine_name))
		FROM mysql.procs_priv;
		SELECT GROUP_CONCAT(version, loaded_at) FROM schema_version"
	user_row
	db "CHECKSUM TABLE contract, user, decoy, hash_format, certificate, token, retired_key, ticket, console_session,
		login_event, audit_head, audit_event, mail_outbox, mail_domain, policy, policy_now"
}

# --- again

new_user kept
active_token
db "CALL operator_set_policy('otp_failure_limit', '7'); DELETE FROM mail_domain WHERE domain = 'rakumail.jp';
	DELETE FROM decoy WHERE id = 7"
before=$(everything)
all=$(routines "$SEIKYO_DB_NAME")
load
is "$status $said" "0 " "the schema is loaded again on an existing database, without a word"
is "$(everything)" "$before" "data, policies, passwords and grants stay"
is "$(routines "$SEIKYO_DB_NAME")" "$all" "the procedures are the same"
isnt "$(db "SELECT clock_now()")" "2026-11-22 03:01:00.000000" "and are put in place as they stand: the test clock is gone"
like "$(verdict_as seikyo_radius "$SEIKYO_RADIUS_DB_PASSWORD" 'CALL radius_hello()')" '^ok' "an account goes on calling its own"

# A procedure that was changed by hand, and one that went.
db "CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_hello() SELECT 'changed';
	DROP PROCEDURE radius_open_setup"
load
unlike "$(db "CALL radius_hello()")" changed "a changed procedure is replaced"
is "$(routines "$SEIKYO_DB_NAME")" "$all" "a missing one is there again"
like "$(verdict_as seikyo_radius "$SEIKYO_RADIUS_DB_PASSWORD" 'CALL radius_open_setup(NULL, NULL, NULL, NULL, NULL, NULL)')" stale \
	"and granted again"

# --- upgrades

newest=$(db "SELECT MAX(version) FROM schema_version")
is "$(db "SELECT GROUP_CONCAT(version ORDER BY version) FROM schema_version")" \
	"$(find "$work/schema/upgrades" -name '*.sql' -printf '%f\n' | sed 's/-.*//; s/^0*//' | sort -n | paste -sd ,)" \
	"every upgrade is noted by its number"
next=$(printf '%03d' $((newest + 1)))
echo "CREATE TABLE upgraded (a INT) ENGINE=InnoDB; INSERT INTO upgraded VALUES (1);" >"$work/schema/upgrades/$next-test.sql"
echo "INSERT INTO upgraded SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE();
	INSERT INTO upgraded VALUES (2);" >"$work/schema/upgrades/$(printf '%03d' $((newest + 2)))-test.sql"
load
is "$status $(db "SELECT GROUP_CONCAT(a) FROM upgraded")" "0 1,0,2" "upgrades that are new are done, in their order, without any procedure"
is "$(routines "$SEIKYO_DB_NAME")" "$all" "which are there again"
like "$(verdict_as seikyo_radius "$SEIKYO_RADIUS_DB_PASSWORD" 'CALL radius_hello()')" '^ok' "and granted as before"
load
is "$status $(db "SELECT GROUP_CONCAT(a) FROM upgraded")" "0 1,0,2" "once"
echo "INSERT INTO upgraded VALUES (3); no SQL;" >"$work/schema/upgrades/$(printf '%03d' $((newest + 3)))-test.sql"
load
isnt "$status" 0 "an upgrade with a broken line stops with an error"
like "$said" 'ERROR 1064' "and says which"
is "$(db "SELECT MAX(version) FROM schema_version")" $((newest + 2)) "it is not noted as done"
unlike "$(verdict_as seikyo_radius "$SEIKYO_RADIUS_DB_PASSWORD" 'CALL radius_hello()')" '^ok' "and there is no service until it is"
rm "$work"/schema/upgrades/*-test.sql
db "DROP TABLE upgraded; DELETE FROM schema_version"
before=$(user_row)
load
is "$status $said" "0 " "each upgrade that was interrupted is done again"
is "$(user_row)" "$before" "and loses nothing"
is "$(routines "$SEIKYO_DB_NAME")" "$all" "the procedures are back"

# --- what stops it

cp "$work/schema/procedures/app.sql" "$work/app.sql"
echo 'CREATE OR REPLACE PROCEDURE broken() BEGIN' >>"$work/schema/procedures/app.sql"
load
isnt "$status" 0 "a broken line in a procedure stops with an error"
like "$said" 'ERROR' "and says so"
cp "$work/app.sql" "$work/schema/procedures/"
cp "$work/schema/refusals.tsv" "$work/refusals.tsv"
for line in $'31001\tagain\tあ\tA' $'31999\twrong\tあ\tA' $'32000\tnumber\tあ\tA' $'31999\tthree\tあ' $'31999\tUpper\tあ\tA'; do
	printf '%s\n' "$line" >>"$work/schema/refusals.tsv"
	load
	isnt "$status" 0 "a broken line in refusals.tsv stops with an error: $line"
	cp "$work/refusals.tsv" "$work/schema/"
done
echo 'GRANT EXECUTE ON PROCEDURE not_there TO seikyo_radius;' >>"$work/schema/grants.sql"
load
isnt "$status" 0 "a broken grant stops with an error"
cp "$TEST_ROOT/schema/grants.sql" "$work/schema/"
load
is "$status" 0 "the twin: mended, it goes through"

for words in '--what is' '--socket' 'this' '--database a.b' '--database a;b' '--help'; do
	read -ra word <<<"$words"
	load "${word[@]}"
	is "$status" 2 "wrong use ends with 2: $words"
	like "$said" 'schema/load \[' "and shows the usage ($words)"
done
status=0
"$work/schema/load" --socket "$work/none" --user "$SEIKYO_DB_ROOT" >/dev/null 2>&1 || status=$?
unlike "$status" '^(0|2)$' "no server: an error that is no wrong use"

# --- another database

load --database another_one
is "$status $(routines another_one)" "0 $all" "another name makes another database"
is "$(db "SELECT COUNT(*) FROM another_one.user")" 0 "empty of people"
is "$(db "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM another_one.policy WHERE value = default_value) =
	(SELECT COUNT(*) FROM another_one.policy), (SELECT COUNT(*) FROM another_one.policy_now),
	(SELECT COUNT(*) FROM another_one.decoy))")" "1 1 256" "with all policies at their defaults"
is "$(user_has login_id)" kept "and leaves the first as it is"
is "$(db "SELECT GROUP_CONCAT(DISTINCT engine) FROM information_schema.tables WHERE table_schema = 'another_one'")" InnoDB \
	"all tables are transactional"

done_testing
