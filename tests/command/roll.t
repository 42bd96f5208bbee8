#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# key list, activate, reseal, retire, forget-server: what each says and refuses. The roll under logins is
# tests/radius/roll.t.
. "$(dirname "$0")/command.sh"
# shellcheck source=tests/tools/hold.sh
. "$TEST_ROOT/tests/tools/hold.sh"
stack_up
stack_do clock '2026-11-22 12:00:00' >/dev/null
keys=$SEIKYO_KEY_DIR

# new_key ID: a safe key in key_dir, as `key new` makes it, for the servers that start from now on.
new_key()
{
	openssl rand -hex 32 >"$keys/safe-$1.key"
	chmod --reference="$keys/safe-1.key" "$keys/safe-$1.key"
	chown --reference="$keys/safe-1.key" "$keys/safe-$1.key"
}

restart()
{
	stack_do stop radius >/dev/null
	stack_do start radius >/dev/null || bail "the server does not start again"
}

# listed ID: of a safe key in the last `key list --json`: active, tokens, loaded on, of servers.
listed()
{
	json "my (\$k) = grep { \$_->{id} eq '$1' } @{\$j->{keys}}; \$k ? join ' ', \$k->{active} ? 'active' : 'idle',
		\$k->{tokens}, \$k->{loaded_on}, \$k->{servers}, defined \$k->{retired_at} ? 'retired' : () : 'none'"
}

# sealed ID: how many tokens are sealed under it.
sealed()
{
	sql "SELECT COUNT(*) FROM token WHERE safe_key_id(safe) = '$1'"
}

# --- what is listed

run key list --json
is "$status" 0 "the keys are listed"
is "$(listed 1)" "active 0 1 1" "the only safe key of the first server is active, and loaded on all"
is "$(json 'join " ", map { @$_{qw(name safe_keys envelope_keys)} } @{$j->{servers}}')" "radius1 1 1" \
	"the server is there under its server_name, with its keys"
is "$(json '$j->{servers}[0]{seen_at}')" "$(json '$j->{servers}[0]{seen_at}' | grep -E '^20[0-9-]+T[0-9:]+Z$')" \
	"with the time when it last connected"
is "$(json '$j->{envelopes}{tokens}')" 0 "no token is sealed to an envelope"
run key list
like "$out" "Safe key +Active +Tokens.*RADIUS server +Last connected \(JST\).*radius1 .*Installed tokens" \
	"for people: keys, servers, envelopes"
is "$(sql "SELECT CONCAT(origin, ' ', detail) FROM audit_event WHERE act = 'key-activate'")" "radius1 1" \
	"that the first key became active is in the audit"

run key activate --help
like "$out" "key reseal on a RADIUS server.*envelope-1.key and envelope-1.crt" \
	"activate --help says how both kinds of keys are rolled"

# --- activating

for id in '' a.b 'a b' 12345678901234567 $'1\n'; do
	run key activate "$id"
	refused 31050 "activating the key '${id/$'\n'/<LF>}'"
	run key retire "$id"
	refused 31050 "retiring the key '${id/$'\n'/<LF>}'"
done
run key activate 2
refused 31051 "activating a key that no server has"
like "$err" "not loaded on: radius1\." "it names the server"
run key activate
wrong "ID" "activate without a key"

# --- tokens, one of them without its first code

make_contract C-1
for n in 1 2 3 4 5 6; do
	make_user C-1 "user$n" general "password $n"
	setup_token "user$n" "password $n"
done
make_user C-1 waiting general 'password w'
ticket=$(field Seikyo-Ticket "$(first_leg waiting 'password w' "source=$SEIKYO_CONSOLE_HOST" \
	"secret=$SEIKYO_CONSOLE_SECRET" Seikyo-Purpose=Console)")
"$TEST_ROOT/tests/phone" issue "$stack" waiting "$ticket" >/dev/null &&
	"$TEST_ROOT/tests/phone" install "$stack" waiting || bail "no token for waiting"
run key list --json
is "$(listed 1)" "active 6 1 1" "key list counts the tokens under a key"
is "$(json 'join " ", @{$j->{envelopes}}{qw(tokens oldest_at)}')" "1 2026-11-22T03:00:00Z" \
	"and the installed ones, which are sealed to the envelope keys, with the oldest one's time"

run key reseal --json
is "$status" 0 "reseal where everything is under the active key: exit code 0"
is "$(json 'join " ", @$j{qw(active_key resealed unopened)}')" "1 0 0" "and nothing is moved"

# --- a second key; the server has it with its next start

new_key 2
run key list --json
is "$(listed 2)" none "a key that is only in key_dir is not listed"
restart
run key list --json
is "$(listed 2)" "idle 0 1 1" "a key that a server has loaded is"
is "$(listed 1)" "active 6 1 1" "the first key stays active beside it"

