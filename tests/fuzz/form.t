#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# form: some thousand inputs for what the console reads from strangers (tests/fuzz/form.c), always the same ones;
# `make fuzz` goes on from there.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
runs=20000
corpus=$TEST_ROOT/tests/fuzz/corpus/form

# fuzz WORDS...: sets $status and $said. Nobody is asked for anything.
fuzz()
{
	status=0
	said=$(cd "$work" && setsid "$TEST_ROOT/build/fuzz/form" -artifact_prefix="$work/" "$@" 2>&1 </dev/null) || status=$?
}

mkdir "$work/found"
fuzz -runs=0 "$work/found" "$corpus"
is "$status" 0 "what is known of old is read or refused"
seeds=$(find "$corpus" -type f | wc -l)
is "$(sed -nE 's/.*INFO: +([0-9]+) files found in .*corpus\/form.*/\1/p' <<<"$said")" "$seeds" "all $seeds of them"
fuzz -runs=$runs -seed=1 -max_len=4096 "$work/found" "$corpus"
[ "$status" = 0 ] || diag "$(tail -n 40 <<<"$said")"
is "$status" 0 "$runs inputs are read or refused, and nothing else"
like "$said" "Done $runs runs" "the last of them, too"
# A target that reads nothing would get nowhere.
reached=$(sed -nE 's/.*DONE +cov: ([0-9]+) .*/\1/p' <<<"$said")
ok "they get deep into the program: $reached places" [ "${reached:-0}" -gt 150 ]
done_testing
