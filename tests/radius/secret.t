#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# No password, code, key, State or ticket in a log, an error text or an argument of a process: every kind of
# login is done with secrets that are found nowhere else, and then all that was written is searched for them.
. "$(dirname "$0")/../lib.sh"
. "$TEST_ROOT/tests/tools/burst.sh"

secrets=$burst_dir/secrets

# secret KIND VALUE: is to be found nowhere, in no case of its letters.
secret()
{
	[ -z "$2" ] || printf '%s %s\n' "$1" "$2" >>"$secrets"
}

# secret_bytes KIND HEX: in hex, in base64, in base32, and as bytes.
secret_bytes()
{
	[ -n "$2" ] || return 0
	secret "$1" "$2"
	secret "$1" "$(xxd -r -p <<<"$2" | base64 -w 0 | tr -d =)"
	secret "$1" "$(xxd -r -p <<<"$2" | base32 -w 0 | tr -d =)"
}

# searched NAME FILE [KINDS]: which secrets stand in the file, if any; hex also as the bytes themselves.
searched()
{
	perl -e '
		my ($secrets, $file, $kinds) = @ARGV;
		open(my $f, "<:raw", $file) or die "$file: $!"; my $text = do { local $/; <$f> } // "";
		my ($low, %found) = lc $text;
		open(my $s, "<:raw", $secrets) or die;
		while (<$s>) {
			chomp; my ($kind, $value) = split / /, $_, 2;
			next if $kinds && $kind !~ /^($kinds)$/;
			my @forms = (lc $value);
			push @forms, lc(pack("H*", $value)), lc(unpack("H*", $value));
			pop @forms if $kind eq "code";
			@forms = $value if $kind eq "code";
			@forms = ($forms[0], $forms[2]) if $value !~ /^([0-9a-f]{2}){8,}$/i && $kind ne "code";
			for my $form (@forms) {
				my $at = $kind eq "code" ? ($text =~ /(?<![0-9a-fA-F])\Q$form\E(?![0-9a-fA-F])/ ? $-[0] : -1)
					: index($low, $form);
				$found{"$kind: " . substr($text, $at > 40 ? $at - 40 : 0, 90)} = 1 if $at >= 0;
			}
		}
		s/[^ -~]/?/g, print "$_\n" for sort keys %found;
	' "$secrets" "$@"
}

# clean FILE NAME: the file has something in it, and none of the secrets.
clean()
{
	local found

	found=$(searched "$1") || bail "cannot search $1"
	is "$found" "" "$2"
}

# --- the search finds what it must

secret password 'Tr0ub4dor and three'
secret code 482913
secret_bytes State 534b5900112233445566778899aabbcc
for text in 'a TR0UB4DOR AND THREE b' "('482913')" 'x 534B5900112233445566778899AABBCC' \
	"$(printf 'SKY\000' | base64)" "$(xxd -r -p <<<534b5900112233445566778899aabbcc | base64)" \
	"$(xxd -r -p <<<534b5900112233445566778899aabbcc | base32)" "$(printf 'Tr0ub4dor and three' | xxd -p)"; do
	printf '%s' "$text" >"$burst_dir/sample"
	[ "$text" = "$(printf 'SKY\000' | base64)" ] || isnt "$(searched "$burst_dir/sample")" "" "it is found: $text"
done
xxd -r -p <<<78534b5900112233445566778899aabbcc78 >"$burst_dir/sample"
isnt "$(searched "$burst_dir/sample")" "" "it is found: the bytes themselves"
printf '1482913 48291 tr0ub4dor' >"$burst_dir/sample"
is "$(searched "$burst_dir/sample")" "" "it finds nothing else"

# --- every kind of login

# word KIND: a new distinctive word, remembered as a secret.
word()
{
	word="Kotoba-$(openssl rand -hex 8)"
	secret "$1" "$word"
}

