#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A RADIUS client of other people, pyrad (Python), with our dictionary as it stands in raddb.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up
person alice
certificate=Seikyo-Client-Certificate=$(certificate alice)

# ask [OPTIONS] TYPED [WORDS...]: alice's request by pyrad, and its reply's line.
ask()
{
	local options=()

	while [[ $1 == --* ]]; do
		options+=("$1")
		shift
	done
	/usr/bin/python3 "$TEST_ROOT/tests/radius/pyrad_client.py" "${options[@]}" "$TEST_ROOT/raddb/dictionary.seikyo" \
		User-Name=alice "User-Password=$1" "$certificate" "${@:2}"
}

right=$(word alice)

# --- challenge

next_step
reply=$(ask "$right")
says "$reply" 'Challenge OTP-Required' 'the password is asked for a code'
state=$(field State "$reply")
like "$state" '^534B59' 'and gets a State'
like "$(field Reply-Message "$reply")" 'ワンタイムパスワード' 'Reply-Message is UTF-8'
reply=$(ask "$(wrong_code alice)" "State=$state")
says "$reply" 'Challenge OTP-Wrong' 'a wrong code is refused'
is "$(field Seikyo-Tries-Left "$reply")" 4 'with the tries left'
before=$(sql "SELECT time_us(login_1_at) DIV 1000000 FROM user WHERE login_id = 'alice'")
attempt=Seikyo-Attempt=$(random 16)
now=$(code alice)
reply=$(ask "$now" "State=$state" "$attempt")
says "$reply" 'Accept Accepted' 'State and the right code are accepted'
is "$(field Seikyo-Display-Name "$reply") $(field Seikyo-Contract-Name "$reply") $(field Seikyo-Mail-Address "$reply")" \
	'利用者 alice 契約 C-1 user@example.com' 'an Accept says who has logged in'
is "$(field Seikyo-Role "$reply")" General 'the role by its name'
is "$(field Seikyo-Last-Login "$reply")" "$before" 'the last login as a date'
is "$(sql "SELECT HEX(request_id) FROM login_event ORDER BY id DESC LIMIT 1")" \
	"$(field Seikyo-Request-Id "$reply" | tr a-f A-F)" 'the request id is that of the login_event'
unlike "${reply:-none}" 'unknown-|^none' 'every attribute of an Accept is in the dictionary'
again=$(ask "$now" "State=$state" "$attempt")
isnt "$(field Seikyo-Request-Id "$again")" "$(field Seikyo-Request-Id "$reply")" 'another packet with the same Seikyo-Attempt'
is "${again/$(field Seikyo-Request-Id "$again")/}" "${reply/$(field Seikyo-Request-Id "$reply")/}" 'is told the same'
says "$(ask "$now" "State=$state")" 'Challenge OTP-Used' 'R1: without it the same State and code are refused'

# --- one request, Seikyo-OTP hidden like a password (encrypt=1)

next_step
now=$(code alice)
says "$(ask wrong-password "Seikyo-OTP=$now")" 'Reject -' 'one request: a wrong password is refused without an outcome'
like "$(ask --clear "$right" "Seikyo-OTP=$now")" '^Access-(Reject|Challenge .*=OTP-Wrong)' \
	'one request: a code that is not hidden is none'
says "$(ask "$right" "Seikyo-OTP=$now")" 'Accept Accepted' 'one request: password and Seikyo-OTP are accepted'
says "$(ask "$right" "Seikyo-OTP=$now")" 'Challenge OTP-Used' 'R1: one request: the same again is refused'

# --- a ticket, hidden by RFC 2868 (encrypt=2)

next_step
reply=$(ask "$right" "Seikyo-OTP=$(code alice)" Seikyo-Purpose=Console "source=$SEIKYO_CONSOLE_HOST" \
	"secret=$SEIKYO_CONSOLE_SECRET")
says "$reply" 'Accept Accepted' 'the console, by the name of its purpose, is let in'
digest=$(field Seikyo-Ticket "$reply" | perl -pe 'chomp; $_ = pack "H*", $_' | sha256sum | cut -d ' ' -f 1)
is "$(sql "SELECT COUNT(*) FROM ticket WHERE digest = X'$digest'")" 1 'with a ticket that the database knows'
is "$(field Seikyo-Ticket "$(ask "$right")")" '' 'a gateway gets none'

# --- Message-Authenticator

is "$(ask --silent --unsigned "$right")" no-reply 'a request without Message-Authenticator gets no reply'
is "$(ask --silent "$right" secret=another)" no-reply 'nor does one under another secret'
is "$(ask --forged "$right")" bad-authenticator 'a reply that was changed on the way is noticed'

done_testing
