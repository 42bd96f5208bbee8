# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the shell tests share: TAP, a private stack, RADIUS requests, users. A test is
#
#	#!/bin/bash
#	# SPDX-License-Identifier: GPL-2.0-only
#	. "$(dirname "$0")/../lib.sh"
#	stack_up
#	...
#	done_testing
#
# A test point made in a subshell (behind a pipe, in $(...)) is printed but not counted: don't.

TEST_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TEST_TOOL=$TEST_ROOT/build/tools/radius
test_points=0
test_failures=0
test_done=no
test_stacks=()
test_at_exit=()
test_cheap=
stack=

# --- TAP

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /' >&2
}

# Ends the file at once: for what is no test point but must work before any can be made.
bail()
{
	printf 'Bail out! %s\n' "$(printf '%s' "$*" | head -n 1)"
	diag "$*"
	exit 1
}

test_point()
{
	test_points=$((test_points + 1))
	if [ "$1" = 0 ]; then
		printf 'ok %d - %s\n' "$test_points" "$2"
		return 0
	fi
	test_failures=$((test_failures + 1))
	printf 'not ok %d - %s\n' "$test_points" "$2"
	return 1
}

# ok NAME [COMMAND...]: holds if the command ends with 0; without one it holds.
ok()
{
	local name=$1 status=0

	shift
	if [ $# != 0 ]; then
		"$@" || status=$?
	fi
	test_point "$status" "$name" || diag "'$*' ended with $status"
}

# not_ok NAME [COMMAND...]: holds if the command ends with another status than 0; without one it fails.
not_ok()
{
	local name=$1

	shift
	if [ $# != 0 ] && ! "$@"; then
		test_point 0 "$name"
		return
	fi
	test_point 1 "$name"
	[ $# = 0 ] || diag "'$*' ended with 0"
}

test_compare()
{
	test_point "$1" "$2" && return
	diag "got:    $3"
	diag "wanted: $4"
}

# is GOT WANT NAME
is()
{
	local status=0

	[ "$1" = "$2" ] || status=1
	test_compare "$status" "$3" "$1" "$2"
}

# isnt GOT UNWANTED NAME
isnt()
{
	local status=0

	[ "$1" != "$2" ] || status=1
	test_compare "$status" "$3" "$1" "anything else"
}

# 0 if text matches, 1 if not, 2 for a bad regular expression: that is neither.
test_matches()
{
	[[ $1 =~ $2 ]]
}

# like GOT REGEX NAME (extended regular expression, not anchored)
like()
{
	local status=0

	test_matches "$1" "$2" || status=$?
	test_compare "$status" "$3" "$1" "a match of $2"
}

# unlike GOT REGEX NAME
unlike()
{
	local status=0

	test_matches "$1" "$2" || status=$?
	test_compare "$((status != 1))" "$3" "$1" "no match of $2"
}

# The last line of each file: the plan. Ends the file.
done_testing()
{
	test_done=yes
	if [ "$test_points" = 0 ]; then
		test_point 1 "a test point was made"
	fi
	printf '1..%d\n' "$test_points"
	exit $((test_failures != 0))
}

# --- leaving

# at_exit COMMAND WORDS...: called when the file ends, however it ends; the last one first.
at_exit()
{
	test_at_exit+=("$(printf '%q ' "$@")")
}

test_logs()
{
	local log

	for log in "$1"/server/radius*/radius.log "$1"/server/db/error.log "$1"/server/web*/{output,error}.log; do
		[ -f "$log" ] || continue
		diag "--- the end of $log"
		tail -n 30 "$log" | sed 's/^/# /' >&2
	done
}

test_leave()
{
	local status=$? i

	trap - EXIT
	trap '' INT TERM HUP
	if [ "$status" != 0 ] || [ "$test_failures" != 0 ] || [ "$test_done" = no ]; then
		for i in "${test_stacks[@]}"; do
			test_logs "$i"
		done
	fi
	for ((i = ${#test_at_exit[@]} - 1; i >= 0; i--)); do
		eval "${test_at_exit[i]}"
	done
	for i in "${test_stacks[@]}"; do
		"$TEST_ROOT/tests/stack" down "$i" >/dev/null || status=1
		rm -rf "$(dirname "$i")"
	done
	exit "$status"
}

trap test_leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# --- the stack

# stack_up [options of tests/stack up]: a private stack in $stack, its variables set and exported.
# Called again it starts another one; stack_use goes back to an earlier one.
stack_up()
{
	local directory

	directory=$(mktemp -d /tmp/seikyo.XXXXXX) || bail "no temporary directory"
	# The servers' own user has to pass.
	chmod 0711 "$directory"
	test_stacks+=("$directory/stack")
	"$TEST_ROOT/tests/stack" up "$directory/stack" "$@" >"$directory/up.out" 2>&1 ||
		bail "the stack does not come up
$(tail -n 40 "$directory/up.out")"
	stack_use "$directory/stack"
}

# stack_use DIR
stack_use()
{
	stack=$1
	set -a
	# shellcheck disable=SC1091 # made by tests/stack
	. "$stack/env"
	set +a
}

# stack_do SUBCOMMAND [WORDS...]: tests/stack on this stack: stack_do kill db, stack_do clock +90
stack_do()
{
	"$TEST_ROOT/tests/stack" "$1" "$stack" "${@:2}" || return
	# A server that was started again has another process id.
	[ "$1" != start ] || stack_use "$stack"
}

# sql STATEMENT: as root; a line for each row, columns parted by tabs.
sql()
{
	stack_do sql "$SEIKYO_DB_NAME" -e "$1"
}

# next_step: the test clock goes on to the next code. It need not be frozen.
next_step()
{
	stack_do clock +60 >/dev/null || bail "the clock can't be moved"
}

# poll SECONDS COMMAND...: 0 as soon as the command ends with 0, 1 if it has not by then.
poll()
{
	local until=$((SECONDS + $1))

	shift
	while ! "$@"; do
		[ "$SECONDS" -lt "$until" ] || return 1
		sleep 0.1
	done
}

# --- requests

# esc TEXT: the text as a value in a request line.
esc()
{
	local text=${1//\\/\\x5c}

	text=${text// /\\x20}
	text=${text//$'\t'/\\x09}
	text=${text//$'\r'/\\x0d}
	printf '%s' "${text//$'\n'/\\x0a}"
}

# rad [OPTIONS] WORDS...: one request line (see tests/tools/radius.c), its reply's line. Each argument
# is one word: a blank in it is the value's; a backslash begins an escape.
rad()
{
	local options=() words=() word

	while [[ ${1-} == -* ]]; do
		options+=("$1")
		case $1 in
		-t | -r | --host | --port | --secret)
			options+=("$2")
			shift
			;;
		esac
		shift
	done
	for word; do
		word=${word// /\\x20}
		word=${word//$'\t'/\\x09}
		words+=("${word//$'\n'/\\x0a}")
	done
	printf '%s\n' "${words[*]}" | "$TEST_TOOL" "${options[@]}"
}

# rad_console [OPTIONS] WORDS...: the same, sent by the console.
rad_console()
{
	rad "$@" "source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET"
}

# rad_many [OPTIONS]: request lines on standard input, all sent at once; a line for each packet.
rad_many()
{
	"$TEST_TOOL" "$@"
}

# field NAME LINE: the value of an attribute in a reply's line, without its quotes; "" if it is not
# there, a line for each if it is there several times. Quoted text that looks like an attribute is none.
field()
{
	# Bytes, not characters: a reply may hold invalid UTF-8.
	local LC_ALL=C rest=$2 name value pattern='^([^ =]+)(=("[^"]*"|[^ ]*))?( +|$)'

	while [[ $rest =~ $pattern ]]; do
		name=${BASH_REMATCH[1]}
		value=${BASH_REMATCH[3]}
		rest=${rest:${#BASH_REMATCH[0]}}
		if [ "$name" = "$1" ] && [ -n "${BASH_REMATCH[2]}" ]; then
			value=${value#\"}
			printf '%s\n' "${value%\"}"
		fi
	done
}

# --- users

test_operate()
{
	local said

	said=$("$SEIKYO_COMMAND" "$@" 2>&1) || bail "seikyo-otp $1 $2 ended with $?
$said"
}

# Hashes of a millisecond: what is tested with these users is not the hash.
cheap_hashes()
{
	[ "$test_cheap" != "$stack" ] || return 0
	# shellcheck disable=SC2016 # a prefix of crypt(5)
	test_operate policy set hash_prefix '$6$'
	test_operate policy set hash_cost 1000
	test_cheap=$stack
}

# Whoever gets locked is freed twenty times a second from here on: locked users alone would not lead hostile
# requests far, however fast they come. An event's own shortest interval is a second.
free_locked()
{
	stack_do sql "$SEIKYO_DB_NAME" <<-EOF
	SET GLOBAL event_scheduler = ON;
	DELIMITER //
	CREATE EVENT free_locked ON SCHEDULE EVERY 1 SECOND DO FOR i IN 1..20 DO
		UPDATE user SET otp_failures = 0, otp_locked_at = NULL, password_failures = 0,
			password_locked_until = NULL, confirmation_failures = 0, confirmation_locked_until = NULL;
		DO SLEEP(0.05);
	END FOR //
	EOF
}

# make_contract NUMBER [START-DATE]: under OTP from today (Japan) on if no date is given; `none`: it has
# not applied.
make_contract()
{
	local date=${2-}

	cheap_hashes
	test_operate contract add "$1" --name "契約 $1" --mail "contract@example.com"
	if [ -z "$date" ]; then
		date=$(sql 'SELECT DATE(clock_now() + INTERVAL 9 HOUR)')
	fi
	[ "$date" = none ] || test_operate contract start "$1" "$date"
}

# Login ids may hold any byte, file names may not.
test_certificate_file()
{
	printf '%s/certificates/%s.pem' "$stack" "$(printf '%s' "$1" | sha256sum | cut -c 1-32)"
}

# make_user CONTRACT LOGIN master|general PASSWORD: with a client certificate.
make_user()
{
	local file

	test_operate user add "$1" "$2" --role "$3" --name "利用者 $2" --mail "user@example.com" <<<"$4"
	file=$(test_certificate_file "$2")
	mkdir -p "${file%/*}"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null \
		-subj /CN=user -days 3650 -out "$file" 2>/dev/null || bail "no certificate made"
	test_operate user certificate add "$2" "$file"
	openssl x509 -in "$file" -outform DER | sha256sum | cut -d ' ' -f 1 >"$file.sha256"
}

# certificate LOGIN: SHA-256 of the certificate that make_user gave, in hex; nothing for other logins.
certificate()
{
	local file

	file=$(test_certificate_file "$1").sha256
	[ ! -e "$file" ] || cat "$file"
}

# test_words LOGIN WHAT-IS-TYPED: the words that every request has, a line each.
test_words()
{
	local digest

	digest=$(certificate "$1")
	printf '%s\n' "User-Name=$(esc "$1")" "User-Password=$(esc "$2")" \
		${digest:+"Seikyo-Client-Certificate=$digest"}
}

# first_leg LOGIN PASSWORD [WORDS...]: the reply to the password.
first_leg()
{
	local words

	mapfile -t words < <(test_words "$1" "$2")
	rad "${words[@]}" "${@:3}"
}

# login LOGIN PASSWORD [WORDS...]: the State that the code must come with.
login()
{
	field State "$(first_leg "$@")"
}

# answer STATE CODE LOGIN [WORDS...]: the reply to the code.
answer()
{
	local words

	mapfile -t words < <(test_words "$3" "$2")
	rad "${words[@]}" "State=$1" "${@:4}"
}

# code LOGIN [STEPS]: what the phone shows now, or that many steps later.
code()
{
	"$TEST_ROOT/tests/phone" code "$stack" "$@"
}

# setup_token LOGIN PASSWORD: the whole initial setup (R5), up to the first code, which is used up: the
# next login needs next_step before it.
setup_token()
{
	local words reply

	mapfile -t words < <(test_words "$1" "$2")
	reply=$(rad_console "${words[@]}" Seikyo-Purpose=Console)
	[ -n "$(field Seikyo-Ticket "$reply")" ] || bail "no ticket for the setup: $reply"
	"$TEST_ROOT/tests/phone" issue "$stack" "$1" "$(field Seikyo-Ticket "$reply")" >/dev/null ||
		bail "no token issued"
	"$TEST_ROOT/tests/phone" install "$stack" "$1" >/dev/null || bail "no token installed"
	mapfile -t words < <(test_words "$1" "$(code "$1")")
	reply=$(rad_console "${words[@]}" "State=$(field State "$reply")" Seikyo-Purpose=Console)
	[[ $reply == Access-Accept\ * ]] || bail "the first code is not accepted: $reply"
}

# answered COMMAND...: runs it, which sends by curl more than a server takes, until $status tells of an answer: a
# server that ends the connection while curl still sends may leave it without one.
answered()
{
	local try

	for try in 1 2 3 4 5; do
		"$@"
		case ${status:?} in
		000 | 100) diag "no answer at try $try" ;;
		*) return ;;
		esac
	done
}
