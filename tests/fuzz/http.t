#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# http: hostile requests (tests/fuzz/http.py) to the console with sanitizers, half of them through the web server,
# half straight to a process behind it. The sender knows names, passwords, certificates, codes that are wrong or
# used up, and what the pages that it gets have hidden: never a page of a session. SEIKYO_SEED=N: other requests;
# SEIKYO_FUZZ_SECONDS=N: as many as there is time for.

# shellcheck source=tests/console/console.sh
. "$(dirname "$0")/../console/console.sh"

seed=${SEIKYO_SEED:-1}
amount=(--count 1000)
[ -z "${SEIKYO_LONG:-}" ] || amount=(--count 100000)
[ -z "${SEIKYO_FUZZ_SECONDS:-}" ] || amount=(--seconds "$SEIKYO_FUZZ_SECONDS")
chmod 711 "$work"

# The console with sanitizers, as the web server starts it: what they find goes to files.
mkdir -m 777 "$work/found"
install -m 755 "$TEST_ROOT/build/sanitized/seikyo-console" "$work/console"
cat >"$work/start" <<-END
	#!/bin/sh
	options=log_path=$work/found/console:quarantine_size_mb=8
	exec env ASAN_OPTIONS=\$options UBSAN_OPTIONS=\$options:print_stacktrace=1 $work/console "\$@"
END
chmod 755 "$work/start"

# far_codes LOGIN: the code of now, which the setup has used up, and one far from those that are good.
far_codes()
{
	local shown digit

	shown="$(code "$1" -1) $(code "$1") $(code "$1" 1)"
	for digit in 0 1 2 3 4 5 6 7 8 9; do
		# Three of them in one code would be near.
		[[ $shown =~ (${digit}[^ ]*){3} ]] || break
	done
	printf '"%s", "%s", "12345"' "$(code "$1")" "$digit$digit$digit$digit$digit$digit"
}

# write_settings CODES-OF-MASTER1: what http.py is told.
write_settings()
{
	cat >"$work/settings" <<-END
	{"ca": "$SEIKYO_CA", "origins": ["$SEIKYO_CONSOLE_URL", "${SEIKYO_TOKEN_URL%/token/}"],
	"sockets": [$(find "$stack/server/web/run" -type s -name 'console*' -printf '"%p"\n' | paste -sd ,)],
	"processes": [$(stack_do pid console | paste -sd ,)],
	"certificates": {"foreign": ["$work/foreign.crt", "$work/foreign.key"],
		"master1": ["$stack/master1.crt", "$stack/master1.key"],
		"general1": ["$stack/general1.crt", "$stack/general1.key"],
		"general2": ["$stack/general2.crt", "$stack/general2.key"]},
	"people": [{"login": "master1", "password": "$(their master1 3)", "codes": [$1]},
		{"login": "general1", "password": "$(their general1 3)", "codes": [$(far_codes general1)]},
		{"login": "general2", "password": "$(their general2 3)", "codes": ["123456"]}]}
	END
}

# fuzz WORDS...: sets $ended and $said.
fuzz()
{
	ended=0
	said=$(python3 -B "$TEST_ROOT/tests/fuzz/http.py" --seed "$seed" "$@" "$work/settings" 2>&1) || ended=$?
}

# tell NAME: a number of the last report.
tell()
{
	sed -n "s/.*\b$1=\([0-9]*\).*/\1/p" <<<"$said"
}

sessions()
{
	sql 'SELECT COUNT(*), MAX(opened_at) FROM console_session'
}

console_program=$work/start
console_up --console "$console_program" --console-set radius_timeout=10
stack_do stop mailer
for login in master1 general1 general2; do
	person "$login" "$([ "$login" = master1 ] && echo master || echo general)"
done
stand_in master1 general1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/foreign.key" -subj /CN=master1 \
	-days 30 -out "$work/foreign.crt" 2>/dev/null || bail "no certificate made"
free_locked
write_settings "$(far_codes master1)"
before=$(sessions) processes=$(stack_do pid console | sort)
like "$(nm "$work/console")" '__asan_report_load' "the console has sanitizers"

fuzz "${amount[@]}"
diag "$said"
is "$ended" 0 "$(tell requests) hostile requests: no page of a session, no error of ours, no text as it is"
ok "$(tell 200) are answered by a page: more than one in 20" [ "$((20 * $(tell 200)))" -gt "$(tell requests)" ]
ok "$(tell 400) are refused as malformed: more than one in 10" [ "$((10 * $(tell 400)))" -gt "$(tell requests)" ]
is "$(stack_do pid console | sort)" "$processes" "the console's processes are the same as before"
ok "memory is flat: $(tell kilobytes-half) KB after half of them, $(tell kilobytes-end) KB at the end" \
	[ "$(tell kilobytes-end)" -le "$(($(tell kilobytes-half) + 12288))" ]
is "$(sessions)" "$before" "no session was opened"
asked=$(sql "SELECT COUNT(*) FROM login_event WHERE reason IN ('wrong', 'used', 'locked')")
ok "$asked passwords and codes were looked at: more than one for 30 requests" \
	[ "$((30 * asked))" -gt "$(tell requests)" ]

# --- what finds nothing must be able to find something

write_settings "\"$(code master1 1)\""
fuzz --count 2000
is "$ended" 1 "with a code that is good, the session is found"
like "$said" 'a way to /$|a page of a session' "and said"
kill -SEGV "$(stack_do pid console | head -n 1)"
like "$(poll 10 test -n "$(find "$work/found" -type f)" && cat "$work"/found/*)" 'AddressSanitizer: SEGV' \
	"where a process has crashed, the sanitizers have written it down"
rm -f "$work"/found/*
stack_do stop web
is "$(cat "$work"/found/* 2>/dev/null)" '' "else they found nothing, and no leak when the processes ended"
done_testing
