# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# On top of tests/lib.sh: many requests at the same instant, over all RADIUS servers, and what a user's
# row says after them.

burst_dir=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$burst_dir"

# rounds FEW [MANY]: how often a race is run; a thousand times, or MANY, with SEIKYO_LONG=1.
rounds()
{
	printf '%s' "${SEIKYO_LONG:+${2:-1000}}"
	[ -n "${SEIKYO_LONG:-}" ] || printf '%s' "$1"
}

# request LOGIN TYPED [WORDS...]: one request line.
request()
{
	local words

	mapfile -t words < <(test_words "$1" "$2")
	printf '%s\n' "${words[*]} ${*:3}"
}

# each LINE NAME [VALUES...]: the request line with one more word, NAME=VALUE, for each value.
each()
{
	local value

	for value in "${@:3}"; do
		printf '%s %s=%s\n' "$1" "$2" "$value"
	done
}

# over_servers: request lines on standard input, the second, fourth … for the second server.
over_servers()
{
	awk -v port="port=${SEIKYO_RADIUS_PORT_2:-$SEIKYO_RADIUS_PORT}" '{ print $0, NR % 2 ? "" : port }'
}

# repeat N LINE
repeat()
{
	local i

	for ((i = 0; i < $1; i++)); do
		printf '%s\n' "$2"
	done
}

# burst NAME: request lines on standard input, all at once; the replies in order in the file
# $burst_dir/NAME. A datagram that got lost goes out again, unchanged.
burst()
{
	over_servers | rad_many -t 8 -r 1 >"$burst_dir/$1"
}

# replies NAME REGEX: how many of them match.
replies()
{
	grep -cE -- "$2" "$burst_dir/$1"
}

# summary NAME: how often each packet code and outcome came.
summary()
{
	sed -E 's/^([^ ]*).* Seikyo-Outcome=([A-Za-z-]*).*/\1 \2/; t; s/^([^ ]*).*/\1/' "$burst_dir/$1" |
		LC_ALL=C sort | uniq -c | awk '{ printf "%s%d %s", sep, $1, $2 ($3 ? " " $3 : ""); sep = ", " }'
}

# states LOGIN PASSWORD N: that many States, a line each.
states()
{
	repeat "$3" "$(request "$1" "$2")" | burst states
	sed -nE 's/^Access-Challenge .*[ ]State=([0-9A-Fa-f]+).*/\1/p' "$burst_dir/states"
}

# user_row LOGIN COLUMNS
user_row()
{
	sql "SELECT $2 FROM user WHERE login_id = '$1'"
}

# events LOGIN CONDITION: how many login events.
events()
{
	sql "SELECT COUNT(*) FROM login_event e JOIN user u ON u.id = e.user_id
		WHERE u.login_id = '$1' AND ($2)"
}

# last_event: to count from.
last_event()
{
	sql 'SELECT IFNULL(MAX(id), 0) FROM login_event'
}

# near_codes LOGIN: the codes of four steps before to four after.
near_codes()
{
	local secret algorithm digits now

	# shellcheck disable=SC1090 # written by tests/phone
	. "$stack/phone/$1"
	now=$(sql 'SELECT time_us(clock_now()) DIV 1000000 - 240')
	printf '%s' "$secret" | oathtool "--totp=$algorithm" --digits="$digits" --time-step-size=60s \
		--now="@$now" --window=8 -
}

# wrong_codes LOGIN N: codes that are none, now or soon.
wrong_codes()
{
	near_codes "$1" | awk -v wanted="$2" '
	{ near[$1] = 1 }
	END { for (i = 271828; wanted > 0; i += 7) { c = sprintf("%06d", i); if (!(c in near)) { print c; wanted-- } } }'
}

# forgive LOGIN: no failures, no locks, no attempts.
forgive()
{
	sql "UPDATE user SET otp_failures = 0, otp_locked_at = NULL, password_failures = 0,
		password_locked_until = NULL, attempts = '' WHERE login_id = '$1'"
}
