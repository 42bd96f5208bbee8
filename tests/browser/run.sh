# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the browser tests share, on top of tests/lib.sh. A test NAME.t is
#
#	#!/bin/bash
#	# SPDX-License-Identifier: GPL-2.0-only
#	. "$(dirname "$0")/../browser/run.sh"
#	stack_up --web
#	...
#	browse
#
# and goes on in NAME.mjs beside it, which makes the test points (tests/browser/browser.mjs).
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

browser_pid=

# Node ends its browser when it is told to end. A browser of a node that was killed ends by itself: the
# pipe between them is gone.
browser_stop()
{
	[ -z "$browser_pid" ] || kill -TERM "$browser_pid" 2>/dev/null || return 0
	wait "$browser_pid" 2>/dev/null || true
}

# browse: the rest of the test, in NAME.mjs. Ends the file. In the background, so that a signal to this
# shell is obeyed at once.
browse()
{
	local script=${0%.t}.mjs status=0

	[ -e "$script" ] || bail "no $script"
	at_exit browser_stop
	NODE_EXTRA_CA_CERTS=$SEIKYO_CA node "$script" &
	browser_pid=$!
	wait "$browser_pid" || status=$?
	browser_pid=
	# shellcheck disable=SC2034 # tests/lib.sh looks at it
	test_done=yes
	exit "$status"
}

# person LOGIN master|general [CONTRACT]: a user with all that a browser needs, with a cheap hash.
person()
{
	cheap_hashes
	stack_do person "$@" >/dev/null || bail "no user $1"
}

# person_token LOGIN: his token, set up and used once: the next code is good from next_step on.
person_token()
{
	local login password digest rest words reply

	while read -r login _ password digest rest; do
		[ "$login" != "$1" ] || break
	done <"$stack/people"
	[ "$login" = "$1" ] || bail "no user $1 in $stack/people"
	words=("User-Name=$1" "Seikyo-Client-Certificate=$digest" Seikyo-Purpose=Console)
	reply=$(rad_console "${words[@]}" "User-Password=$password")
	SEIKYO_PHONE_CERTIFICATE=$digest "$TEST_ROOT/tests/phone" issue "$stack" "$1" \
		"$(field Seikyo-Ticket "$reply")" >/dev/null || bail "no token issued: $reply"
	"$TEST_ROOT/tests/phone" install "$stack" "$1" >/dev/null || bail "no token installed"
	reply=$(rad_console "${words[@]}" "User-Password=$(code "$1")" "State=$(field State "$reply")")
	[[ $reply == Access-Accept\ * ]] || bail "the first code is not accepted: $reply"
}
