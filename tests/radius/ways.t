#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The three ways in (DESIGN section 7): challenge, Seikyo-OTP in one request, code as a suffix.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up
person alice
person bob

# --- challenge

next_step
reply=$(first_leg alice "$(word alice)")
says "$reply" 'Challenge OTP-Required' 'challenge: the right password is asked for a code'
state=$(field State "$reply")
reply=$(answer "$state" "$(code alice)" alice)
says "$reply" 'Accept Accepted' 'challenge: State and the right code are accepted'
is "$(field State "$reply")" '' 'challenge: an Accept carries no State'

next_step
state=$(login alice "$(word alice)")
reply=$(answer "$state" "$(wrong_code alice)" alice)
says "$reply" 'Challenge OTP-Wrong' 'challenge: a wrong code is refused, and asked for again'
is "$(field State "$reply")" "$state" 'challenge: with the State of before'
says "$(answer "$state" "$(word alice)" alice)" 'Challenge OTP-Wrong' \
	'challenge: the password once more is no code'
is "$(column alice otp_failures)" 2 'challenge: both are counted'
says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' \
	'challenge: after wrong codes the right one is accepted with the same State'
is "$(column alice otp_failures)" 0 'challenge: and the count begins anew'

next_step
says "$(first_leg alice "$(code alice)")" 'Reject -' 'challenge: a code without State and password is refused'
is "$(column alice otp_failures)" 0 'challenge: and counts as a password, not as a code'
says "$(first_leg alice wrong-password)" 'Reject -' 'challenge: a wrong password is never asked for a code'
says "$(first_leg alice "$(word bob)")" 'Reject -' "challenge: another user's password is refused"
says "$(first_leg alice "$(word alice)$(code alice)")" 'Reject -' \
	'otp_in_password = none: password and code in one word are refused'

# --- Seikyo-OTP

says "$(enter alice)" 'Accept Accepted' 'one request: password and Seikyo-OTP are accepted'
next_step
now=$(code alice)
reply=$(once alice "$(wrong_code alice)")
says "$reply" 'Challenge OTP-Wrong' 'one request: a wrong code is refused, and asked for again'
is "$(field Seikyo-Tries-Left "$reply")" 4 'one request: with the tries left'
says "$(answer "$(field State "$reply")" "$now" alice)" 'Accept Accepted' \
	'one request: the right code with the State that came with it is accepted'
says "$(once alice "$now")" 'Challenge OTP-Used' 'one request: the same code again is refused'

next_step
now=$(code alice)
says "$(first_leg alice wrong-password "Seikyo-OTP=$now")" 'Reject -' \
	'one request: the right code does not help a wrong password'
says "$(first_leg alice wrong-password "Seikyo-OTP=$(wrong_code alice)")" 'Reject -' \
	'one request: both wrong read the same as a wrong password alone'
is "$(column alice otp_failures)" 0 'one request: without the password no code is counted'
says "$(first_leg alice "$now" "Seikyo-OTP=$(word alice)")" 'Reject -' \
	'one request: password and code swapped are refused'
state=$(login alice "$(word alice)")
says "$(answer "$state" "$now" alice "Seikyo-OTP=$now")" 'Reject -' \
	'State and Seikyo-OTP in one request are refused'
is "$(column alice otp_failures)" 0 'State and Seikyo-OTP in one request count nothing'
says "$(once alice "$now")" 'Accept Accepted' \
	'one request: a code that was refused for the password is not used up'

# --- before the start date, with before_start = password

policy before_start password
make_contract C-2 2026-11-26
make_user C-2 early general "$(word early)"
says "$(first_leg early "$(word early)")" 'Accept Accepted' \
	'before_start = password: the password alone is accepted before the start date'
says "$(first_leg early wrong-password)" 'Reject -' 'before_start = password: a wrong one is not'
says "$(once early 123456)" 'Accept Accepted' \
	'before_start = password: what stands in Seikyo-OTP is not looked at'
