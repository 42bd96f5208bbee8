# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of this folder share: a stack with people for every flow of flow.c, and the program.

# shellcheck disable=SC2034 # the tests run it
inject=$TEST_ROOT/build/inject/inject
weak_password='pass word'

# ticket_of LOGIN: the ticket to issue a token with.
ticket_of()
{
	local words

	mapfile -t words < <(test_words "$1" 'pass word')
	field Seikyo-Ticket "$(rad_console "${words[@]}" Seikyo-Purpose=Console)"
}

# The setup up to the first code, which is not sent.
install_only()
{
	"$TEST_ROOT/tests/phone" issue "$stack" "$1" "$(ticket_of "$1")" >/dev/null || bail "no token issued"
	"$TEST_ROOT/tests/phone" install "$stack" "$1" >/dev/null || bail "no token installed"
}

# Certificate and token secret of a user, for flow.c.
tell_secrets()
{
	local file=$stack/phone/$1

	export "INJECT_CERTIFICATE_$1=$(certificate "$1")"
	[ ! -e "$file" ] || export "INJECT_SECRET_$1=$(sed -n 's/^secret=//p' "$file")"
}

# What the console has: its own key, and certificates without their keys.
make_sealing()
{
	mkdir "$stack/sealing"
	cp "$SEIKYO_KEY_DIR"/envelope-*.crt "$SEIKYO_KEY_DIR/start-password.key" "$stack/sealing/"
	export INJECT_SEALING_DIR=$stack/sealing
}

inject_up()
{
	local login

	stack_up
	# Nothing has to outlive the machine here.
	sql 'SET GLOBAL innodb_flush_log_at_trx_commit = 0'
	stack_do clock '2026-11-24 12:00:00' >/dev/null || bail "the clock does not stand still"
	test_operate policy set before_start password
	make_contract C-1 2026-11-01
	make_contract C-2 none
	make_user C-1 active1 master 'pass word'
	make_user C-1 first1 general 'pass word'
	make_user C-1 setup1 general 'pass word'
	make_user C-2 early1 general 'pass word'
	test_operate user confirmation-password active1 <<<'confirm it'
	setup_token active1 'pass word'
	install_only first1
	next_step
	stack_do stop radius
	sql "$(cat "$TEST_ROOT/tests/inject/inject.sql")"
	sql "CREATE TABLE inject.weak AS SELECT '$(openssl passwd -5 "$weak_password")' AS hash"
	for login in active1 first1 setup1 early1; do
		tell_secrets "$login"
	done
	make_sealing
}
