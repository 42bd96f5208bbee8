#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What closes service, and what a recovery does by each row of the trail: the restored database is a dump that was
# loaded. The restore itself, with real logins, stands in tests/command/recover.t.
# shellcheck disable=SC2154 # set by the helpers
. "$(dirname "$0")/schema.sh"
export LC_ALL=C.UTF-8
schema_up
# Behind all that was done so far.
clock '2040-11-22 12:00:00'
accounts
sed -i 's/^operator_password = .*/operator_password = test/' "$stack/seikyo-otp.conf"

# run WORDS...: $status and $out (with what is said on standard error).
run()
{
	status=0
	out=$("$SEIKYO_COMMAND" "$@" 2>&1) || status=$?
}

backup()
{
	mariadb-dump --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" "$SEIKYO_DB_NAME" >"$work/$1" ||
		bail "no dump"
}

restore()
{
	client "$SEIKYO_DB_ROOT" "$SEIKYO_DB_NAME" <"$work/$1" >"$work/restored" || bail "$(cat "$work/restored")"
}

open()
{
	db "SELECT IF(service_open(), 'open', 'closed')"
}

# left: what a recovery that told in JSON leaves to people, in a line.
left()
{
	perl -MJSON::PP -0777 -e 'my $j = decode_json(<STDIN>); print join ", ",
		map { join " ", grep { defined && length } @$_{qw(what contract_number login_id detail)} }
		grep { $_->{part} eq "left" } @$j' <<<"$out"
}

# user_of LOGIN COLUMN...
user_of()
{
	db "SELECT CONCAT_WS(' ', $2) FROM user u LEFT JOIN token t ON t.id =
		(SELECT MAX(id) FROM token WHERE user_id = u.id) WHERE u.login_id = '$1'"
}

# --- which database this is

is "$(open)" open "a new database is open"
like "$(db "SELECT identity = service_identity() FROM service")" 1 "it is the one that it was opened in"
db "OPTIMIZE TABLE service; ANALYZE TABLE witness; CHECK TABLE witness; ALTER TABLE user COMMENT 'x'" >/dev/null
db "OPTIMIZE TABLE witness" >/dev/null
is "$(open)" open "maintenance of tables does not close it"
"$TEST_ROOT/schema/load" --socket "$SEIKYO_DB_SOCKET" --user "$SEIKYO_DB_ROOT" --database "$SEIKYO_DB_NAME" ||
	bail "the schema is not loaded"
clock '2040-11-22 12:00:00'
is "$(open)" open "nor does loading the schema again"
db "SET time_zone = '+05:00'"
is "$(open)" open "nor a session's time zone"
db "SET time_zone = '+00:00'; UPDATE service SET identity = CONCAT(identity, '1')"
is "$(open)" closed "in another database it is closed"
"$TEST_ROOT/schema/load" --socket "$SEIKYO_DB_SOCKET" --user "$SEIKYO_DB_ROOT" --database "$SEIKYO_DB_NAME" ||
	bail "the schema is not loaded"
clock '2040-11-22 12:00:00'
is "$(open)" closed "loading the schema does not open it"
db "UPDATE service SET identity = service_identity()"
db "DELETE FROM service"
is "$(open)" closed "without its row it is closed"
db "INSERT INTO service (one, identity) VALUES (1, service_identity())"
is "$(open)" open "the twin: with it, it is open"

# --- who is refused while it is closed

new_master master
new_user general
active_token
log_in general
kept=$cookie
session_ticket
open_ticket=$ticket
is "$(as console "CALL console_use_session($kept, NULL)" | cut -c 1-2)" ok "a session is good"
is "$(as operator "CALL operator_close_service()")" ok "an operator closes"
is "$(as radius "CALL radius_hello()")" closed-for-recovery "no RADIUS server gets a connection"
is "$(as console "CALL console_use_session($kept, NULL)")" closed-for-recovery "no session is good"
is "$(as console "CALL console_open_session($open_ticket, $(fresh 32), NULL)")" closed-for-recovery "no ticket opens one"
is "$(as console "CALL app_install_token('SEIKYO', '0000000000', $start_digest, $envelope)")" closed-for-recovery \
	"no token is given"
