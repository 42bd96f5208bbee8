#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The same request again, at the same server or another one, gets the same answer and changes nothing;
# what is only like it is a request of its own (DESIGN section 6).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up --radius 2
policy otp_failure_limit 10
person alice master
person bob

console_words=("source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET")
secret_words() { [ "$console" = no ] || printf '%s\n' "${console_words[@]}"; }
console=no

# packet WORDS...: sets packet to a request line that is the same to the byte each time that it is sent.
packet()
{
	local extra

	mapfile -t extra < <(secret_words)
	packet=("$@" "${extra[@]}" "id=$((RANDOM % 256))" "authenticator=$(random 16)")
}

send()
{
	rad "${packet[@]}" "$@"
}

# again NAME CODE-AND-OUTCOME: the packet, then the same one to both servers, and once more a while later.
# The first reply is left in $reply.
again()
{
	local before second

	reply=$(send)
	says "$reply" "$2" "$1"
	before=$(snapshot)
	is "$(send)" "$reply" "$1: the same packet again is answered the same, to the byte"
	is "$(send "$(port 2)")" "$reply" "$1: at the other server as well"
	is "$(send "$(port 2)")" "$reply" "$1: there again"
	is "$(snapshot)" "$before" "$1: and that changes nothing in the database"
	[ "${3-}" != later ] || {
		stack_do clock +59 >/dev/null
		second=$(send)
		is "$second" "$reply" "$1: 59 s later it is still answered the same"
		is "$(snapshot)" "$before" "$1: and changes nothing then"
		stack_do clock +2 >/dev/null
		second=$(send "$(port 2)")
		isnt "$(told "$second")" 'Access-Accept Accepted' "$1: after 60 s it is accepted no more"
	}
}

# attempt NAME CODE-AND-OUTCOME WORDS...: the same Seikyo-Attempt in packets with other authenticators.
attempt()
{
	local name=$1 want=$2 before id

	shift 2
	id=$(random 16)
	reply=$(rad --raw "$@" "Seikyo-Attempt=$id")
	says "$reply" "$want" "$name, with Seikyo-Attempt"
	before=$(snapshot)
	is "$(raw "$(rad --raw "$@" "Seikyo-Attempt=$id")")" "$(raw "$reply")" \
		"$name, the same Seikyo-Attempt in another packet: answered the same"
	is "$(raw "$(rad --raw "$@" "Seikyo-Attempt=$id" "$(port 2)")")" "$(raw "$reply")" \
		"$name, the same Seikyo-Attempt at the other server: answered the same"
	is "$(snapshot)" "$before" "$name, the same Seikyo-Attempt: nothing changes in the database"
}

snapshot_without_events()
{
	sql 'CHECKSUM TABLE user, decoy, token, ticket, audit_event, audit_head, mail_outbox' | cut -f 2 | paste -sd ' '
}

# words LOGIN TYPED: sets words.
words()
{
	mapfile -t words < <(test_words "$1" "$2")
}

# --- the same packet

next_step
words alice "$(word alice)"
packet "${words[@]}"
again 'a right password' 'Challenge OTP-Required'
state=$(field State "$reply")
wrong=$(wrong_code alice)

words alice "$wrong"
packet "${words[@]}" "State=$state"
again 'a wrong code' 'Challenge OTP-Wrong'
is "$(field Seikyo-Tries-Left "$reply") $(column alice otp_failures)" '9 1' 'a wrong code repeated counts once'
packet "${words[@]}" "State=$state"
again 'the same wrong code in a packet of its own' 'Challenge OTP-Wrong'
is "$(field Seikyo-Tries-Left "$reply") $(column alice otp_failures)" '8 2' 'the same wrong code in another packet counts again'

events=$(sql 'SELECT COUNT(*) FROM login_event')
words alice "$(code alice)"
packet "${words[@]}" "State=$state"
again 'a right code' 'Accept Accepted' later
is "$(sql "SELECT COUNT(*) - $events FROM login_event WHERE verdict = 'accepted'
	OR id <= (SELECT MAX(id) FROM login_event WHERE verdict = 'accepted')")" 1 'an Accept repeated is one login_event'
