# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of the schema share, on top of tests/lib.sh: sessions of the database that stay open, the
# verdicts of procedures by their names, a clock, and people made by the procedures alone.
# shellcheck disable=SC2034 # the tests share variables
# shellcheck disable=SC2119,SC2120 # the tests pass arguments
# shellcheck disable=SC2016 # prefixes of crypt(5)
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
declare -A session_in session_out session_pid refusal_name refusal_text
serial=0

while IFS=$'\t' read -r number name _ text; do
	[[ $number == 31* ]] || continue
	refusal_name[$number]=$name
	refusal_text[$number]=$text
done <"$TEST_ROOT/schema/refusals.tsv"

# --- sessions

# client USER [OPTIONS]: the mariadb client on this stack's database, with standard output and error as one.
client()
{
	mariadb --no-defaults --default-character-set=utf8mb4 --socket="$SEIKYO_DB_SOCKET" --user="$1" --batch \
		--skip-column-names "${@:2}" 2>&1
}

session_close()
{
	kill "${session_pid[$1]}" 2>/dev/null
	wait "${session_pid[$1]}" 2>/dev/null
}

# session NAME [USER [OPTIONS]]: opens a session; root's without a user. `db` is there from schema_up on.
session()
{
	local in out

	mkfifo "$work/$1.in" "$work/$1.out"
	client "${2-$SEIKYO_DB_ROOT}" --unbuffered --force "${@:3}" "$SEIKYO_DB_NAME" \
		<"$work/$1.in" >"$work/$1.out" &
	session_pid[$1]=$!
	exec {in}>"$work/$1.in" {out}<"$work/$1.out"
	session_in[$1]=$in session_out[$1]=$out
	at_exit session_close "$1"
}

# send NAME STATEMENT: without waiting for what comes of it.
send()
{
	printf '%s;\nDO 1;\nSELECT "\x04";\n' "$2" >&"${session_in[$1]}"
}

# receive NAME: what came of the oldest statement that was sent: rows, or the client's line of an error.
receive()
{
	local line

	while IFS= read -r -t 30 line <&"${session_out[$1]}"; do
		[ "$line" != $'\x04' ] || return 0
		printf '%s\n' "$line"
	done
	bail "session $1 does not answer"
}

# db STATEMENT: as root, in the session `db`.
db()
{
	send db "$1"
	receive db
}

# verdict_of ANSWER: `ok`, followed by the rows if there are any; the name of a refusal, followed by its text
# where that is not the list's; or `error NUMBER` for what is no refusal.
verdict_of()
{
	local number text pattern='ERROR ([0-9]+) \([0-9A-Z]+\)[^:]*: (.*)$'

	if ! [[ $1 =~ $pattern ]]; then
		printf 'ok%s' "${1:+ $1}"
		return
	fi
	number=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]}
	if [ -z "${refusal_name[$number]-}" ]; then
		printf 'error %s' "$number"
	elif [ "$text" = "${refusal_text[$number]}" ]; then
		printf '%s' "${refusal_name[$number]}"
	else
		printf '%s %s' "${refusal_name[$number]}" "$text"
	fi
}

# verdict STATEMENT: as root.
verdict()
{
	verdict_of "$(db "$1")"
}

# verdict_as USER PASSWORD STATEMENT: in a connection of its own.
verdict_as()
{
	verdict_of "$(client "$1" --password="$2" "$SEIKYO_DB_NAME" --execute="$3")"
}

# schema_up [OPTIONS]: a stack, with a session of root. The clock stands at noon, Japan time.
schema_up()
{
	stack_up "$@"
	session db
	clock '2026-11-22 12:00:00'
}

# --- the clock

# clock 'TIME': stands still at this time of Japan.
clock()
{
	db "CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION clock_now() RETURNS DATETIME(6)
		NOT DETERMINISTIC NO SQL RETURN TIMESTAMP'$1' - INTERVAL 9 HOUR"
}

# clock_by SECONDS: moves it, a fraction too.
clock_by()
{
	clock "$(db "SELECT clock_now() + INTERVAL 9 HOUR + INTERVAL $1 SECOND")"
}

# --- people

# Nobody's: of the form of crypt(5).
hash_1='$6$rounds=1000$seikyo$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
hash_2='$6$rounds=1000$seikyo$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB'

digest_of()
{
	printf "UNHEX(SHA2('%s', 256))" "$1"
}

# fresh BYTES: bytes that were never there before, as SQL.
fresh()
{
	printf "X'%0$(($1 * 2))x'" "$serial"
}

# new_attempt: the next calls are another attempt ($attempt, $request, $ticket).
new_attempt()
{
	serial=$((serial + 1))
	attempt=$(fresh 16) request=$(fresh 8) ticket=$(fresh 16)
	ticket_digest="UNHEX(SHA2($ticket, 256))"
}