is "$(as mailer "CALL mail_claim()")" closed-for-recovery "no mail goes out"
is "$(as keys "CALL keys_reseal(1, X'00', X'00')")" closed-for-recovery "nothing is sealed anew"
is "$(as branch "CALL branch_set_password('general', '$hash_2')")" closed-for-recovery "the branch changes nothing"
is "$(as operator "CALL operator_set_policy('token_digits', '8')")" closed-for-recovery "nor an operator"
is "$(as branch "CALL branch_show_user('general')" | cut -c 1-2)" ok "looking is free"
user_is general
new_attempt
is "$(settle_code "$(step 2)")" used "a login that was on its way gets nowhere"
"$TEST_ROOT/schema/load" --socket "$SEIKYO_DB_SOCKET" --user "$SEIKYO_DB_ROOT" --database "$SEIKYO_DB_NAME" ||
	bail "the schema is not loaded"
clock '2040-11-22 12:30:00'
new_attempt
is "$(settle_code "$(step 2)")" used "not after the schema was loaded, either"
is "$(db "SELECT LENGTH(hash_formats) FROM policy_now")" 1001 "the policies in force are none that a RADIUS server reads"
is "$(as operator "CALL operator_recover('anything', FALSE)")" recover-mode "no unknown way opens it"
is "$(as operator "CALL operator_recover(NULL, FALSE)")" recover-mode "nor none"
db "DELETE FROM witness"
is "$(as operator "CALL operator_recover('nothing-lost', FALSE)") $(open)" "no-identity closed" \
	"nor where nobody can tell which database this is"
db "INSERT INTO witness (one) VALUES (1)"
session recovering
send recovering "START TRANSACTION; SELECT 1 FROM service FOR UPDATE"
receive recovering >/dev/null
is "$(as operator "CALL operator_recover('nothing-lost', FALSE)") $(open)" "recover-running closed" \
	"who comes while another recovery runs is told so"
send recovering "ROLLBACK"
receive recovering >/dev/null
is "$(as branch "CALL operator_recover('nothing-lost', FALSE)")" "error 1370" "nor the branch"
audited=$(audits 'contract_id = 0')
is "$(as operator "CALL operator_recover('nothing-lost', FALSE)" | head -c 2)" ok "an operator does"
is "$(as radius "CALL radius_hello()" | cut -c 1-2) $(open)" "ok open" "and there is service"
is "$(audits 'contract_id = 0')" "$audited recover" "which is audited"
is "$(as operator "CALL operator_recover('nothing-lost', FALSE)")" service-open "a second time nothing is done"
db "CALL service_close('its database was restored', TRUE)"
is "$(open)" open "who found it restored, and closes it when it has just been recovered, does not"
db "UPDATE service SET identity = 'another'; CALL service_close('its database was restored', TRUE);
	UPDATE service SET identity = service_identity()"
is "$(open)" closed "the twin: where it was not, he does"
is "$(as operator "CALL operator_recover('nothing-lost', FALSE)" | head -c 2) $(open)" "ok open" "and it is opened again"

# --- the lowest step that is good

floor=$(db "SELECT step_floor FROM policy_now")
is "$floor" "$(step 6)" "no code is good up to the farthest that any drift allows"
new_attempt
is "$(settle_code "$floor" "state=$(db "SELECT $now_us")")" used "not the last of these"
new_attempt
is "$(settle_code $((floor + 1)))" ok "the twin: the next one is"
as operator "CALL operator_close_service()" >/dev/null
db "UPDATE policy SET value = $((floor + 1000)) WHERE name = 'step_floor'"
as operator "CALL operator_recover('nothing-lost', FALSE)" >/dev/null
is "$(db "SELECT step_floor FROM policy_now")" $((floor + 1000)) "it never falls"
db "UPDATE policy SET value = 0 WHERE name = 'step_floor'; CALL policy_apply()"

# --- what the trail says is done again

clock '2040-11-23 12:00:00'
new_user locked && active_token
new_user unlocked && active_token && lock_user unlocked
new_user revoked && active_token
new_user voided && issued_token
new_user installing && issued_token
installing=$app_user_id
new_user first && installed_token
new_user replaced && issued_token
new_user password && active_token
new_user closing && active_token
new_user untouched && active_token
new_user certified
new_user short
db "CALL branch_add_certificate('certified', UNHEX(SHA2('a', 256)), '2060-01-01');
	CALL branch_add_certificate('certified', UNHEX(SHA2('b', 256)), '2060-01-01')"