sql "INSERT INTO radius_server (name, seen_at) VALUES ('radius9', clock_now())"
run key activate 2
refused 31051 "activating a key that one of two servers does not have"
like "$err" "not loaded on: radius9\." "it names that server only"
run key list --json
is "$(listed 2)" "idle 0 1 2" "key list says that one of two has it"
run key forget-server radius8
refused 31020 "forgetting a server that is not there"
run key forget-server radius9
is "$status" 0 "a server is forgotten"
like "$out" "radius9 is forgotten" "it says so"
is "$(sql "SELECT detail FROM audit_event WHERE act = 'server-forget'")" radius9 "the audit has it"
run key retire 2
is "$status" 0 "a key that nothing needs is retired, used or not"
run key activate 2
refused 31005 "activating a retired key"
run key retire 2
refused 31005 "retiring a key again"
run key retire nosuch
refused 31020 "retiring a key that is not there"
is "$(sql "SELECT COUNT(*) FROM retired_key WHERE id = 'nosuch'")" 0 "it is not noted as retired"
run key list --json
is "$(listed 2)" "idle 0 1 1 retired" "key list says what is retired"

new_key 3
restart
run key activate 3
is "$status" 0 "a key that every server has is made active"
like "$out" "sealed under safe key 3 .*key reseal" "it says what is next"
run key retire 1
refused 31052 "retiring a key that tokens need"
like "$err" "needed by 6 tokens" "it says by how many"
run key retire 3
refused 31052 "retiring the active key"
is "$(sealed 1) $(sealed 3)" "6 0" "what was refused changes nothing"

# --- wrong surroundings

conf=$work/conf
settings="$(grep -v '^key' "$stack/seikyo-otp.conf")"
printf '%s\n' "$settings" >"$conf"
chmod 600 "$conf"
run key list --config "$conf"
wrong "keys_user is not set in $conf" "without an account for the keys"
grep -v '^key_dir' "$stack/seikyo-otp.conf" >"$conf"
run key reseal --config "$conf"
wrong "key_dir is not set in $conf" "reseal without key_dir"
printf 'key_dir = %s\n' "$work/nowhere" >>"$conf"
run key reseal --config "$conf"
wrong "keys cannot be used: $work/nowhere" "reseal with a folder that is not there"

# other_keys FILES...: another folder with these keys of key_dir, and settings that name it.
other_keys()
{
	rm -rf "$work/keys"
	mkdir "$work/keys"
	cp -p "$keys/state.key" "$keys"/envelope-1.* "${@/#/$keys/}" "$work/keys/"
	grep -v '^key_dir' "$stack/seikyo-otp.conf" >"$conf"
	printf 'key_dir = %s\n' "$work/keys" >>"$conf"
}

other_keys safe-1.key
run key reseal --config "$conf"
wrong "Safe key 3, the active one, is not in $work/keys" "reseal where the active key is not"
other_keys safe-1.key safe-3.key
chmod 644 "$work/keys/safe-1.key"
run key reseal --config "$conf"
wrong "others have access" "reseal with a key that others may read"
is "$(sealed 1)" 6 "nothing is moved by any of these"

# --- what no key opens is named, and stays

other_keys safe-3.key
run key reseal --config "$conf" --json
is "$status" 1 "tokens that no key opens: exit code 1"
is "$(json 'join " ", @$j{qw(active_key resealed unopened)}')" "3 0 6" "they are counted"
is "$(json 'join " ", map { $_->{login_id} } @{$j->{unopened_tokens}}')" "user1 user2 user3 user4 user5 user6" \
	"and named"
is "$(json '$j->{unopened_tokens}[0]{safe_key}')" 1 "with the key that is missing"
like "$err" "6 tokens stay as they were: no key in $work/keys" "it says what to do"
is "$(sealed 1) $(sealed 3)" "6 0" "they stay as they were"

safe_of()
{
	sql "SELECT HEX(t.safe) FROM token t JOIN user u ON u.live_token = t.id WHERE u.login_id = '$1'"
}

# put_safe LOGIN SQL-EXPRESSION
put_safe()
{
	sql "UPDATE token t JOIN user u ON u.live_token = t.id SET t.safe = $2 WHERE u.login_id = '$1'"
}

good1=$(safe_of user1) good2=$(safe_of user2) good3=$(safe_of user3)
put_safe user1 "INSERT(t.safe, LENGTH(t.safe), 1, CHAR(ASCII(RIGHT(t.safe, 1)) ^ 1))"
put_safe user2 "INSERT(t.safe, 2, 1, CHAR(200))"
put_safe user3 "UNHEX('$(safe_of user4)')"
run key reseal
is "$status" 1 "damaged secrets: exit code 1"
like "$out" "Re-sealed +3.*Opened by no key +3" "the others are moved"
like "$out" "user1 .* 1 .*damaged.*user2 .*damaged.*user3 .* 1 .*another token" "a changed byte, a wrong length, another token's"
is "$(sealed 3)" 3 "three are under the new key"
run key retire 1
refused 31052 "the old key cannot be retired while a damaged one names it"
put_safe user1 "UNHEX('$good1')"
put_safe user2 "UNHEX('$good2')"
put_safe user3 "UNHEX('$good3')"

