# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of single packets share, on top of tests/lib.sh: a stack whose clock stands, people
# with tokens, and what a reply says in short.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

noon='2026-11-25 12:00:00'

# wire_up [options of tests/stack up]: a stack at noon, with the contract C-1 under OTP.
wire_up()
{
	stack_up "$@"
	stack_do clock "$noon" >/dev/null || bail "the clock can't be set"
	make_contract C-1
}

# The login password of a user of `person`.
word()
{
	printf 'pass-%s-Word' "$1"
}

# person LOGIN [master|general]: a user of C-1 with certificate and token; the next login needs
# next_step before it.
person()
{
	make_user C-1 "$1" "${2:-general}" "$(word "$1")"
	setup_token "$1" "$(word "$1")"
}

# once LOGIN CODE [WORDS...]: password and code in one request.
once()
{
	first_leg "$1" "$(word "$1")" "Seikyo-OTP=$2" "${@:3}"
}

# enter LOGIN [WORDS...]: a whole login with the next code; prints the last reply.
enter()
{
	next_step
	once "$1" "$(code "$1")" "${@:2}"
}

# As in tests/lib.sh, without a process of tests/stack in between: they are called a thousand times.
sql()
{
	mariadb --no-defaults --default-character-set=utf8mb4 --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" \
		--batch --skip-column-names "$SEIKYO_DB_NAME" -e "$1"
}

# Unix time of the stack's clock.
now()
{
	sql 'SELECT time_us(clock_now()) DIV 1000000'
}

# codes LOGIN STEPS MORE: what the phone shows that many steps from now, and in the steps after it.
codes()
{
	(
		# shellcheck disable=SC1090 # written by tests/phone
		. "$stack/phone/$1"
		# shellcheck disable=SC2154 # set there
		printf '%s' "$secret" | oathtool "--totp=$algorithm" --digits="$digits" --window="$3" \
			--time-step-size="${period}s" --now="@$(($(now) + $2 * period))" -
	)
}

code()
{
	codes "$1" "${2:-0}" 0
}

# A code that is none of those which the phone shows within ten minutes of now.
wrong_code()
{
	local number all

	all=$(codes "$1" -10 20)
	for number in 000000 111111 222222 333333 444444 555555 666666; do
		[[ $all == *$number* ]] || break
	done
	printf '%s' $number
}

# told LINE: what is wrong with a reply, its packet code, its outcome ("-" without one).
told()
{
	local head=${1%%=*} outcome

	outcome=$(field Seikyo-Outcome "$1")
	printf '%s %s' "${head% *}" "${outcome:--}"
}

# says LINE CODE-AND-OUTCOME NAME: `says "$reply" 'Reject OTP-Locked' ...`
says()
{
	is "$(told "$1")" "Access-$2" "$3"
}

# has LINE NAME...: the names of those attributes that the reply has, in that order.
has()
{
	local name found=

	for name in "${@:2}"; do
		[ -z "$(field "$name" "$1")" ] || found="$found $name"
	done
	printf '%s' "${found# }"
}

# column LOGIN EXPRESSION: of the user's row.
column()
{
	sql "SELECT $2 FROM user WHERE login_id = '$1'"
}

# All that a packet may change, as one line.
snapshot()
{
	sql 'CHECKSUM TABLE user, decoy, token, ticket, login_event, audit_event, audit_head, mail_outbox' |
		cut -f 2 | paste -sd ' '
}

# raw LINE: the reply's bytes, without what differs in each.
raw()
{
	field raw "$1"
}

# port N: the word that sends a request to server N.
port()
{
	local name=SEIKYO_RADIUS_PORT

	[ "$1" = 1 ] || name=SEIKYO_RADIUS_PORT_$1
	printf 'port=%s' "${!name}"
}

# random BYTES: in hex.
random()
{
	openssl rand -hex "$1"
}

# setup LOGIN [STEPS]: a new token for a user who has none, up to its first code, which is STEPS off;
# prints the last reply.
setup()
{
	local reply words

	reply=$(first_leg "$1" "$(word "$1")" "source=$SEIKYO_CONSOLE_HOST" \
		"secret=$SEIKYO_CONSOLE_SECRET" Seikyo-Purpose=Console)
	"$TEST_ROOT/tests/phone" issue "$stack" "$1" "$(field Seikyo-Ticket "$reply")" >/dev/null &&
		"$TEST_ROOT/tests/phone" install "$stack" "$1" || bail "no new token for $1: $reply"
	mapfile -t words < <(test_words "$1" "$(code "$1" "${2:-0}")")
	rad_console "${words[@]}" "State=$(field State "$reply")" Seikyo-Purpose=Console
}

# revoke LOGIN: by the branch.
revoke()
{
	test_operate revoke "$1" --reason lost --paper P-1
}

policy()
{
	test_operate policy set "$1" "$2"
}