new_user leaving general C-2
db "CALL branch_add_contract('C-3', '契約', 'c@example.com'); CALL branch_add_mail_domain('gone.example.jp');
	CALL radius_report_keys('radius9', '1', '1')"
before=$(user_of untouched "u.password_hash, u.live_token, t.state, t.safe")
backup backup
clock '2040-11-23 20:55:00'
wrong_codes()
{
	user_is "$1"
	lock_user "$1"
}
wrong_codes locked
db "CALL branch_unlock('unlocked', '1'); CALL branch_revoke('revoked', 'lost', '2')" >/dev/null
user_is voided
app_user_id=$(token_has app_user_id)
for ((i = 0; i < 5; i++)); do
	install "X'$(printf '44%.0s' {1..32})'" >/dev/null
done
app_user_id=$installing
is "$(install | cut -c 1-2)" ok "a token is installed after the backup"
user_is first
new_attempt
is "$(settle_code "$(step)" "safe=$safe")" ok "another's first code comes"
user_is replaced
issued_token
user_is short
issued_token
db "CALL branch_revoke('short', 'lost too', '5')" >/dev/null
db "CALL branch_set_password('password', '$hash_2'); CALL branch_set_confirmation_password('master', '$hash_1');
	CALL branch_close_user('closing', '3'); CALL branch_close_contract('C-2', '4');
	CALL branch_remove_certificate('certified', UNHEX(SHA2('a', 256)));
	CALL branch_add_certificate('certified', UNHEX(SHA2('b', 256)), '2050-01-01');
	CALL branch_add_certificate('certified', UNHEX(SHA2('c', 256)), '2060-01-01');
	CALL branch_change_user('untouched', '名前', NULL); CALL branch_start_contract('C-3', '2026-12-01');
	CALL operator_set_policy('token_digits', '8'); CALL branch_remove_mail_domain('gone.example.jp');
	CALL branch_add_mail_domain('new.example.jp'); CALL keys_forget_server('radius9');
	CALL branch_add_contract('C-4', '契約', 'c@example.com');
	CALL branch_add_user('C-1', 'lost user', 'general', '利用者', 'a@example.com', '$hash_1');
	CALL operator_import_users('[{\"contract\": \"C-1\", \"login_id\": \"lost 1\", \"role\": \"general\", \"name\": \"n\",
		\"mail\": \"a@example.com\", \"password_hash\": \"$hash_1\", \"confirmation_hash\": null}]', FALSE)" >/dev/null
user_is 'lost 1'
lost=$user
reissue=$(user_of revoked t.reissue_at)
run audit export "$work/trail"
is "$status" 0 "the trail is exported"
clock '2040-11-23 21:00:00'
restore backup
is "$(as radius "CALL radius_hello()")" closed-for-recovery "a dump that was loaded closes"
clock '2040-11-23 20:50:00'
run recover --audit "$work/trail"
like "$status $out" '^1 .*\(31065\).*clock is at' "a clock that is behind the trail is refused"
clock '2040-11-23 21:00:00'
run recover --audit "$work/trail" --json
is "$status" 0 "the trail is taken"
is "$(user_of locked "u.otp_locked_at")" "2040-11-23 11:55:00.000000" "locked: since when he was"
is "$(user_of unlocked "u.otp_locked_at IS NULL")" 0 "unlocked: an export frees nobody"
is "$(user_of revoked "t.state, t.reissue_at, t.reason, IFNULL(u.live_token, '-')")" "revoked $reissue lost -" \
	"revoked: with the wait that it had (R9)"
is "$(user_of revoked "t.safe IS NULL")" 1 "revoked: no secret is kept"
is "$(user_of short "t.state, t.reissue_at, t.reason, IFNULL(u.live_token, '-')")" "revoked $reissue lost too -" \
	"revoked: also a token that the backup does not have"
is "$(user_of installing "t.reissue_at > clock_now()")" 1 "a new one in the place of a lost one waits, too"
for login in voided installing first replaced; do
	is "$(user_of $login "t.state, IFNULL(u.live_token, '-')")" "revoked -" "$login: the token is gone"
done
is "$(user_of first t.reason)" "lost in a restore" "first: and why"
isnt "$(user_of password u.password_hash)" "$hash_1" "password: the old one is no good"
is "$(db "SELECT hash_format(password_hash) = hash_format('$hash_1') AND LENGTH(password_hash) = LENGTH('$hash_1')
	FROM user WHERE login_id = 'password'")" 1 "password: what stands there costs the same"
is "$(user_of master "IFNULL(u.confirmation_hash, '-')")" - "confirmation password: the old one is no good"
is "$(user_of closing "u.closed_at, t.state")" "2040-11-23 11:55:00.000000 revoked" "closed: he is"
is "$(db "SELECT closed_at FROM contract WHERE number = 'C-2'")" "2040-11-23 11:55:00.000000" "a contract closed: it is"
is "$(user_of leaving u.closed_at)" "2040-11-23 11:55:00.000000" "with its users"
is "$(db "SELECT COUNT(*) FROM certificate")" 0 "certificates: the one removed is; whose end is not known are"
is "$(db "SELECT otp_starts_on FROM contract WHERE number = 'C-3'")" 2026-12-01 "a contract's start is set"
is "$(db "SELECT token_digits FROM policy_now")" 8 "a policy is in force"
is "$(db "SELECT GROUP_CONCAT(domain) FROM mail_domain WHERE domain LIKE '%.example.jp'")" new.example.jp "mail domains"
is "$(db "SELECT COUNT(*) FROM radius_server WHERE name = 'radius9'")" 0 "a server is forgotten"
is "$(user_of untouched "u.password_hash, u.live_token, t.state, t.safe")" "$before" "the twin: to others nothing is done"
is "$(left)" "later-acts 2040-11-23 11:55:00.000000, register-contract C-4 C-4, import-users C-1 1 users, register-user C-1 lost user general, \
unlock-user C-1 unlocked, set-password C-1 password, set-confirmation C-1 master, \
add-certificate C-1 certified $(printf b | sha256sum | cut -d ' ' -f 1), \
add-certificate C-1 certified $(printf c | sha256sum | cut -d ' ' -f 1), change-user C-1 untouched name, \
issue-token C-1 installing, issue-token C-1 first, issue-token C-1 replaced" "what people have to do is named"
is "$(audits "on_user = (SELECT id FROM user WHERE login_id = 'first') AND number > 0" | grep -o 'first-code revoke$')" \
	"first-code revoke" "the trail goes on with what the recovery itself has revoked"
is "$(db "SELECT COUNT(*) FROM mail_outbox WHERE next_try_at IS NOT NULL AND kind <> 'revoked'")" 0 "no old mail waits"
is "$(db "SELECT COUNT(*) FROM mail_outbox WHERE next_try_at IS NOT NULL")" 3 "who needs a new token is told"
is "$(db "SELECT COUNT(*) FROM recover_row") $(db "SELECT COUNT(*) FROM recover_head")" "0 0" "nothing is left behind"
run audit verify --heads "$work/trail"
is "$status" 0 "the chains go on from the trail"
new_user new
ok "no new user gets the number of a lost one" [ "$user" -gt "$lost" ]
db "CALL branch_add_contract('C-4', '契約', 'c@example.com')"
is "$(verdict "CALL branch_start_contract('C-4', '2026-12-01')")" ok "a lost contract can be registered again"
run audit list C-4 --json
is "$(grep -o '"act": *"[a-z-]*"' <<<"$out" | sed 's/.*: *//' | paste -sd ' ')" '"contract-add" "contract-start"' \
	"its trail begins anew"
run audit list --json
like "$out" '"contract_number": *"#[0-9]+"' "what was done to the lost one is kept under its number"
gone=$(db "SELECT CONCAT('#', contract_id) FROM audit_head WHERE contract_id NOT IN (SELECT 0 UNION SELECT id FROM contract)")
run audit list "$gone" --json
is "$status $(grep -o '"act": *"[a-z-]*"' <<<"$out" | sed 's/.*: *//' | paste -sd ' ')" '0 "contract-add" "recover"' \
	"it is listed by this number, and nothing else"
is "$(as operator "CALL operator_verify_audit('$gone')")" ok "and whole"
db "UPDATE audit_event SET detail = 'x' WHERE contract_id = ${gone#'#'} AND number = 1"
is "$(as operator "CALL operator_verify_audit('$gone')" | tr '\t' ' ')" "ok ${gone#'#'} $gone 1 it was changed" \
	"changed, it is named by it"
is "$(as operator "CALL operator_verify_audit('-')")" ok "the twin: not as the service's own chain"
db "UPDATE audit_event SET detail = 'C-4' WHERE contract_id = ${gone#'#'} AND number = 1"
known=$(db "SELECT CONCAT('#', id) FROM contract WHERE number = 'C-1'")
for number in '#99999' "$known" '#' "$gone " "${gone/'#'/#0}" '#0'; do
	is "$(as operator "CALL operator_list_audit('$number', 0, 1)")" not-found "there is no chain '$number'"
	is "$(as operator "CALL operator_verify_audit('$number')")" not-found "nor one to be verified"
done
run audit verify
is "$status" 0 "the trail is whole"

# --- exports that the database itself refuses

as operator "CALL operator_close_service()" >/dev/null
run audit export "$work/now"
own=$(db "SELECT number FROM audit_head WHERE contract_id = 0")
own_hash=$(db "SELECT LOWER(HEX(hash)) FROM audit_head WHERE contract_id = 0")
heads="JSON_ARRAYAGG(JSON_OBJECT('kind', 'head', 'contract_id', h.contract_id, 'contract', IFNULL(c.number, '-'),
	'number', h.number, 'hash', HEX(h.hash))) FROM audit_head h LEFT JOIN contract c ON c.id = h.contract_id"

