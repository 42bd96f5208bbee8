#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two database servers in the console's settings: its processes go to the first that answers, with the session that a
# person has, and keep in mind which one does not.
. "$(dirname "$0")/console.sh"
. "$TEST_ROOT/tests/tools/relay.sh"

console_up
person master1 master
stand_in master1

relay_up first
sed -i "s|^socket = .*|socket = $relays/first $SEIKYO_DB_SOCKET|; /^timeout = /d" "$SEIKYO_CONSOLE_CONFIG"
printf 'timeout = 2\n' >>"$SEIKYO_CONSOLE_CONFIG"
stack_do kill console
stack_do start console

away="the database server $relays/first is away: "

fetch /
is "$status" 200 "both answer: the page is there"
isnt "$(carries first)" 0 "from the first"
is "$(in_log "$away")" 0 "and nothing is said"

relay_kill first
fetch /
# A call that was lost is not repeated: that page says so, and the next one goes to the second.
like "$status" '^(200|503)$' "the first dies: the page is there, or says that the service is not available"
for ((i = 0; i < 12; i++)); do
	fetch /
done
is "$status" 200 "from now on pages are there"
sign_in master1
fetch /
is "$status" 200 "one can sign in"
processes=$(stack_do pid console | wc -l)
said=$(in_log "$away")
[ "$said" -ge 1 ] && [ "$said" -le "$processes" ]
test_point $? "each process says once at most that the first is away" || diag "$said times, by $processes processes"

relay_up first
for ((i = 0; i < 12; i++)); do
	fetch /
done
is "$status" 200 "a first server that was away a moment ago is left alone for a while: pages are there"
is "$(carries first)" 0 "from the second"
stack_do kill console
stack_do start console
fetch /
isnt "$(carries first)" 0 "the twin: processes that know nothing of it go to the first"

done_testing