is "$(column alice 'login_3_at IS NULL AND login_2_at IS NOT NULL')" 1 'an Accept repeated is one login among the last ones'
isnt "$(field Seikyo-Last-Login "$reply")" '' 'and is told of the login before, not of itself'

next_step
words alice "$(word alice)"
packet "${words[@]}" "Seikyo-OTP=$(code alice)"
again 'both in one request' 'Accept Accepted' later
next_step
packet "${words[@]}" "Seikyo-OTP=$(wrong_code alice)"
again 'a wrong code in one request' 'Challenge OTP-Wrong'
words alice wrong-password
packet "${words[@]}"
again 'a wrong password' 'Reject -'
is "$(column alice password_failures)" 1 'a wrong password repeated counts once'
words nobody wrong-password
packet "${words[@]}"
again 'an unknown user' 'Reject -'
words alice "$(word alice)"
packet "User-Name=alice" "User-Password=$(word alice)"
again 'no certificate' 'Reject -'

# --- the one that locks

policy otp_failure_limit 3
wrong=$(wrong_code bob)
once bob "$wrong" >/dev/null
once bob "$wrong" >/dev/null
state=$(login bob "$(word bob)")
words bob "$wrong"
packet "${words[@]}" "State=$state"
again 'the last wrong code' 'Reject OTP-Locked'
is "$(column bob otp_failures)" 3 'the last wrong code repeated counts once'
is "$(sql "SELECT COUNT(*) FROM mail_outbox WHERE kind = 'locked'")" 1 'and leaves one mail'
policy otp_failure_limit 10

# --- the same attempt in other packets

next_step
state=$(login alice "$(word alice)")
words alice "$(wrong_code alice)"
attempt 'a wrong code' 'Challenge OTP-Wrong' "${words[@]}" "State=$state"
words alice "$(code alice)"
attempt 'a right code' 'Accept Accepted' "${words[@]}" "State=$state"
next_step
words alice "$(word alice)"
attempt 'both in one request' 'Accept Accepted' "${words[@]}" "Seikyo-OTP=$(code alice)"
state=$(login alice "$(word alice)")
words alice "$(code alice)"
# It changes nothing, so nothing is kept of it but that it was there.
id=$(random 16)
reply=$(rad --raw "${words[@]}" "State=$state" "Seikyo-Attempt=$id")
says "$reply" 'Challenge OTP-Used' 'a used code, with Seikyo-Attempt'
before=$(snapshot_without_events)
is "$(raw "$(rad --raw "${words[@]}" "State=$state" "Seikyo-Attempt=$id" "$(port 2)")")" "$(raw "$reply")" \
	'a used code, the same Seikyo-Attempt at the other server: answered the same'
is "$(snapshot_without_events)" "$before" 'a used code, the same Seikyo-Attempt: nothing but login_event changes'
words alice wrong-password
attempt 'a wrong password' 'Reject -' "${words[@]}"

# --- only like it

next_step
state=$(login alice "$(word alice)")
words alice "$(code alice)"
id=$(random 16)
before=$(column alice otp_failures)
reply=$(rad "User-Name=alice" "User-Password=$(wrong_code alice)" "${words[2]}" "State=$state" "Seikyo-Attempt=$id")
says "$reply" 'Challenge OTP-Wrong' 'a wrong code with an attempt id'
says "$(rad "${words[@]}" "State=$state" "Seikyo-Attempt=$id")" 'Accept Accepted' \
	'another code with the same Seikyo-Attempt is another attempt'
before=$(column alice "CONCAT_WS(' ', otp_last_step, login_1_at, login_2_at)")
says "$(rad "${words[@]}" "State=$state")" 'Challenge OTP-Used' 'State and code replayed in another packet are refused'
says "$(rad "${words[@]}" "State=$state" "$(port 2)")" 'Challenge OTP-Used' 'at the other server as well'
says "$(rad "${words[@]}" "State=$state" "Seikyo-Attempt=$(random 16)")" 'Challenge OTP-Used' \
	'State and code replayed with another Seikyo-Attempt are refused'