# differs NAME WANTED LINES: SQL that gives lines of an export, in place of or beside this database's heads.
differs()
{
	as operator "CALL operator_recover_begin()" >/dev/null
	db "SELECT $3" >"$work/lines"
	is "$(as operator "CALL operator_recover_take('$(sed "s/'/''/g; s/\\\\/\\\\\\\\/g" "$work/lines")')")" ok "$1: taken"
	like "$(as operator "CALL operator_recover('trail', FALSE)")" "$2" "$1"
	is "$(open)" closed "$1: it stays closed"
}

# a_row NUMBER [HASH-FROM [ACT]]: a row of the service's own chain that would follow.
a_row()
{
	printf "JSON_OBJECT('kind', 'row', 'contract_id', 0, 'contract', '-', 'number', %s, 'at', 1, 'act', '%s', 'actor', 'a',
		'by_user', NULL, 'on_user', %s, 'on_login_id', NULL, 'origin', 'o', 'paper', NULL, 'detail', 'd', 'hash',
		audit_hash(UNHEX('%s'), 0, %s, us_time(1), '%s', 'a', NULL, %s, 'o', NULL, 'd'))" \
		"$1" "${3-prune}" "${4-NULL}" "${2-$own_hash}" "$1" "${3-prune}" "${4-NULL}"
}

