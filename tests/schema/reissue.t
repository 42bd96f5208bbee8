#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# reissue_at(): from when on a token may be issued after a revocation (R9). Times of Japan.
. "$(dirname "$0")/schema.sh"
schema_up

japan()
{
	db "SELECT LEFT(reissue_at(TIMESTAMP'$1' - INTERVAL 9 HOUR) + INTERVAL 9 HOUR, 19)"
}

revoked()
{
	is "$(japan "$1")" "$2" "revoked at $1: from $2 on${3:+ ($3)}"
}

nights()
{
	db "CALL operator_set_policy('night_from', '$1'); CALL operator_set_policy('night_until', '$2')"
}

revoked '2026-11-22 12:00:00' '2026-11-22 12:30:00' "by day: 30 minutes"
revoked '2026-11-22 20:49:59' '2026-11-22 21:19:59' "the last second of the day"
is "$(db "SELECT reissue_at('2026-11-22 11:49:59.999999')")" "2026-11-22 12:19:59.999999" \
	"the last microsecond of the day is day"
revoked '2026-11-22 20:50:00' '2026-11-23 08:10:00' "the night's start is night"
revoked '2026-11-22 23:59:59' '2026-11-23 08:10:00'
revoked '2026-11-23 00:00:00' '2026-11-23 08:10:00'
revoked '2026-11-23 08:09:59' '2026-11-23 08:10:00' "the last second of the night"
is "$(db "SELECT reissue_at('2026-11-22 23:09:59.999999')")" "2026-11-22 23:10:00.000000" \
	"the last microsecond of the night is night"
revoked '2026-11-23 08:10:00' '2026-11-23 08:40:00' "the night's end is day"
revoked '2026-11-23 08:59:59' '2026-11-23 09:29:59' "a new day in UTC is none here"
revoked '2026-12-31 20:50:00' '2027-01-01 08:10:00' "New Year"
revoked '2027-01-01 00:00:00' '2027-01-01 08:10:00'
revoked '2026-12-31 20:49:59' '2026-12-31 21:19:59'
revoked '2028-02-28 21:00:00' '2028-02-29 08:10:00' "into a leap day"
revoked '2028-02-29 21:00:00' '2028-03-01 08:10:00' "out of it"
revoked '2027-02-28 21:00:00' '2027-03-01 08:10:00' "no leap year"

# Every minute of a day against arithmetic that knows nothing of the database's.
db "SELECT CONCAT(LEFT(t + INTERVAL 9 HOUR, 16), ' ', LEFT(reissue_at(t) + INTERVAL 9 HOUR, 16)) FROM
	(SELECT TIMESTAMP'2026-11-21 15:00:00' + INTERVAL seq MINUTE AS t FROM seq_0_to_1439) m" >"$work/minutes"
is "$(awk '{
	split($2, at, ":"); split($4, from, ":")
	minute = at[1] * 60 + at[2]; got = from[1] * 60 + from[2] + ($3 > $1 ? 1440 : 0)
	wanted = minute >= 1250 ? 1930 : minute < 490 ? 490 : minute + 30
	if (got != wanted) print
} END { print NR }' "$work/minutes")" 1440 "every minute of a day"

# --- changed nights and delays

nights 22:00 06:00
revoked '2026-11-22 21:59:59' '2026-11-22 22:29:59' "the night is the policy's"
revoked '2026-11-22 22:00:00' '2026-11-23 06:00:00'
revoked '2026-11-23 06:00:00' '2026-11-23 06:30:00'
nights 00:30 08:10
revoked '2026-11-23 00:29:59' '2026-11-23 00:59:59' "a night that does not cross midnight"
revoked '2026-11-23 00:30:00' '2026-11-23 08:10:00'
revoked '2026-11-23 08:09:59' '2026-11-23 08:10:00'
revoked '2026-11-22 23:59:59' '2026-11-23 00:29:59'
nights 00:00 08:00
revoked '2026-11-22 23:59:59' '2026-11-23 00:29:59' "one from midnight on"
revoked '2026-11-23 00:00:00' '2026-11-23 08:00:00'
nights 20:50 00:00
revoked '2026-11-22 23:59:59' '2026-11-23 00:00:00' "one to midnight"
revoked '2026-11-23 00:00:00' '2026-11-23 00:30:00'
nights 12:00 12:00
revoked '2026-11-22 12:00:00' '2026-11-22 12:30:00' "no night at all"
revoked '2026-11-22 23:00:00' '2026-11-22 23:30:00'
nights 20:50 08:10
db "CALL operator_set_policy('reissue_delay_minutes', '0')"
revoked '2026-11-22 12:00:00' '2026-11-22 12:00:00' "no delay by day"
revoked '2026-11-22 20:50:00' '2026-11-23 08:10:00' "but still by night"
db "CALL operator_set_policy('reissue_delay_minutes', '1440')"
revoked '2026-11-22 12:00:00' '2026-11-23 12:00:00' "a day's delay"
db "CALL operator_set_policy('reissue_delay_minutes', '30')"

# --- as a revocation uses it

# revoke_at LOGIN TIME
revoke_at()
{
	clock '2026-11-22 12:00:00'
	new_user "$1"
	active_token
	clock "$2"
	answer=$(db "CALL branch_revoke('$1', 'lost', 'P-1')")
}

waits()
{
	clock "$1"
	setup_ticket
	is "$(issue)" wait "$2"
}

issued()
{
	clock "$1"
	setup_ticket
	like "$(issue)" '^ok' "$2"
}

revoke_at day '2026-11-22 13:00:00'
is "$answer" "2026-11-22 04:30:00.000000" "a revocation gives from when a token may be issued"
is "$(token_has 'state, reissue_at, revoked_at, reason')" \
	"revoked 2026-11-22 04:30:00.000000 2026-11-22 04:00:00.000000 lost" "and it stands with the token"
is "$(mails "user_id = $user AND kind = 'revoked' AND about = '2026-11-22 04:30:00'")" revoked "and in the user's mail"
is "$(db "SELECT CONCAT_WS(' ', actor = USER(), origin, paper, detail) FROM audit_event
	WHERE act = 'revoke' AND on_user = $user")" "1 branch P-1 lost" "who, from where, on what paper: audited"
is "$(db "SELECT envelope IS NULL AND safe IS NULL AND start_password_digest IS NULL FROM token WHERE id = $token")" 1 \
	"the secret is gone in every form"
is "$(user_has 'states_from = clock_now()')" 1 "a revocation raises states_from"
waits '2026-11-22 13:29:59.999999' "29 minutes and 59 seconds later none is issued"
db "CALL operator_set_policy('reissue_delay_minutes', '0')"
waits '2026-11-22 13:29:59' "nor does a policy changed since shorten the wait"
db "CALL operator_set_policy('reissue_delay_minutes', '30')"
issued '2026-11-22 13:30:00' "30 minutes later one is"
revoke_at evening '2026-11-22 20:50:00'
waits '2026-11-22 21:20:00' "revoked by night: 30 minutes are not enough"
waits '2026-11-23 08:09:59' "not to the last second"
issued '2026-11-23 08:10:00' "from 08:10 on it is issued"

done_testing