says "$(rad "${words[@]}" "State=$(login alice "$(word alice)")" "Seikyo-Attempt=$id")" 'Challenge OTP-Used' \
	'the code with another State is refused, though the Seikyo-Attempt is the same'
says "$(rad "${words[@]}" "State=$state" "Seikyo-Attempt=$id" "${console_words[@]}")" 'Reject -' \
	'the whole request from another client is refused'
is "$(column alice "CONCAT_WS(' ', otp_last_step, login_1_at, login_2_at)")" "$before" 'none of these is a login'


next_step
state=$(login alice "$(word alice)")
words alice "$(code alice)"
stack_do clock +1 >/dev/null
says "$(rad "${words[@]}" "State=$state")" 'Accept Accepted' 'a code one second after its State is accepted'
says "$(rad "${words[@]}" "State=$state")" 'Reject -' 'replayed in another packet it is refused: its State is stale'

# --- the first leg repeated

next_step
words alice "$(word alice)"
packet "${words[@]}"
one=$(field State "$(send)")
stack_do clock +1 >/dev/null
two=$(field State "$(send "$(port 2)")")
isnt "$one" "$two" 'the first packet repeated later gets a State of its own time'
events=$(sql 'SELECT COUNT(*) FROM login_event')
words alice "$(code alice)"
id=$(random 16)
reply=$(rad --raw "${words[@]}" "State=$one" "Seikyo-Attempt=$id")
says "$reply" 'Accept Accepted' 'the code with the first State is accepted'
is "$(raw "$(rad --raw "${words[@]}" "State=$two" "Seikyo-Attempt=$id" "$(port 2)")")" "$(raw "$reply")" \
	'the code with the second State is the same attempt, and answered the same'
is "$(sql "SELECT COUNT(*) - $events FROM login_event")" 1 'both are one login_event'

# --- the console: ticket and confirmation

console=yes
make_user C-1 carol master "$(word carol)"
words carol "$(word carol)"
packet "${words[@]}" Seikyo-Purpose=Console
again 'the setup in the console' 'Challenge Setup-Required'
is "$(sql 'SELECT COUNT(*) FROM ticket WHERE user_id = '"$(column carol id)")" 1 'a repeated setup opens one ticket'
first=$(field Seikyo-Ticket "$reply")
packet "${words[@]}" Seikyo-Purpose=Console
isnt "$(field Seikyo-Ticket "$(send)")" "$first" 'another packet gets another ticket'

next_step
words alice "$(word alice)"
packet "${words[@]}" Seikyo-Purpose=Console "Seikyo-OTP=$(code alice)"
again 'a login in the console' 'Accept Accepted'
like "$(field Seikyo-Ticket "$reply")" '^[0-9a-f]{32}$' 'a login in the console gets a ticket'
is "$(sql "SELECT COUNT(*) FROM ticket WHERE purpose = 'session' AND user_id = $(column alice id)
	AND opened_at = (SELECT MAX(opened_at) FROM ticket)")" 1 'a repeated login opens one ticket'

"$SEIKYO_COMMAND" user confirmation-password alice <<<confirmation-1 >/dev/null
words alice confirmation-1
packet "${words[@]}" Seikyo-Purpose=Confirmation-Password "Seikyo-Session=$(random 32)"
again 'a right confirmation password' 'Accept Accepted'
is "$(sql "SELECT COUNT(*) FROM ticket WHERE purpose = 'confirm'")" 1 'a repeated confirmation opens one ticket'
words alice confirmation-2
packet "${words[@]}" Seikyo-Purpose=Confirmation-Password "Seikyo-Session=$(random 32)"
again 'a wrong confirmation password' 'Reject -'
is "$(column alice confirmation_failures)" 1 'a wrong confirmation password repeated counts once'

done_testing