# with_row ROW HEAD-NUMBER HASH: this database's heads, but the service's, and a row.
with_row()
{
	printf "JSON_MERGE_PRESERVE((SELECT %s WHERE h.contract_id > 0), JSON_ARRAY(%s, JSON_OBJECT('kind', 'head',
		'contract_id', 0, 'contract', '-', 'number', %s, 'hash', %s)))" "$heads" "$1" "$2" "$3"
}
next=$((own + 1))
next_hash="audit_hash(UNHEX('$own_hash'), 0, $next, us_time(1), 'prune', 'a', NULL, NULL, 'o', NULL, 'd')"
zeros=$(printf '0%.0s' {1..64})
differs "a chain missing" "^trail-differs .*chain -, row 0: the export does not have this chain" "$heads WHERE h.contract_id > 0"
differs "no line at all" "^trail-differs .*does not have this chain" "JSON_ARRAY()"
differs "another newest row" "^trail-differs .*chain -, row $own: it is another one" \
	"$(with_row "JSON_OBJECT('kind', '-')" "$own" "'$zeros'")"
differs "an older one" "^trail-differs .*chain -, row $own: the export ends before it" \
	"$(with_row "JSON_OBJECT('kind', '-')" $((own - 1)) "'$zeros'")"
differs "a row that does not go on" "^trail-differs .*row $next: it does not go on from this" \
	"$(with_row "$(a_row $next "$zeros")" $next "'$zeros'")"
differs "a gap" "^trail-differs .*row $next: the export does not have it" \
	"$(with_row "$(a_row $((next + 1)))" $((next + 1)) "'$zeros'")"
