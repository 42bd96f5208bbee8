#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What only the console may ask for: Purpose Console and Confirmation-Password, and the tickets that
# come of them (DESIGN section 4).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"
. "$TEST_ROOT/tests/tools/hold.sh"

wire_up
person alice master
person bob general
make_user C-1 carol master "$(word carol)"
test_operate user confirmation-password alice <<<confirm-alice
next_step

# console LOGIN TYPED [WORDS...]: sent by the console.
console()
{
	first_leg "$1" "$2" "source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET" "${@:3}"
}

# confirm LOGIN TYPED SESSION [WORDS...]: a confirmation password for a console session.
confirm()
{
	console "$1" "$2" Seikyo-Purpose=Confirmation-Password ${3:+"Seikyo-Session=$3"} "${@:4}"
}

# ticket REPLY COLUMNS: the row of a reply's ticket, found by the SHA-256 of its 16 bytes.
ticket()
{
	local hex

	hex=$(field Seikyo-Ticket "$1")
	[ ${#hex} = 32 ] || {
		printf 'no ticket of 16 bytes: %s' "$hex"
		return
	}
	sql "SELECT $2 FROM ticket WHERE digest = X'$(perl -e 'print pack("H*", $ARGV[0])' "$hex" | sha256sum | cut -d ' ' -f 1)'"
}

tickets()
{
	sql 'SELECT COUNT(*) FROM ticket'
}

# none LINE CODE-AND-OUTCOME COUNT NAME: refused so, without a ticket, and none opened.
none()
{
	says "$1" "$2" "$4"
	is "$(field Seikyo-Ticket "$1")" '' "$4: no ticket in the reply"
	is "$(tickets)" "$3" "$4: no ticket opened"
}

# --- setup

count=$(tickets)
reply=$(console carol "$(word carol)" Seikyo-Purpose=Console)
says "$reply" 'Challenge Setup-Required' 'a right password without a token opens the setup'
is "$(ticket "$reply" "CONCAT_WS(' ', user_id, purpose, session_digest IS NULL, burned_at IS NULL,
	expires_at = clock_now() + INTERVAL 30 MINUTE, LOWER(HEX(certificate)))")" \
	"$(column carol id) setup 1 1 1 $(certificate carol)" \
	'the ticket that the database has is the one sent: for the setup, for 30 minutes, with the certificate'
is "$(tickets)" $((count + 1)) 'and the only one opened'
setup=$reply
none "$(console carol wrong-password Seikyo-Purpose=Console)" 'Reject -' $((count + 1)) 'setup: a wrong password'
none "$(rad_console User-Name=carol "User-Password=$(word carol)" Seikyo-Purpose=Console)" 'Reject -' $((count + 1)) \
	'setup: no certificate'
none "$(console carol "$(word carol)")" 'Reject Setup-Required' $((count + 1)) 'setup: the console with Purpose Login'
none "$(first_leg carol "$(word carol)" Seikyo-Purpose=Console)" 'Reject -' $((count + 1)) \
	'setup: a client that is not of console_groups'
none "$(console carol 123456 "State=$(field State "$setup")" Seikyo-Purpose=Console)" 'Challenge Setup-Required' $((count + 1)) \
	'setup: a code before a token is issued'

"$TEST_ROOT/tests/phone" issue "$stack" carol "$(field Seikyo-Ticket "$setup")" >/dev/null
is "$(ticket "$setup" 'burned_at IS NOT NULL')" 1 'the ticket is burned when it is used'
not_ok 'a burned ticket is refused' "$TEST_ROOT/tests/phone" issue "$stack" carol "$(field Seikyo-Ticket "$setup")" 2>/dev/null
reply=$(console carol 123456 "State=$(field State "$setup")" Seikyo-Purpose=Console)
none "$reply" 'Challenge First-Code-Required' $((count + 1)) 'setup: a code before the phone has its token'
is "$(column carol otp_failures)" 0 'setup: such a code is not counted'
"$TEST_ROOT/tests/phone" install "$stack" carol
none "$(answer "$(field State "$setup")" "$(code carol)" carol)" 'Reject -' $((count + 1)) \
	'setup: the first code sent by the gateway'
none "$(console carol "$(wrong_code carol)" "State=$(field State "$setup")" Seikyo-Purpose=Console)" \
	'Challenge OTP-Wrong' $((count + 1)) 'setup: a wrong first code'
reply=$(console carol "$(code carol)" "State=$(field State "$setup")" Seikyo-Purpose=Console)
says "$reply" 'Accept Accepted' 'the first code with the State of the setup is accepted'
is "$(ticket "$reply" "CONCAT_WS(' ', user_id, purpose, burned_at IS NULL,
	expires_at = clock_now() + INTERVAL 300 SECOND, LOWER(HEX(certificate)))")" \
	"$(column carol id) session 1 1 $(certificate carol)" 'with a session ticket'
is "$(sql "SELECT state FROM token WHERE id = $(column carol live_token)")" active 'and the token is active'
isnt "$(field Seikyo-Ticket "$reply")" "$(field Seikyo-Ticket "$setup")" 'it is another one than that of the setup'
none "$(console carol "$(code carol)" "State=$(field State "$setup")" Seikyo-Purpose=Console)" \
	'Challenge OTP-Used' $((count + 2)) 'the first code again'

# --- session

next_step
count=$(tickets)
first=$(console alice "$(word alice)" Seikyo-Purpose=Console)
none "$first" 'Challenge OTP-Required' "$count" 'session: the password alone'
none "$(console alice "$(wrong_code alice)" "State=$(field State "$first")" Seikyo-Purpose=Console)" 'Challenge OTP-Wrong' \
	"$count" 'session: a wrong code'
reply=$(console alice "$(code alice)" "State=$(field State "$first")" Seikyo-Purpose=Console)
says "$reply" 'Accept Accepted' 'session: the right code is accepted'
is "$(ticket "$reply" "CONCAT_WS(' ', user_id, purpose, burned_at IS NULL)")" "$(column alice id) session 1" \
	'session: with a session ticket'
next_step
none "$(once alice "$(code alice)")" 'Accept Accepted' $((count + 1)) 'a login at the gateway gets no ticket'
next_step
none "$(console alice "$(word alice)" "Seikyo-OTP=$(code alice)")" 'Accept Accepted' $((count + 1)) \
	'a login of Purpose Login in the console gets no ticket'
next_step
none "$(once alice "$(code alice)" Seikyo-Purpose=Console)" 'Reject -' $((count + 1)) \
	'a login of Purpose Console at the gateway is refused'
reply=$(console bob "$(word bob)" "Seikyo-OTP=$(code bob)" Seikyo-Purpose=Console)
says "$reply" 'Accept Accepted' 'session: a general user may use the console as well'
is "$(ticket "$reply" purpose)" session 'session: and gets a ticket'
policy before_start password
make_contract C-2 2027-01-01
make_user C-2 early general "$(word early)"
reply=$(console early "$(word early)" Seikyo-Purpose=Console)
says "$reply" 'Accept Accepted' 'before_start = password: the password alone is accepted in the console'
is "$(ticket "$reply" purpose)" session 'before_start = password: with a session ticket'

# --- a password that is changed between the two calls of a login

waiting()
{
	[ "$(sql "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")" = "$1" ]
}

# overtaken LOGIN [HASH]: the reply to a login at the console whose password is found right before it is changed to
# this hash and is settled after: both wait for the row, one behind the other. The clock stands, so that states_from
# does not tell the change, as with a node whose clock is behind. A wait that was too long lets the change go first.
overtaken()
{
	local file change try settled

	file=$(mktemp "$stack/reply.XXXXXX")
	for try in 1 2 3 4 5; do
		settled=$(sql "SELECT COUNT(*) FROM login_event WHERE reason = 'changed'")
		hold "$1"
		console "$1" "$(word "$1")" Seikyo-Purpose=Console >"$file" &
		asking=$!
		poll 5 waiting 1 || diag "the login does not wait for the row"
		change=''
		if [ -n "${2-}" ]; then
			sql "CALL branch_set_password('$1', '$2')" >/dev/null &
			change=$!
			poll 5 waiting 2 || diag "the change does not wait for the row"
		fi
		# Not by let_go: they all have the pipe's end.
		printf 'ROLLBACK;\n' >&"$holder_in"
		wait "$asking" $change
		let_go
		[ "$(sql "SELECT COUNT(*) FROM login_event WHERE reason = 'changed'")" != "$settled" ] || break
		diag "try $try: the change went first"
		test_operate user password "$1" <<<"$(word "$1")"
	done
	cat "$file"
}

another_hash=$(column bob password_hash)
make_user C-1 newcomer general "$(word newcomer)"
count=$(tickets)
says "$(overtaken early)" 'Accept Accepted' 'before_start = password: a login that waits for the row is accepted'
says "$(overtaken newcomer)" 'Challenge Setup-Required' 'and a setup that waits for it begins'
is "$(tickets)" $((count + 2)) 'each with its ticket'
none "$(overtaken early "$another_hash")" 'Reject -' $((count + 2)) \
	'before_start = password: the password was changed before the login is settled'
none "$(overtaken newcomer "$another_hash")" 'Reject -' $((count + 2)) \
	'setup: the password was changed before the ticket is opened'

# --- confirmation

count=$(tickets)
session=$(random 32)
reply=$(confirm alice confirm-alice "$session")
says "$reply" 'Accept Accepted' 'the right confirmation password is accepted'
is "$(ticket "$reply" "CONCAT_WS(' ', user_id, purpose, burned_at IS NULL, LOWER(HEX(session_digest)))")" \
	"$(column alice id) confirm 1 $session" 'with a ticket bound to the session that the request named'
for other in "00$(random 31)" "$(random 31)00" "$(printf '00%.0s' {1..32})" "$(random 15)0000$(random 15)"; do
	is "$(ticket "$(confirm alice confirm-alice "$other")" 'LOWER(HEX(session_digest))')" "$other" \
		"a session's digest with zeros in it is taken whole (${other:0:4}...${other:60})"
done
count=$(tickets)
none "$(confirm alice "$(word alice)" "$session")" 'Reject -' "$count" 'the login password is no confirmation password'
none "$(confirm alice wrong "$session")" 'Reject -' "$count" 'a wrong confirmation password'
is "$(column alice confirmation_failures)" 2 'both are counted'
says "$(confirm alice confirm-alice "$session")" 'Accept Accepted' 'the right one after them is accepted'
is "$(column alice confirmation_failures)" 0 'and clears the count'
count=$(tickets)
none "$(confirm alice confirm-alice '')" 'Reject -' "$count" 'a confirmation without a session'
none "$(first_leg alice confirm-alice Seikyo-Purpose=Confirmation-Password "Seikyo-Session=$session")" 'Reject -' "$count" \
	'a confirmation sent by the gateway'
is "$(column alice confirmation_failures)" 0 'neither is counted'
none "$(confirm carol confirm-alice "$session")" 'Reject -' "$count" 'a master who has no confirmation password'
none "$(confirm carol "$(word carol)" "$session")" 'Reject -' "$count" 'his login password instead'
none "$(confirm bob confirm-alice "$session")" 'Reject -' "$count" 'a general user'
sql "UPDATE user SET confirmation_hash = (SELECT confirmation_hash FROM user WHERE login_id = 'alice') WHERE login_id = 'bob'"
none "$(confirm bob confirm-alice "$session")" 'Reject -' "$count" 'a general user, even with a confirmation password'
none "$(confirm nobody confirm-alice "$session")" 'Reject -' "$count" 'an unknown user'
none "$(console alice confirm-alice Seikyo-Purpose=Console)" 'Reject -' "$count" 'the confirmation password is no login password'
sql "UPDATE user SET closed_at = clock_now() WHERE login_id = 'alice'"
none "$(confirm alice confirm-alice "$session")" 'Reject -' "$count" 'a closed user'
sql "UPDATE user SET closed_at = NULL, otp_locked_at = clock_now() WHERE login_id = 'alice'"
none "$(confirm alice confirm-alice "$session")" 'Reject -' "$count" 'a master whose codes are locked'
sql "UPDATE user SET otp_locked_at = NULL, password_failures = 0 WHERE login_id = 'alice'"

# --- its own counter and lock

replies=$(for _ in 1 2 3 4 5; do confirm alice wrong "$session"; done)
is "$(printf '%s\n' "$replies" | cut -d ' ' -f 1 | sort | uniq -c | sed 's/^ *//')" '5 Access-Reject' 'five wrong ones are refused'
none "$(confirm alice confirm-alice "$session")" 'Reject -' "$count" 'then the right one is: it is locked'
is "$(confirm alice confirm-alice "$session" | sed 's/Seikyo-Request-Id=[0-9a-f]*//')" \
	"$(confirm bob wrong "$session" | sed 's/Seikyo-Request-Id=[0-9a-f]*//')" \
	'the reply does not tell locked from wrong'
is "$(column alice "CONCAT_WS(' ', password_failures, otp_failures, otp_locked_at IS NULL, password_locked_until IS NULL)")" \
	'0 0 1 1' 'passwords and codes are not counted with it'
says "$(enter alice)" 'Accept Accepted' 'a login still works'
until=$(column alice 'TIMESTAMPDIFF(SECOND, clock_now(), confirmation_locked_until)')
stack_do clock "+$((until - 1))" >/dev/null
none "$(confirm alice confirm-alice "$session")" 'Reject -' "$count" 'locked up to the last second of 30 minutes'
stack_do clock +1 >/dev/null
says "$(confirm alice confirm-alice "$session")" 'Accept Accepted' 'after 30 minutes it is accepted'
for _ in 1 2 3 4; do
	confirm alice wrong "$session" >/dev/null
done
says "$(confirm alice confirm-alice "$session")" 'Accept Accepted' 'four wrong ones do not lock it'
for _ in 1 2 3 4 5; do
	once alice "$(wrong_code alice)" >/dev/null
done
is "$(column alice confirmation_failures)" 0 'wrong codes are not counted as confirmations'

done_testing