# say LINE: a request; its reply's State and ticket are secrets from now on.
say()
{
	reply=$(rad_many <<<"$1")
	printf '%s\n' "$reply" >>"$burst_dir/replies"
	state=$(field State "$reply")
	secret_bytes State "$state"
	secret_bytes ticket "$(field Seikyo-Ticket "$reply")"
	# The nonce stands in front as request id and so is none; what follows makes the State.
	secret_bytes State "${state:172}"
}

# type_code LOGIN [STEPS]: a code, remembered as a secret.
type_code()
{
	typed=$(code "$@")
	secret code "$typed"
}

keys()
{
	local file

	for file in "$SEIKYO_KEY_DIR"/*.key; do
		case $file in
		*/envelope-*) secret key "$(sed -n 2p "$file")" ;;
		*) secret_bytes key "$(tr -d '\n' <"$file")" ;;
		esac
	done
	secret account "$SEIKYO_RADIUS_DB_PASSWORD"
	secret account "$SEIKYO_CONSOLE_DB_PASSWORD"
	secret shared "$SEIKYO_RADIUS_SECRET"
	secret shared "$SEIKYO_CONSOLE_SECRET"
}

phone_secrets()
{
	local secret start_password

	# shellcheck disable=SC1090 # written by tests/phone
	. "$stack/phone/$1"
	secret_bytes token "$secret"
	secret start "$start_password"
}

console_words()
{
	printf '%s' "source=$SEIKYO_CONSOLE_HOST secret=$SEIKYO_CONSOLE_SECRET"
}