# new_user LOGIN [master|general [CONTRACT]]: of contract C-1 if none is named, under OTP since the beginning of 2026;
# $user is his id.
new_user()
{
	local contract=${3-C-1}

	if [ -z "$(db "SELECT 1 FROM contract WHERE number = '$contract'")" ]; then
		db "CALL branch_add_contract('$contract', '契約', 'contract@example.com');
			CALL branch_start_contract('$contract', '2026-01-01');
			CALL operator_set_policy('require_certificate', 'none')"
	fi
	db "CALL branch_add_user('$contract', '$1', '${2-general}', '利用者', 'user@example.com', '$hash_1')"
	user_is "$1"
}

# user_is LOGIN: it is about him from here on.
user_is()
{
	user=$(db "SELECT id FROM user WHERE login_id = '$1'")
	[ -n "$user" ] || bail "no user $1"
	token=$(user_has "IFNULL(live_token, 'NULL')")
}

# column TABLE.COLUMN... of the user or of his newest token, as one line.
user_has()
{
	db "SELECT CONCAT_WS(' ', $1) FROM user WHERE id = $user"
}

token_has()
{
	db "SELECT CONCAT_WS(' ', $1) FROM token WHERE user_id = $user ORDER BY id DESC LIMIT 1"
}

now_us='time_us(clock_now())'
start_digest="X'$(printf '11%.0s' {1..32})'"
envelope="X'$(printf '22%.0s' {1..100})'"
# As core/seal.h says: version, length of the key's id, id, and what is sealed.
safe="X'010131$(printf '33%.0s' {1..60})'"

# password_now [USER]: what stands for his password as it is now, where the module says which one was right.
password_now()
{
	printf "X'%s'" "$(db "SELECT SHA2(password_hash, 256) FROM user WHERE id = ${1-$user}")"
}

# setup_ticket: opens a setup ticket for the user; it is $ticket.
setup_ticket()
{
	new_attempt
	db "CALL radius_open_setup($user, time_us(clock_now()), NULL, $(password_now), $attempt, $ticket_digest)"
}

# issue [TICKET]: the verdict of an issue with $ticket or this one.
issue()
{
	verdict "CALL console_issue_token(${1-$ticket}, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)"
}

install()
{
	verdict "CALL app_install_token('SEIKYO', '$app_user_id', ${1-$start_digest}, $envelope)"
}

# issued_token, installed_token, active_token: the user's, from nothing; $token is its id.
issued_token()
{
	local answer

	setup_ticket
	answer=$(issue)
	[[ $answer == ok\ * ]] || bail "no token issued: $answer"
	app_user_id=$(token_has app_user_id)
	token=$(token_has id)
}

installed_token()
{
	local answer

	issued_token
	answer=$(install)
	[[ $answer == ok\ * ]] || bail "no token installed: $answer"
}

active_token()
{
	local answer

	installed_token
	new_attempt
	answer=$(settle_code "$(step)" "safe=$safe")
	[ "$answer" = ok ] || bail "the first code is not accepted: $answer"
	clock_by 60
}

# step [STEPS]: the code's step at the clock, or so many later.
step()
{
	db "SELECT FLOOR($now_us / 60000000) + ${1-0}"
}

# settle_code STEP [NAME=VALUE...]: the verdict of radius_settle_code on $user, $token and $attempt; named
# arguments stand for what else is passed. The password was right, unless a hash is given.
settle_code_call()
{
	local state=$now_us drift=0 first=NULL client="'gateway'" certificate=NULL hash='' sealed=NULL
	local ticketed=NULL whose=$user which=${token-NULL} word

	for word in "${@:2}"; do
		case $word in
		state=*) state=${word#*=} ;;
		drift=*) drift=${word#*=} ;;
		first=*) first=${word#*=} ;;
		client=*) client=${word#*=} ;;
		certificate=*) certificate=${word#*=} ;;
		hash=*) hash=${word#*=} ;;
		safe=*) sealed=${word#*=} ;;
		ticket=*) ticketed=${word#*=} ;;
		user=*) whose=${word#*=} ;;
		token=*) which=${word#*=} ;;
		*) bail "settle_code does not take $word" ;;
		esac
	done
	[ -n "$hash" ] || hash=$(password_now "$whose")
	printf 'CALL radius_settle_code(%s)' "$whose, $which, $state, $1, $drift, $attempt, $request, $first,
		$client, $certificate, $hash, $sealed, $ticketed"
}

settle_code()
{
	verdict "$(settle_code_call "$@")"
}

# The events of the user (or where the condition holds), oldest first, one line.
events()
{
	db "SELECT CONCAT_WS(' ', leg, verdict, reason) FROM login_event WHERE ${1-user_id = $user} ORDER BY id" |
		paste -sd ,
}

# audits [CONDITION]: acts on the user, oldest first, one line.
audits()
{
	db "SELECT act FROM audit_event WHERE ${1-on_user = $user} ORDER BY contract_id, number" | paste -sd ' '
}

mails()
{
	db "SELECT kind FROM mail_outbox WHERE ${1-user_id = $user} ORDER BY id" | paste -sd ' '
}

