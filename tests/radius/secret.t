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

# unhex HEX: the bytes.
unhex()
{
	perl -ne 'chomp; print pack("H*", $_)' <<<"$1"
}

# secret_bytes KIND HEX: in hex, in base64, in base32, and as bytes.
secret_bytes()
{
	[ -n "$2" ] || return 0
	secret "$1" "$2"
	secret "$1" "$(unhex "$2" | base64 -w 0 | tr -d =)"
	secret "$1" "$(unhex "$2" | base32 -w 0 | tr -d =)"
}

# searched FILE [KINDS]: which secrets stand in the file, if any: as they are, in hex, and, where they are given
# in hex, as bytes, plain and as the database escapes them in its logs. A code is no part of a number.
searched()
{
	perl -e '
		my ($secrets, $file, $kinds) = @ARGV;
		open(my $f, "<:raw", $file) or die "$file: $!";
		my $text = do { local $/; <$f> } // "";
		my ($low, %found) = lc $text;
		my %escape = ("\0" => "0", "\n" => "n", "\r" => "r", "\x1a" => "Z");
		open(my $s, "<:raw", $secrets) or die "$secrets: $!";
		while (<$s>) {
			chomp;
			my ($kind, $value) = split / /, $_, 2;
			next if $kinds && $kind !~ /^($kinds)$/;
			my @at;
			if ($kind eq "code") {
				@at = $-[0] if $text =~ /(?<![0-9a-fA-F])(?<![0-9][.])\Q$value\E(?![0-9a-fA-F])/;
			} else {
				my @forms = ($value, unpack("H*", $value));
				if ($value =~ /^([0-9a-f]{2}){8,}$/i) {
					my $bytes = pack("H*", $value);
					push @forms, $bytes;
					$bytes =~ s{([\0\n\r\x1a\\\x22\x27])}{"\\" . ($escape{$1} // $1)}ge;
					push @forms, $bytes;
				}
				@at = grep { $_ >= 0 } map { index($low, lc $_) } @forms;
			}
			$found{"$kind: " . substr($text, $_ > 40 ? $_ - 40 : 0, 90)} = 1 for @at;
		}
		s/[^ -~]/?/g, print "$_\n" for sort keys %found;
	' "$secrets" "$@"
}

# clean FILE NAME [KINDS]: the file has none of the secrets.
clean()
{
	local found

	found=$(searched "$1" "${@:3}") || bail "cannot search $1"
	is "$found" "" "$2"
}

# --- the search finds what it must

secret password 'Tr0ub4dor and three'
secret code 482913
secret_bytes State 534b5900112233445566778899aabbcc
for text in 'a TR0UB4DOR AND THREE b' "('482913')" 'x 534B5900112233445566778899AABBCC' \
	"$(unhex 534b5900112233445566778899aabbcc | base64)" "$(unhex 534b5900112233445566778899aabbcc | base32)" \
	"$(printf 'Tr0ub4dor and three' | od -An -v -tx1 | tr -d ' \n')"; do
	printf '%s' "$text" >"$burst_dir/sample"
	isnt "$(searched "$burst_dir/sample")" "" "it is found: $text"
done
unhex 78534b5900112233445566778899aabbcc78 >"$burst_dir/sample"
isnt "$(searched "$burst_dir/sample")" "" "it is found: the bytes themselves"
printf '%s' "('SKY\\0" >"$burst_dir/sample"
unhex 112233445566778899aabbcc >>"$burst_dir/sample"
sed -i 's/"/\\"/' "$burst_dir/sample"
isnt "$(searched "$burst_dir/sample")" "" "it is found: the bytes as a statement has them"
printf '1482913 48291 7.482913 tr0ub4dor' >"$burst_dir/sample"
clean "$burst_dir/sample" "it finds nothing else"

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
	# The console shows a digest of the session; the session is what nobody may see.
	session=$(openssl rand -hex 16)
	secret_bytes session "$session"
	session=$(unhex "$session" | sha256sum | cut -d ' ' -f 1)
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
watch=$burst_dir/arguments

# The arguments of every server and of the operator command, looked at over and over while the logins are done.
watch_arguments()
{
	exec perl -e '
		my ($out, $until, %seen) = ($ARGV[0], time + 300);
		while (time < $until && !-e "$out.end") {
			for my $file (glob "/proc/[0-9]*/cmdline") {
				open(my $f, "<:raw", $file) or next;
				my $line = do { local $/; <$f> } // "";
				$line =~ tr/\0/ /;
				$seen{$line} = 1 if $line =~ m{^\S*(freeradius|mariadbd|seikyo-otp)\b};
			}
			select undef, undef, undef, 0.004;
		}
		open(my $o, ">:raw", $out) or die;
		print $o "$_\n" for sort keys %seen;
	' "$watch"
}
watch_arguments &
watcher=$!
end_watch()
{
	kill "$watcher" 2>/dev/null
}
at_exit end_watch
logins "normal"
touch "$watch.end"
wait "$watcher"

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
	clean "$file" "the $log log: no password, code, State, key, token's secret or start password" \
		'password|code|State|key|token|start|session|account|shared'
	# The console shows the database a ticket, which that very call burns: nothing is opened with it again.
	grep -av 'console_issue_token' "$file" >"$burst_dir/rest"
	clean "$burst_dir/rest" "the $log log: no ticket but one burned by the statement" ticket
	# A name must be looked for, and only there it stands.
	grep -av 'radius_find' "$file" >"$burst_dir/rest"
	clean "$burst_dir/rest" "the $log log: a name that is unknown only as what radius_find looks for" name
done
ticket=$(tr -d '\0' <"$general" | sed -nE "s/.*console_issue_token\(X'([0-9a-fA-F]+)'.*/\1/p" | head -n 1)
isnt "$ticket" "" "the general log has the ticket that a token was issued with"
is "$(sql "SELECT burned_at IS NOT NULL FROM ticket WHERE digest = UNHEX(SHA2(UNHEX('$ticket'), 256))")" 1 \
	"and that one is burned"

# Whole tables: what the database keeps, but for its own safes.
sql 'SELECT HEX(request_id), HEX(name_mac), client, reason FROM login_event' >"$burst_dir/rows"
mariadb --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" --raw --batch "$SEIKYO_DB_NAME" -e \
	'SELECT * FROM user; SELECT * FROM token; SELECT * FROM ticket; SELECT * FROM login_event; SELECT * FROM audit_event;
	SELECT * FROM mail_outbox; SELECT * FROM decoy' >>"$burst_dir/rows"
clean "$burst_dir/rows" "the tables: no password, key, token's secret, ticket, State or unknown name" \
	'password|key|token|start|session|ticket|State|name'

clean "$watch" "no secret among the arguments of a server or of the operator command"
for program in freeradius mariadbd 'seikyo-otp.* user password'; do
	like "$(cat "$watch")" "$program" "arguments were seen: $program"
done

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
