#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# R7, R8 in a real browser: what a master user does for the users of his contract, one and many, and what
# is refused. The points are in browser-acts.mjs.
. "$(dirname "$0")/../browser/run.sh"

# lock_out LOGIN: by wrong codes.
lock_out()
{
	local login password digest words reply

	while read -r login _ password digest _; do
		[ "$login" != "$1" ] || break
	done <"$stack/people"
	words=("User-Name=$1" "Seikyo-Client-Certificate=$digest")
	reply=$(rad "${words[@]}" "User-Password=$password")
	for _ in {1..5}; do
		reply=$(rad "${words[@]}" User-Password=000000 "State=$(field State "$reply")")
	done
	[ "$(field Seikyo-Outcome "$reply")" = OTP-Locked ] || bail "$1 is not locked: $reply"
}

stack_up --web
stack_do clock '2026-11-20 12:00:00' >/dev/null
for login in master1 master2; do
	person "$login" master
	person_token "$login"
done
for login in general1 general2 general3; do
	person "$login" general
	person_token "$login"
done
person general4 general
person stranger master C-OTHER
person_token stranger
person other1 general C-OTHER
person_token other1
for login in master2 general1 general2 general3 other1; do
	lock_out "$login"
done
browse