# logins: all of them, in the stack at hand.
logins()
{
	local pass confirm i

	: >"$secrets"
	: >"$burst_dir/replies"
	keys
	word password
	pass=$word
	make_contract C-1
	make_contract C-2 none
	make_user C-1 user1 master "$pass"
	make_user C-2 user2 general "$pass"
	say "$(request user1 "$pass")"
	say "$(request user2 "$pass")"
	# The setup.
	say "$(request user1 "$pass" "$(console_words)" Seikyo-Purpose=Console)"
	setup_state=$state
	"$TEST_ROOT/tests/phone" issue "$stack" user1 "$(field Seikyo-Ticket "$reply")" >/dev/null || bail "no token issued"
	say "$(request user1 123123 "State=$setup_state" "$(console_words)" Seikyo-Purpose=Console)"
	SEIKYO_PHONE_START_PASSWORD=90817263 "$TEST_ROOT/tests/phone" install "$stack" user1 >/dev/null 2>"$burst_dir/phone" &&
		bail "a wrong start password was taken"
	secret start 90817263
	"$TEST_ROOT/tests/phone" install "$stack" user1 >/dev/null || bail "no token installed"
	phone_secrets user1
	type_code user1
	say "$(request user1 "$typed" "State=$setup_state" "$(console_words)" Seikyo-Purpose=Console)"
	like "$reply" '^Access-Accept ' "$1: the first code"
	# Logins.
	next_step
	type_code user1
	say "$(request user1 "$pass")"
	before=$state
	say "$(request user1 "$typed" "State=$before")"
	like "$reply" '^Access-Accept ' "$1: a challenge's code"
	say "$(request user1 "$typed" "State=$before")"
	next_step
	type_code user1
	say "$(request user1 "$pass" "Seikyo-OTP=$typed")"
	like "$reply" '^Access-Accept ' "$1: code and password in one"
	say "$(request user1 "$pass" "Seikyo-OTP=$typed")"
	next_step
	type_code user1
	say "$(request user1 "$pass" "Seikyo-OTP=$typed" "$(console_words)" Seikyo-Purpose=Console)"
	# Confirmation.
	word password
	confirm=$word
	test_operate user confirmation-password user1 <<<"$confirm"
	session=$(openssl rand -hex 32)
	secret_bytes session "$session"
	say "$(request user1 "$confirm" "Seikyo-Session=$session" "$(console_words)" Seikyo-Purpose=Confirmation-Password)"
	like "$reply" '^Access-Accept ' "$1: a confirmation password"
	word password
	say "$(request user1 "$word" "Seikyo-Session=$session" "$(console_words)" Seikyo-Purpose=Confirmation-Password)"
	# A password changed, and one renewed.
	word password
	pass=$word
	test_operate user password user1 <<<"$pass"
	test_operate policy set hash_cost 2000
	say "$(request user1 "$pass")"
	before=$state
	# What is wrong.
	word password
	say "$(request user1 "$word")"
	word name
	name=$word
	say "$(request "$name" "$pass")"
	word name
	say "$(request "$word" "$word" "Seikyo-OTP=$typed")"
	say "$(request user1 "${pass}482913")"
	for ((i = 0; i < 6; i++)); do
		typed=$(wrong_codes user1 6 | sed -n "$((i + 1))p")
		secret code "$typed"
		say "$(request user1 "$typed" "State=$before")"
	done
	say "$(request user1 "$pass")"
	like "$reply" 'OTP-Locked' "$1: locked"
	# What is malformed.
	word password
	for words in "User-Password=$word\\xff" "User-Password=$word\\x00" "User-Password=$word User-Password=$word" \
		"User-Password=$word State=${before%??}00" "User-Password=$word Seikyo-Attempt=00" \
		"User-Password=$word CHAP-Password=00$(openssl rand -hex 16)" "User-Password=$word Seikyo-OTP=$word Seikyo-OTP=$word" \
		"User-Password=$word Seikyo-attr-4=00" "User-Password=$word Seikyo-Session=$session" "User-Password=$word$word$word"; do
		say "User-Name=user1 $words"
		say "User-Name=$name $words"
	done
	for ((i = 0; i < 11; i++)); do
		word password
		say "$(request user2 "$word")"
	done
	# The database refuses, and is away.
	sql 'REVOKE EXECUTE ON PROCEDURE radius_settle_password FROM seikyo_radius'
	rad_many -t 1 <<<"$(request user2 "$pass")" >/dev/null
	sql 'GRANT EXECUTE ON PROCEDURE radius_settle_password TO seikyo_radius'
	secret code 731864
	rad_many -t 1 <<<"$(request user1 731864 "State=$before")" >/dev/null
	stack_do kill db
	rad_many -t 1 <<<"$(request user1 "$pass" Seikyo-OTP=731864)" >/dev/null
	stack_do start db
}

# ours FILE: the lines that our module writes.
ours()
{
	grep seikyo_otp "$1" >"$burst_dir/ours"
}

# --- at the normal level, with all that the database can log

general=$burst_dir/general.log
log_statements()
{
	sql "SET GLOBAL general_log_file = 'general.log'; SET GLOBAL slow_query_log_file = 'slow.log';
		SET GLOBAL log_output = 'FILE'; SET GLOBAL long_query_time = 0; SET GLOBAL slow_query_log = ON;
		SET GLOBAL general_log = ON"
}

stack_up
log_statements
test_operate policy list
watch=$burst_dir/arguments

# The arguments of every process, over and over while the logins are done.
watch_arguments()
{
	while :; do
		cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n'
	done >"$watch"
}
watch_arguments &
watcher=$!
at_exit kill "$watcher"
logins "normal"
kill "$watcher"
wait "$watcher" 2>/dev/null

data=$stack/server/db/data
cat "$data/general.log" >"$general"
cat "$data/slow.log" >"$burst_dir/slow.log"
clean "$SEIKYO_RADIUS_LOG" "radius.log, normal level: no secret, no name that is unknown"
like "$(cat "$SEIKYO_RADIUS_LOG")" 'user user1, client gateway: accepted' "radius.log tells of logins"
clean "$SEIKYO_DB_LOG" "the database's error log: no secret"
clean "$burst_dir/phone" "what a refused installation says: no secret"
like "$(cat "$burst_dir/phone")" '31013' "it was refused"