# user_row: everything of the user's row, as one hash: it changes if anything does.
user_row()
{
	db "SELECT MD5(CONCAT_WS('|', login_id, role, display_name, mail_address, password_hash,
		IFNULL(confirmation_hash, '-'), IFNULL(closed_at, '-'), password_failures,
		IFNULL(password_locked_until, '-'), otp_failures, IFNULL(otp_locked_at, '-'),
		confirmation_failures, IFNULL(confirmation_locked_until, '-'), IFNULL(live_token, '-'),
		otp_last_step, otp_drift, states_from, attempts, IFNULL(login_1_at, '-'), IFNULL(login_2_at, '-'),
		IFNULL(login_3_at, '-'), IFNULL(login_4_at, '-'))) FROM user WHERE id = $user"
}

# --- the accounts, and people at the console

# accounts: opens a session for each account of the database: radius, console, branch, operator, keys, mailer.
accounts()
{
	db "ALTER USER seikyo_keys IDENTIFIED BY 'test'; ALTER USER seikyo_mailer IDENTIFIED BY 'test';
		ALTER USER branch1@localhost IDENTIFIED BY 'test'; ALTER USER operator1@localhost IDENTIFIED BY 'test'"
	session radius seikyo_radius --password="$SEIKYO_RADIUS_DB_PASSWORD"
	session console seikyo_console --password="$SEIKYO_CONSOLE_DB_PASSWORD"
	session branch branch1 --password=test
	session operator operator1 --password=test
	session keys seikyo_keys --password=test
	session mailer seikyo_mailer --password=test
}

# as ACCOUNT STATEMENT: the verdict in the session of this account.
as()
{
	send "$1" "$2"
	verdict_of "$(receive "$1")"
}

# new_master LOGIN [CONTRACT]: a master with a confirmation password and an active token.
new_master()
{
	new_user "$1" master "${2-C-1}"
	db "CALL branch_set_confirmation_password('$1', '$hash_2')"
	active_token
}

# session_ticket: the user logs in by his next code; $ticket is for a session.
session_ticket()
{
	local answer

	clock_by 60
	new_attempt
	answer=$(as radius "$(settle_code_call "$(step)" "ticket=$ticket_digest" "client='console'" \
		"state=$(db "SELECT $now_us")")")
	[ "$answer" = ok ] || bail "no login: $answer"
}

# open_session [TICKET]: the verdict; $cookie is what the browser keeps.
open_session()
{
	cookie=$(fresh 32)
	answer=$(as console "CALL console_open_session(${1-$ticket}, $cookie, NULL)")
}

# log_in LOGIN: $cookie.
log_in()
{
	user_is "$1"
	session_ticket
	open_session
	[[ $answer == ok\ * ]] || bail "no session for $1: $answer"
}

# confirm COOKIE: the user enters his confirmation password; $ticket is bound to the session of this cookie.
confirm()
{
	new_attempt
	answer=$(as radius "CALL radius_settle_confirmation($user, X'77000102030405060708090a0b0c0d0e', TRUE,
		$(digest_of "$hash_2"), UNHEX(SHA2($1, 256)), $attempt, $request, 'console', $ticket_digest)")
}

# act_call unlock|revoke COOKIE TICKET LOGIN...: the call of a master who has ticked these users. JSON, or
# else SQL, may be given in the place of login ids: as one word that begins with [ or (.
act_call()
{
	local users

	case $4 in
	[[\(]*) users=$4 ;;
	*) users=$(printf ',"%s"' "${@:4}") users="[${users:1}]" ;;
	esac
	if [[ $users != \(* ]]; then
		users=${users//\\/\\\\}
		users="'${users//\'/\'\'}'"
	fi
	printf "CALL console_%s(%s, NULL, %s, %s%s)" "$1" "$2" "$3" "$users" "$([ "$1" = unlock ] || echo ", 'lost'")"
}

# lock_user LOGIN: by five wrong codes.
lock_user()
{
	local i state

	user_is "$1"
	state=$(db "SELECT $now_us")
	for ((i = 0; i < 5; i++)); do
		new_attempt
		answer=$(as radius "$(settle_code_call NULL "state=$state")")
	done
	[ "$answer" = locked ] || bail "$1 is not locked: $answer"
}

# --- races

# blocked N: waits until N transactions wait for a row.
blocked()
{
	local i

	for ((i = 0; i < 1000; i++)); do
		[ "$(db "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'" | cut -f 2)" -lt "$1" ] || return 0
		sleep 0.01
	done
	return 1
}

# race STATEMENT...: all are at the user's row (or what the query $race_at locks) at the same time, each in a session of
# its own (race1, race2, ...), let go at one instant; $raced holds the verdicts, one for each.
race()
{
	local i

	raced=()
	if [ -z "${session_pid[holder]-}" ]; then
		session holder
	fi
	for ((i = 1; i <= $#; i++)); do
		[ -n "${session_pid[race$i]-}" ] || session "race$i"
	done
	send holder "START TRANSACTION; ${race_at-SELECT id FROM user WHERE id = $user} FOR UPDATE"
	receive holder >/dev/null
	for ((i = 1; i <= $#; i++)); do
		send "race$i" "${!i}"
		blocked "$i" || diag "statement $i does not wait"
	done
	send holder "COMMIT"
	receive holder >/dev/null
	for ((i = 1; i <= $#; i++)); do
		raced+=("$(verdict_of "$(receive "race$i")")")
	done
}
