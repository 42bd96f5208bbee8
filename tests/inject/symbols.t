#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nothing that can fail is forgotten: every call that login.c and its legs, core/ and rlm_seikyo_otp/store/ make
# to the outside stands in tests/inject/symbols, and what can fail is wrapped there.
. "$(dirname "$0")/../lib.sh"

objects=$TEST_ROOT/build/inject/o/rlm_seikyo_otp
list=$TEST_ROOT/tests/inject/symbols

# listed [fails|cannot]
listed()
{
	awk -v want="${1-}" '/^[^#]/ && (want == "" || $2 == want) { print $1 }' "$list" | LC_ALL=C sort -u
}

# What the objects ask for and none of them has; without what the compiler's sanitizers put in.
imported()
{
	find "$objects" -name '*.o' -exec nm {} + | awk '
	$1 == "U" { asked[$2] = 1; next }
	NF == 3 { has[$3] = 1 }
	END { for (i in asked) if (!(i in has)) print i }
	' | grep -vE '^(__(asan|ubsan)_|_GLOBAL_OFFSET_TABLE_$)' | LC_ALL=C sort -u
}

# missing FILE-A FILE-B: the lines of A that B has not.
missing()
{
	LC_ALL=C comm -23 "$1" "$2"
}

ok "the objects were made" test -f "$objects/login.o"
is "$(missing <(imported) <(listed))" "" "every call to the outside stands in tests/inject/symbols"
is "$(missing <(imported) <(listed | grep -vx RAND_bytes))" RAND_bytes "one that did not would be found"
is "$(missing <(listed fails) <(imported))" "" "nothing is made to fail that nobody calls"
wrapped()
{
	nm "$TEST_ROOT/build/inject/inject" | sed -n 's/.* [Tt] __wrap_//p' | LC_ALL=C sort -u
}
is "$(missing <(listed fails) <(wrapped))" "" "what can fail is wrapped"
isnt "$(missing <(listed cannot) <(wrapped))" "" "what can not fail is not"
is "$(awk '/^[^#]/ && $2 == "cannot" && NF < 3 || /^[^#]/ && $2 != "cannot" && $2 != "fails"' "$list")" "" \
	"where a call cannot fail, the list says why"
done_testing