# Of replies only words for people: they have States and tickets, and attributes that the client sent.
sed -E 's/ (State|Seikyo-Ticket)=[^ ]*//g' "$burst_dir/replies" >"$burst_dir/words"
clean "$burst_dir/words" "refusals and other replies: no secret but State and ticket themselves"

like "$(grep -a 'Execute' "$general")" 'radius_settle_code' "the general log has the module's calls with their parameters"
like "$(cat "$burst_dir/slow.log" | tr -d '\0')" 'radius_settle_code' "so has the slow log"
for log in general slow; do
	file=$burst_dir/$log.log
	is "$(searched "$file" 'password|code|State|key|token|start|session|account|shared')" "" \
		"the $log log: no password, code, State, key, token's secret or start password"
	# The console shows the database a ticket, which that very call burns: nothing is opened with it again.
	grep -av 'console_issue_token' "$file" >"$burst_dir/rest"
	is "$(searched "$burst_dir/rest" ticket)" "" "the $log log: no ticket but one burned by the statement"
	# A name must be looked for, and only there it stands.
	grep -av 'radius_find' "$file" >"$burst_dir/rest"
	is "$(searched "$burst_dir/rest" name)" "" "the $log log: a name that is unknown only as what radius_find looks for"
done
is "$(sql "SELECT COUNT(*) FROM ticket WHERE purpose = 'setup' AND burned_at IS NULL
	AND digest = UNHEX(SHA2(UNHEX('$(sed -nE "s/.*console_issue_token\(X'([0-9a-fA-F]+)'.*/\1/p" <(tr -d '\0' <"$general") | head -n 1)'), 256))")" 0 \
	"the ticket that the general log has is burned"

# Whole tables: what the database keeps, but for its own safes.
sql 'SELECT HEX(request_id), HEX(name_mac), client, reason FROM login_event' >"$burst_dir/rows"
mariadb --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" --raw --batch "$SEIKYO_DB_NAME" -e \
	'SELECT * FROM user; SELECT * FROM token; SELECT * FROM ticket; SELECT * FROM login_event; SELECT * FROM audit_event;
	SELECT * FROM mail_outbox; SELECT * FROM decoy' >>"$burst_dir/rows"
is "$(searched "$burst_dir/rows" 'password|key|token|start|session|ticket|State|name')" "" \
	"the tables: no password, key, token's secret, ticket, State or unknown name"

clean "$watch" "no secret among the arguments of any process"
like "$(tr '\n' ' ' <"$watch")" 'freeradius .*-d ' "the arguments of the servers were seen"

# --- at the debug level, as far as our code writes

stack_up --debug
logins "debug"
ours "$SEIKYO_RADIUS_LOG"
clean "$burst_dir/ours" "radius.log, debug level: no secret in a line of our module"
isnt "$(wc -l <"$burst_dir/ours")" 0 "our module writes lines at the debug level"
stack_up --debug --set otp_in_password=suffix --set language=en
cheap_hashes
make_contract C-1
word password
pass=$word
make_user C-1 user1 master "$pass"
setup_token user1 "$pass"
phone_secrets user1
next_step
type_code user1
say "$(request user1 "$pass$typed")"
like "$reply" '^Access-Accept ' "suffix: the code behind the password"
say "$(request user1 "$pass$typed")"
word password
say "$(request user1 "$word$typed")"
say "$(request user1 "$pass")"
ours "$SEIKYO_RADIUS_LOG"
clean "$burst_dir/ours" "radius.log, suffix: no secret in a line of our module"

# --- files

open_to_others=$(find "$SEIKYO_KEY_DIR" -name '*.key' -perm /007)
is "$open_to_others" "" "no key of key_dir is open to others"
is "$(find "$SEIKYO_KEY_DIR" -name '*.key' | wc -l)" 4 "all keys were looked at"

done_testing
