# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of the operator command share, on top of tests/lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# What the command says is compared in English.
export LC_ALL=C.UTF-8

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"

# The command without a stack; stack_up gives one that is set up.
SEIKYO_COMMAND=$TEST_ROOT/build/seikyo-otp

# run WORDS...: runs the command; $status, $out and $err tell what came of it.
run()
{
	status=0
	"$SEIKYO_COMMAND" "$@" >"$work/out" 2>"$work/err" || status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
}

# json EXPRESSION: what the Perl expression over the decoded output ($j) of the last run gives.
json()
{
	perl -MJSON::PP -0777 -e 'binmode STDOUT, ":utf8"; my $j = decode_json(<STDIN>);
		my $v = eval $ARGV[0]; die $@ if $@; print defined $v ? $v : "null"' "$1" <"$work/out"
}

# refused NUMBER NAME: the last run was refused by the rule of this number.
refused()
{
	is "$status" 1 "$2: exit code 1"
	like "$err" "Refused \\($1\\): ." "$2: with the rule's reason"
	is "$out" "" "$2: nothing on standard output"
}

# wrong REGEX NAME: the last run was wrong use, and said so.
wrong()
{
	is "$status" 2 "$2: exit code 2"
	like "$err" "$1" "$2: says why"
}

# new_certificate FILE [DAYS]
new_certificate()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null \
		-subj /CN=user -days "${2:-30}" -out "$1" 2>/dev/null || bail "no certificate made"
}

# sha256_of FILE: the digest of the certificate's DER.
sha256_of()
{
	openssl x509 -in "$1" -outform DER | sha256sum | cut -d ' ' -f 1
}