differs "rows missing at the end" "^trail-differs .*row $((next + 1)): the export does not have it, but a newer one" \
	"$(with_row "$(a_row $next)" $((next + 1)) "'$zeros'")"
differs "another head" "^trail-differs .*row $next: it is not the one that the export calls the newest" \
	"$(with_row "$(a_row $next)" $next "'$zeros'")"
differs "an act that is not known" "^trail-act .*''?unheard" \
	"$(with_row "$(a_row $next "$own_hash" unheard)" $next "${next_hash/prune/unheard}")"

# with_acts ACT DETAIL...: this database's heads, and rows of the service's own chain that go on from it.
with_acts()
{
	local hash=$own_hash number=$own rows='' new

	while [ $# -gt 0 ]; do
		number=$((number + 1))
		new=$(db "SELECT audit_hash(UNHEX('$hash'), 0, $number, us_time(1), '$1', 'a', NULL, NULL, 'o', NULL, '$2')")
		rows+="JSON_OBJECT('kind', 'row', 'contract_id', 0, 'contract', '-', 'number', $number, 'at', 1, 'act', '$1',
			'actor', 'a', 'by_user', NULL, 'on_user', NULL, 'on_login_id', NULL, 'origin', 'o', 'paper', NULL,
			'detail', '$2', 'hash', '$new'), "
		hash=$new
		shift 2
	done
	with_row "${rows%, }" "$number" "'$hash'"
}

# told LINES...: what a recovery by these lines would do with the policies, and what it would leave to people.
told()
{
	as operator "CALL operator_recover_begin()" >/dev/null
	db "SELECT $1" >"$work/lines"
	as operator "CALL operator_recover_take('$(sed "s/'/''/g; s/\\\\/\\\\\\\\/g" "$work/lines")')" >/dev/null
	as operator "CALL operator_recover('trail', TRUE)" | awk -F '\t' '/left\tpolicy/ { print $6 }' | paste -sd ,
}
is "$(told "$(with_acts policy 'token_digits: 6 -> 8' policy 'night_from: 20:50 -> 21:00' \
	policy 'before_start: refuse -> password' key-activate k2 policy 'otp_failure_limit: 5 -> 10')")" "" \
	"values that a policy takes are taken, to the last of their bounds"
while IFS='|' read -r name detail; do
	is "$(told "$(with_acts policy "$detail")")" "$detail" "$name: left to people, not taken"
done <<'END'
a choice that is none|require_certificate: all -> some
two choices|token_algorithm: sha256 -> sha1 sha512
a number beyond its bounds|otp_failure_limit: 5 -> 11
a number that is none|otp_failure_limit: 5 -> 5.0
a time that is none|night_from: 20:50 -> 24:00
a policy that is not there|unheard_of: 1 -> 2
no value|token_digits: 6
END
is "$(told "$(with_acts key-activate 'k2/3')")" 'active_safe_key: k2/3' "a safe key's ID that is none: left to people, not taken"

# --- two operators at once

clean=$(with_row "JSON_OBJECT('kind', '-')" "$own" "'$own_hash'")
as operator "CALL operator_recover_begin()" >/dev/null
db "SELECT $clean" >"$work/lines"
as operator "CALL operator_recover_take('$(sed "s/'/''/g; s/\\\\/\\\\\\\\/g" "$work/lines")')" >/dev/null
session second operator1 --password=test
send second "CALL operator_recover_begin()"
receive second >/dev/null
send second "CALL operator_recover('trail', TRUE)"
like "$(verdict_of "$(receive second)")" '^trail-differs ' "another operator has what he has brought himself, and nothing else"
is "$(as operator "CALL operator_recover('trail', TRUE)" | head -c 2)" ok "his beginning takes nothing from the first one"
as operator "CALL operator_recover_begin()" >/dev/null
like "$(as operator "CALL operator_recover('trail', TRUE)")" '^trail-differs ' "the twin: his own does"

# --- numbers that none of ours can have

