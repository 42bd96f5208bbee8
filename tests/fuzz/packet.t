#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# packet: whole hostile Access-Requests (tests/fuzz/packet) to two real servers with the module under sanitizers,
# the second of which takes codes behind passwords. The sender knows names, passwords, certificates, codes that
# are wrong or used up, and every State that it is given: never an Accept. SEIKYO_SEED=N: other packets;
# SEIKYO_FUZZ_SECONDS=N: as many as there is time for.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/../radius/wire.sh"

seed=${SEIKYO_SEED:-1}
amount=(--count 4000)
[ -z "${SEIKYO_LONG:-}" ] || amount=(--count 1000000)
[ -z "${SEIKYO_FUZZ_SECONDS:-}" ] || amount=(--seconds "$SEIKYO_FUZZ_SECONDS")
cast=$(mktemp /tmp/seikyo.XXXXXX)
at_exit rm -f "$cast" "$cast.wrong"

# far_code LOGIN: a code that has at most two digits, each in its place, of those that are good now.
far_code()
{
	local digit good all

	all=$(codes "$1" -1 2)
	for digit in 0 1 2 3 4 5 6 7 8 9; do
		for good in $all; do
			good=${good//[^$digit]/}
			[ ${#good} -le 2 ] || continue 2
		done
		printf '%s' "$digit$digit$digit$digit$digit$digit"
		return
	done
	bail "every digit stands often in the codes of $1"
}

# play LOGIN CODE...: one of those whom the sender pretends to be.
play()
{
	local digest

	digest=$(certificate "$1")
	printf '%s\n' "$1 $(word "$1") ${digest:--} ${*:2}" >>"$cast"
}

# fuzz WORDS...: sets status and said.
fuzz()
{
	status=0
	said=$("$TEST_ROOT/build/fuzz/packet" --seed "$seed" "$@" "$cast") || status=$?
}

# told: what the sender said, short enough to be read.
told()
{
	diag "$(cut -c 1-2000 <<<"$said")"
}

# tell NAME: a number of the last report.
tell()
{
	sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" <<<"$said"
}

processes()
{
	printf '%s %s' "$(stack_do pid radius)" "$(stack_do pid radius2)"
}

wire_up --radius 2 --sanitizers
stack_do stop radius2
sed -i 's/otp_in_password = "none"/otp_in_password = "suffix"/' "$SEIKYO_RADDB_2/mods-available/seikyo_otp"
stack_do start radius2
policy otp_failure_limit 10
policy password_failure_limit 100
for login in alice bob chris dora; do
	person "$login" "$([ "$login" = alice ] && echo master || echo general)"
	# The first code has used up the one of now, and with it those before.
	play "$login" "$(code "$login")" "$(code "$login" -1)" "$(far_code "$login")" 12345 1234567
done
make_user C-1 unset general "$(word unset)"
play unset 123456
make_contract C-2 2030-01-01
make_user C-2 early general "$(word early)"
play early 123456
"$SEIKYO_COMMAND" user confirmation-password alice <<<'no-password-of-hers' >/dev/null
free_locked
burnt=$(sql 'SELECT GROUP_CONCAT(otp_last_step ORDER BY id) FROM user')
servers=$(processes)

like "$(awk '{ print $6 }' "/proc/${servers#* }/maps" | sort -u | paste -sd ' ')" \
	'rlm_seikyo_otp\.so.*libclang_rt\.asan' "the servers have the module with sanitizers"
like "$(nm -D "$stack/server/lib/rlm_seikyo_otp.so")" '__asan_report_load' "which looks at every access"

# --- never an Accept

fuzz --harm 0 --count 300
[ "$status" = 0 ] || told
is "$status" 0 "requests as they should be, but without the code of now: no Accept"
ok "$(tell challenges) of these 300 are asked on: more than 10" [ "$(tell challenges)" -gt 10 ]

fuzz "${amount[@]}" --watch "${servers% *}"
told
is "$status" 0 "$(tell sent) hostile packets: no Accept, every reply signed, both servers answer"
reached=$(cat "$SEIKYO_RADIUS_LOG" "$SEIKYO_RADIUS_LOG_2" | grep -c 'request [0-9a-f]\{16\}: ')
ok "$reached of them came through to the module: more than half" [ "$((2 * reached))" -gt "$(tell sent)" ]
ok "$(tell challenges) were asked on: more than one in 30" [ "$((30 * $(tell challenges)))" -gt "$(tell sent)" ]
is "$(processes)" "$servers" "the servers are the same processes as before"
is "$(cat "$stack"/sanitizers/* 2>/dev/null)" '' "the sanitizers found nothing"
# What a run begins with, threads and connections, is over by its half.
ok "memory is flat: $(tell kilobytes-half) KB after half of them, $(tell kilobytes-end) KB at the end" \
	[ "$(tell kilobytes-end)" -le "$(($(tell kilobytes-half) + 12288))" ]
is "$(sql "SELECT COUNT(*) FROM login_event WHERE verdict = 'accepted' AND reason <> 'first-code'")" 0 \
	"no login is written down as accepted"
is "$(sql 'SELECT GROUP_CONCAT(otp_last_step ORDER BY id) FROM user')" "$burnt" "no code was taken"

# --- what finds nothing must be able to find something

mv "$cast" "$cast.wrong"
play alice "$(code alice 1)"
fuzz --harm 0 --count 300
is "$status" 1 "with a code that is good, the Accept is found"
like "$said" 'neither Reject nor Challenge' "and said"
mv "$cast.wrong" "$cast"
stack_do stop radius2
sed -i '/^\t*seikyo_sign$/d' "$SEIKYO_RADDB_2/sites-available/seikyo"
stack_do start radius2
fuzz --harm 0 --count 300
is "$status" 1 "where a server does not sign, this is found"
like "$said" 'not signed' "and said"
kill -SEGV "$(stack_do pid radius2)"
fuzz --count 300
is "$status" 1 "where a server has crashed, this is found"
like "$said" 'does not answer any more' "and said"
like "$(cat "$stack"/sanitizers/*)" 'AddressSanitizer: SEGV' "and the sanitizers have written it down"
done_testing
