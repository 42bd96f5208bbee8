#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The policies: every one of DESIGN section 5, its default, its bounds, and how a change takes effect.
. "$(dirname "$0")/schema.sh"
schema_up

# set_to NAME VALUE, as SQL.
set_to()
{
	verdict "CALL operator_set_policy($1, $2)"
}

policy()
{
	db "SELECT value FROM policy WHERE name = '$1'"
}

in_force()
{
	db "SELECT $1 FROM policy_now"
}

# Name, default; then what is taken, a bar, what is not; - is empty, _ a blank.
# shellcheck disable=SC2016 # prefixes of crypt(5)
table='otp_failure_limit 5 3 10 | 2 11
password_failure_limit 10 3 100 | 2 101
password_lock_minutes 15 1 1440 | 0 1441
confirmation_failure_limit 5 3 10 | 2 11
confirmation_lock_minutes 30 1 1440 | 0 1441
reissue_delay_minutes 30 0 1440 | -1 1441
night_from 20:50 00:00 23:59 | 24:00 23:60 9:00 20:50:00 2050 -1:00
night_until 08:10 00:00 23:59 | 24:00 08:1 x
drift_limit 3 0 5 | -1 6
state_seconds 300 30 900 | 29 901
setup_minutes 30 5 120 | 4 121
start_password_failure_limit 5 3 10 | 2 11
start_password_hours 24 1 168 | 0 169
token_digits 6 6 8 | 7 5 68 6_8
token_algorithm sha256 sha1 sha512 | md5 SHA1 sha sha1_sha256
hash_prefix $y$ $6$ $y$ | $1$ $5$ y
hash_cost 5 0 1000000 | -1 1000001
require_certificate all registered none | some ALL
before_start refuse password refuse | accept
mobile_mail_only yes no yes | YES 1
standard_apps no yes no | maybe
session_idle_minutes 15 1 120 | 0 121
session_hours 8 1 24 | 0 25
login_event_months 13 1 120 | 0 121
step_floor 0 0 4294967295 | -1 4294967296 99999999999
active_safe_key - 1 | 0123456789abcdefg a/b a.b ..'

# The stack's server has made its only safe key the active one.
set_to "'active_safe_key'" "''" >/dev/null
names=
while read -r name default rest; do
	names+="$name "
	default=${default#-}
	is "$(db "SELECT CONCAT_WS(' ', value = '$default', default_value = '$default') FROM policy
		WHERE name = '$name'")" "1 1" "$name is ${default:-empty} by default"
	for value in ${rest%|*}; do
		is "$(set_to "'$name'" "'$value'")" ok "$name takes $value"
		is "$(policy "$name")" "$value" "$name is $value"
		like "$(in_force "$name")" "^${value//\$/\\\$}(:00)?$" "and in force at once"
	done
	last=$(policy "$name")
	common=('' ' ' "$default " 05 1.0 1e1 0x5 NULL)
	# A key's id may look like a number, and be empty.
	[ "$name" != active_safe_key ] || common=(' ' NULL)
	for value in ${rest#*|} "${common[@]}"; do
		value=${value//_/ }
		sql_value="'$value'"
		[ "$value" != NULL ] || sql_value=NULL
		like "$(set_to "'$name'" "$sql_value")" '^policy-value ' "$name does not take '$value'"
	done
	is "$(policy "$name")" "$last" "$name is as it was after all that"
	like "$(in_force "$name")" "^${last//\$/\\\$}(:00)?$" "in force too"
	set_to "'$name'" "'$default'" >/dev/null
done <<<"$table"

is "$(db "SELECT GROUP_CONCAT(name ORDER BY name SEPARATOR ' ') FROM policy")" \
	"$(tr ' ' '\n' <<<"$names" | sed '/^$/d' | LC_ALL=C sort | paste -sd ' ')" "there are no others"
is "$(db "SELECT COUNT(*) FROM policy WHERE value <> default_value")" 0 "all are back at their defaults"
is "$(db "SELECT COUNT(*) FROM policy WHERE meaning = '' OR (kind = 'integer' AND unit = '' AND name <> 'hash_cost')")" 0 \
	"each says what it means, and in what unit"

# --- unknown names

for name in "'otp_failure_limits'" "''" NULL "'OTP_FAILURE_LIMIT'" "'one'" "'%'"; do
	is "$(set_to "$name" "'5'")" policy-name "there is no policy $name"
done

# --- texts, audit

is "$(set_to "'otp_failure_limit'" "'11'")" "policy-value otp_failure_limit takes 3 to 10." "a refusal says the bounds"
is "$(set_to "'token_digits'" "'7'")" "policy-value token_digits takes one of: 6 8." "or the choices"
acts=$(db "SELECT COUNT(*) FROM audit_event WHERE act = 'policy'")
set_to "'otp_failure_limit'" "'7'" >/dev/null
is "$(db "SELECT CONCAT_WS(',', contract_id, at = clock_now(), actor = USER(), origin, detail) FROM audit_event
	WHERE act = 'policy' ORDER BY number DESC LIMIT 1")" "0,1,1,operator,otp_failure_limit: 5 -> 7" \
	"a change is audited: when, by whom, from what to what"
set_to "'otp_failure_limit'" "'70'" >/dev/null
is "$(db "SELECT COUNT(*) FROM audit_event WHERE act = 'policy'")" $((acts + 1)) "a refusal is not"
is "$(db "CALL operator_list_policy()" | awk -F '\t' '$1 == "otp_failure_limit" { print $2, $3, $5 }')" "7 5 3 to 10" \
	"the list gives value, default and bounds"

done_testing
