#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# short: three rounds of tests/fault/run; SEIKYO_LONG=1: the 50 that must hold. Each point is what a round must hold.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [ -n "${SEIKYO_LONG:-}" ]; then
	exec tests/fault/run --tap
fi
into=$(mktemp -d /tmp/seikyo-fault.XXXXXX)
pid=''
leave()
{
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	wait
	rm -rf "$into"
}
trap leave EXIT
trap 'exit 143' INT TERM HUP
tests/fault/run --tap --into "$into" --one --rounds 3 --logins 1000 --only 'database killed' --only 'radius stopped' \
	--only 'connection limit' &
pid=$!
status=0
wait "$pid" || status=$?
pid=''
exit $status