# numbers CONTRACT BY ON: the verdict on a row with these.
numbers()
{
	as operator "CALL operator_recover_begin()" >/dev/null
	as operator "CALL operator_recover_take('[{\"kind\": \"row\", \"contract_id\": $1, \"contract\": \"-\", \"number\": 1, \"at\": 1,
		\"act\": \"lock\", \"actor\": \"a\", \"by_user\": $2, \"on_user\": $3, \"on_login_id\": null, \"origin\": \"o\",
		\"paper\": null, \"detail\": \"\", \"hash\": \"$zeros\"}]')"
	printf ' %s' "$(db "SELECT COUNT(*) FROM recover_row WHERE number = 1 AND act = 'lock'")"
}
is "$(numbers 2147483647 9007199254740992 9007199254740992)" "ok 1" "the largest numbers that an export may have"
is "$(numbers 2147483648 1 1)" "trail-number 0" "a contract beyond them, and nothing is kept"
is "$(numbers 1 9007199254740993 1)" "trail-number 0" "a user who acts"
is "$(numbers 1 1 9007199254740993)" "trail-number 0" "a user who is acted on"
is "$(numbers 1 1 18446744073709551616)" "trail-form 0" "a number that is none for the database"
is "$(numbers 1 1 -1)" "trail-form 0" "one below nothing"
for lines in "'x'" "'{}'" NULL; do
	is "$(as operator "CALL operator_recover_take($lines)")" trail-form "no lines: $lines"
done
is "$(as operator "CALL operator_recover_take('[{\"kind\": \"row\"}]')")" trail-form "a row without anything"
is "$(as operator "CALL operator_recover_take('[{\"kind\": \"head\", \"contract_id\": -1, \"contract\": \"\", \"number\": 1,
	\"hash\": \"00\"}]')")" trail-form "a head of no contract"
# far USER: what comes of a trail with this user.
far()
{
	local hash

	hash=$(db "SELECT JSON_VALUE($(a_row $next "$own_hash" lock "$1"), '$.hash')")
	db "SELECT $(with_row "$(a_row $next "$own_hash" lock "$1")" $next "'$hash'")" >"$work/lines"
	as operator "CALL operator_recover_begin()" >/dev/null
	as operator "CALL operator_recover_take('$(cat "$work/lines")')" >/dev/null
	as operator "CALL operator_recover('trail', TRUE)" | head -c 12
}
last=$(db "SELECT MAX(id) FROM user")
is "$(far $((last + 1000000001)))" trail-number "a user far beyond ours, from whom on no number would be left for long"
like "$(far $((last + 1000)))" "^ok" "the twin: one that is not"
as operator "CALL operator_recover_begin()" >/dev/null
db "SELECT $(with_row "$(a_row $next)" $next "$next_hash")" >"$work/lines"
as operator "CALL operator_recover_take('$(cat "$work/lines")')" >/dev/null
is "$(as operator "CALL operator_recover('trail', TRUE)" | head -c 2) $(open)" "ok closed" "the twin would be taken"
as operator "CALL operator_recover_begin()" >/dev/null
as operator "CALL operator_recover_take('$(cat "$work/lines")')" >/dev/null
is "$(as operator "CALL operator_recover('trail', FALSE)" | head -c 2) $(open)" "ok open" "and is"

# --- a policy that this version does not take, to the end

as operator "CALL operator_close_service()" >/dev/null
own=$(db "SELECT number FROM audit_head WHERE contract_id = 0")
own_hash=$(db "SELECT LOWER(HEX(hash)) FROM audit_head WHERE contract_id = 0")
digits=$(db "SELECT token_digits FROM policy_now")
db "SELECT $(with_acts policy 'token_digits: 6 -> 7' policy 'drift_limit: 3 -> 2' \
	user-import '99999999999999999999 users' user-import '-99999999999999999999 users')" >"$work/lines"
as operator "CALL operator_recover_begin()" >/dev/null
as operator "CALL operator_recover_take('$(cat "$work/lines")')" >/dev/null
is "$(as operator "CALL operator_recover('trail', FALSE)" | head -c 2) $(open)" "ok open" "the recovery does not fail by it"
is "$(db "SELECT CONCAT_WS(' ', token_digits, drift_limit) FROM policy_now")" "$digits 2" \
	"the value is not taken; the twin: one that is good is"
run recover --report
like "$out" 'Set the policy again.* token_digits: 6 -> 7' "and people are told"
unlike "$out" 'drift_limit' "the twin: not of the one that was taken"
last=$(db "SELECT MAX(id) FROM user")
new_user late
ok "an import that no database takes does not use up the numbers of users" \
	[ $((user - last > 100000 && user - last < 200000)) = 1 ]

done_testing
