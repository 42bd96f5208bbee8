#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# DESIGN section 9: FreeRADIUS's structs as our build sees them are the running daemon's. A module built with
# the flags of ours, tests/tools/layout/rlm_layout.c, compares them in the daemon; twins built with
# other flags must be noticed.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"

# flags_of VARIABLES: as the Makefile has them.
flags_of()
{
	make -s --no-print-directory -C "$TEST_ROOT" --eval "flags-of: ; @echo $1" flags-of
}

flags=$(flags_of '$(BASE) $(MODULE_FLAGS) $(CFLAGS) $(INCLUDES) $(MARIADB_CFLAGS)')
like " $flags " ' -DNDEBUG ' "the module is built with -DNDEBUG"

# build FILE [FLAGS...]: the comparing module.
build()
{
	(cd "$TEST_ROOT" && gcc "${@:2}" -shared -o "$1" tests/tools/layout/rlm_layout.c -MF "$work/depends")
}

# shellcheck disable=SC2086 # flags
ok "the comparing module is built with the flags of ours" build "$work/right.so" $flags
# shellcheck disable=SC2086 # flags
ok "a twin is built without -DNDEBUG" build "$work/debug.so" ${flags//-DNDEBUG/}
# shellcheck disable=SC2086 # flags
ok "a twin is built with other features" build "$work/features.so" $flags -DWITHOUT_PROXY

unlike "$(readelf -d "$TEST_ROOT/build/rlm_seikyo_otp.so")" 'NEEDED.*(talloc|freeradius)' \
	"our module brings no second talloc and no second libfreeradius"

stack_up

# with_layout FILE: the server compares in front of everything else. Its log tells what it found.
with_layout()
{
	stack_do stop radius
	rm -f "$stack/server/lib/rlm_layout.so"
	install -m 755 "$1" "$stack/server/lib/rlm_layout.so"
	printf 'layout {\n}\n' >"$SEIKYO_RADDB/mods-enabled/layout"
	chmod 644 "$SEIKYO_RADDB/mods-enabled/layout"
	: >"$SEIKYO_RADIUS_LOG"
	stack_do start radius
}

site=$(cat "$SEIKYO_RADDB/sites-available/seikyo")
awk '
{ print }
/^\tauthorize \{/ {
	print "\t\tlayout"
	print "\t\tif (ok) {\n\t\t\tupdate control {\n\t\t\t\t&Auth-Type := Accept\n\t\t\t}\n\t\t}"
	print "\t\telse {\n\t\t\treject\n\t\t}"
}' <<<"$site" >"$SEIKYO_RADDB/sites-available/seikyo"

# compared: what the server answers and has in its log. Never the first request: a number that is 0 here and
# there would be no comparison.
compared()
{
	rad code=12 >/dev/null
	reply=$(rad User-Name=user1 User-Password=any)
	said=$(grep -o 'layout: .*' "$SEIKYO_RADIUS_LOG")
}

with_layout "$work/right.so"
compared
like "$reply" '^Access-Accept' "sizes, names and places in the daemon's structs are the module's" || diag "$said"
unlike "$said" 'differs' "nothing differs"
for struct in REQUEST RADIUS_PACKET VALUE_PAIR RADCLIENT rad_listen_t; do
	like "$said" "layout: $struct: ([1-9][0-9]*) bytes here, [1-9][0-9]* in the daemon" "$struct was compared"
done

with_layout "$work/debug.so"
compared
like "$reply" '^Access-Reject' "a build without -DNDEBUG is noticed"
like "$said" 'request->number: .* differs' "by the place of the request's number"

with_layout "$work/features.so"
compared
like "$reply" '^Access-Reject' "a build with other features is noticed"
like "$said" 'REQUEST: .* differs' "by the size of REQUEST"

done_testing