is "$(sql "SELECT GROUP_CONCAT(DISTINCT leg, ' ', verdict, ' ', reason ORDER BY leg) FROM login_event
	WHERE user_id = $(column early id)")" 'password refused wrong,login accepted not-started' \
	'before_start = password: login_event tells why no code was asked for'
says "$(first_leg alice "$(word alice)")" 'Challenge OTP-Required' \
	'before_start = password: does nothing for a contract that has started'
policy before_start refuse
says "$(first_leg early "$(word early)")" 'Reject Not-Started' \
	'before_start = refuse: the right password is refused before the start date'
stack_do clock '2026-11-26 00:00:00' >/dev/null
policy before_start password
says "$(first_leg early "$(word early)")" 'Reject Setup-Required' \
	'before_start = password: ends with the day before the start date'

# --- suffix

wire_up --set otp_in_password=suffix
person carol
make_contract C-2 2026-11-26
make_user C-2 early general "$(word early)"

next_step
joined=$(word carol)$(code carol)
reply=$(first_leg carol "$joined")
says "$reply" 'Accept Accepted' 'suffix: password and code in one word are accepted'
reply=$(first_leg carol "$joined")
says "$reply" 'Reject OTP-Used' 'suffix: the same word again is refused'
is "$(field State "$reply")" '' 'suffix: a refusal carries no State'

next_step
reply=$(first_leg carol "$(word carol)$(wrong_code carol)")
says "$reply" 'Reject OTP-Wrong' 'suffix: a wrong code is refused, never challenged'
is "$(field Seikyo-Tries-Left "$reply")" 4 'suffix: with the tries left'
is "$(field State "$reply")" '' 'suffix: and without a State'
now=$(code carol)
says "$(first_leg carol "$(word carol)")" 'Reject -' 'suffix: the password alone is refused, never challenged'
says "$(first_leg carol "$now")" 'Reject -' 'suffix: the code alone is refused'
says "$(first_leg carol "wrong-password$now")" 'Reject -' 'suffix: a wrong password with the right code is refused'
says "$(first_leg carol "$now$(word carol)")" 'Reject -' 'suffix: the code in front is refused'
says "$(first_leg carol "$(word carol)${now:0:5}")" 'Reject -' 'suffix: five digits are refused'
says "$(first_leg carol "$(word carol) $now")" 'Reject -' 'suffix: a blank between them is refused'
says "$(first_leg carol "$(word carol)${now}0")" 'Reject -' 'suffix: seven digits are refused'
says "$(first_leg carol "$(word carol)$now" State=666f)" 'Accept Accepted' \
	'suffix: with the State of another module, as without one'
is "$(column carol password_failures)" 0 'suffix: a login clears the count of wrong passwords'

next_step
reply=$(once carol "$(wrong_code carol)")
says "$reply" 'Reject OTP-Wrong' 'suffix: a wrong Seikyo-OTP is not challenged either'
says "$(once carol "$(code carol)")" 'Accept Accepted' 'suffix: Seikyo-OTP in one request is accepted'
says "$(once carol "$(code carol)")" 'Reject OTP-Used' 'suffix: a used Seikyo-OTP is not challenged either'

next_step
reply=$(rad_console User-Name=carol "User-Password=$(word carol)" Seikyo-Purpose=Console \
	"Seikyo-Client-Certificate=$(certificate carol)")
says "$reply" 'Challenge OTP-Required' 'suffix: the console, which can be challenged, is'

says "$(first_leg early "$(word early)")" 'Reject Not-Started' 'suffix: before the start date the password is whole'
policy before_start password
says "$(first_leg early "$(word early)")" 'Accept Accepted' \
	'suffix: before_start = password: the password alone is accepted before the start date'
says "$(first_leg early "$(word early)123456")" 'Reject -' \
	'suffix: before_start = password: digits behind it are not'
stack_do clock '2026-11-26 00:00:00' >/dev/null
says "$(first_leg early "$(word early)")" 'Reject Setup-Required' \
	'suffix: who has no token yet is led to the setup by the password alone'

done_testing