# --- interrupted, and somebody else in between

put_all_back()
{
	sql "UPDATE policy SET value = '1' WHERE name = 'active_safe_key'; CALL policy_apply()"
	"$SEIKYO_COMMAND" key reseal >/dev/null 2>&1 || bail "the tokens cannot be put back under key 1"
	sql "UPDATE policy SET value = '3' WHERE name = 'active_safe_key'; CALL policy_apply()"
}

# True if no account of the keys is connected.
no_session()
{
	[ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'seikyo_keys'")" = 0 ]
}

run key reseal
is "$status" 0 "with the right secrets all are moved"
is "$(sealed 1) $(sealed 3)" "0 6" "the three that were left, too"
put_all_back
is "$(sealed 1) $(sealed 3)" "6 0" "(all are back under key 1)"

hold user4
"$TEST_ROOT/build/seikyo-otp" --config "$stack/seikyo-otp.conf" key reseal >"$work/out" 2>&1 &
pid=$!
ok "reseal comes to a user whose row is held" poll 20 waits_for_lock
kill -KILL $pid
wait $pid 2>/dev/null
is "$(sealed 1) $(sealed 3)" "3 3" "killed there, it has moved those before"
let_go
# The call that the database was in may still have come to its end.
ok "the killed one's connection ends" poll 20 no_session
rest=$(sealed 1)
like "$rest $(sealed 3)" '^(3 3|2 4)$' "no token is lost"
run key list --json
is "$(listed 1) $(listed 3)" "idle $rest 1 1 active $((6 - rest)) 1 1" "key list shows how far it came"
run key reseal --json
is "$status" 0 "run again, it goes on"
is "$(json 'join " ", @$j{qw(resealed unopened)}')" "$rest 0" "with the rest only"
is "$(sealed 1) $(sealed 3)" "0 6" "and all is moved"

put_all_back
terminal=$(script -qec "$SEIKYO_COMMAND key reseal" /dev/null </dev/null)
like "$terminal" "0 of 6 tokens re-sealed.*Re-sealed +6" "on a terminal it says how far it is"
put_all_back
hold user4
"$SEIKYO_COMMAND" key reseal --json >"$work/out" 2>"$work/err" &
pid=$!
ok "reseal waits again, and has read what it will move" poll 20 waits_for_lock
before=$(safe_of user6)
test_operate revoke user5 --reason lost --paper P-1
let_go
status=0
wait $pid || status=$?
is "$status" 0 "a revocation in between does not stop it"
is "$(json 'join " ", @$j{qw(resealed unopened)}')" "5 0" "what is gone is not moved"
is "$(sql "SELECT COUNT(*) FROM token WHERE state = 'revoked' AND safe IS NOT NULL")" 0 \
	"and a revoked token gets no secret back"
isnt "$(safe_of user6)" "$before" "what comes after it is moved"

# --- done: the old key goes

run key retire 1
is "$status" 0 "with nothing under it the old key is retired"
like "$out" "Safe key 1 is retired.*backup" "it says what to do with the file"
rm "$keys/safe-1.key" "$keys/safe-2.key"
restart
run key list --json
is "$(listed 1) | $(listed 3)" "idle 0 0 1 retired | active 5 1 1" "the server has the new key alone"
next_step
like "$(first_leg user1 'password 1' "Seikyo-OTP=$(code user1)")" ^Access-Accept "a login with the old key's file gone"
is "$(sql "SELECT GROUP_CONCAT(CONCAT(act, ' ', detail) ORDER BY number SEPARATOR ', ') FROM audit_event
	WHERE contract_id = 0 AND (act LIKE 'key-%' OR act LIKE 'server-%')")" \
	"key-activate 1, server-forget radius9, key-retire 2, key-activate 3, key-retire 1" "the audit has every act"

# The account of the keys may do what it needs and nothing else.
run key list --json
unlike "$out$err" "$(cat "$keys/safe-3.key")" "no key is ever shown"
grep -v '^keys_password' "$stack/seikyo-otp.conf" >"$conf"
printf 'keys_password = wrong\n' >>"$conf"
run key list --config "$conf"
is "$status" 3 "a wrong password of the account: exit code 3"
stack_do stop db >/dev/null
run key reseal
is "$status" 3 "a database that is away: exit code 3"

done_testing
