#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# contract add, list, start; users and their secrets; client certificates.
. "$(dirname "$0")/command.sh"
stack_up
cheap_hashes

# --- contracts

run contract list
is "$status" 0 "a list without entries is no error"
run --json contract list
is "$(json 'scalar @$j')" 0 "--json: an empty list"
run contract add C-2 --name 'Second' --mail second@example.com
is "$status" 0 "a contract is registered"
run contract add C-1 --name '株式会社見本' --mail first@example.com
is "$status" 0 "a contract with a Japanese name is registered"
run contract add C-1 --name again --mail first@example.com
refused 31021 "a contract that exists"
run contract add 'C 3' --name name --mail a@example.com
refused 31030 "a contract number of another form"
run contract add C-3 --name '' --mail a@example.com
refused 31031 "an empty name"
run contract add C-3 --name name --mail nonsense
refused 31014 "a mail address of another form"

run contract start C-1 2026-12-01
is "$status" 0 "the start date is set"
run contract start C-9 2026-12-01
refused 31020 "the start of a contract that does not exist"
run contract start C-1 1999-12-01
refused 31036 "a start date that the rules do not take"

run contract list
is "$status" 0 "contracts are listed"
# Seven characters of two columns each; the next column begins at the same place in each line.
is "$(sed 1d "$work/out")" "C-1     株式会社見本  first@example.com   2026-12-01  -                 0
C-2     Second        second@example.com  -           -                 0" \
	"columns stand under each other, whatever the width of a character"
LC_ALL=C run contract list
like "$out" "株式会社見本  first@example.com   2026-12-01" "also in a locale without UTF-8"
run --json contract list
is "$(json '$j->[0]{name}')" "株式会社見本" "--json gives the name"
is "$(json '$j->[0]{otp_starts_on}')" 2026-12-01 "--json gives the date"
is "$(json '$j->[1]{otp_starts_on}')" null "--json gives null where there is no date"

sql "UPDATE contract SET name = CONCAT('a', CHAR(27), '[2Jb') WHERE number = 'C-2'"
run contract list
unlike "$out" $'\x1b' "a control character does not get to the terminal"
like "$out" "a�\[2Jb" "it is shown as a replacement"

# --- users

add=(user add C-1 user1 --role general --name '利用者' --mail user1@example.com)
run "${add[@]}" <<<'a pass wörd'
is "$status" 0 "a user is registered"
hash=$(sql "SELECT password_hash FROM user WHERE login_id = 'user1'")
# shellcheck disable=SC2016 # crypt(5)
like "$hash" '^\$6\$' "the hash is made as the policy says"
is "$(perl -e 'print crypt($ARGV[0], $ARGV[1])' 'a pass wörd' "$hash")" "$hash" \
	"the hash is that of the line, without its newline"
run "${add[@]}" <<<password
refused 31021 "a user that exists"
run user add C-9 user2 --role general --name x --mail a@example.com <<<password
refused 31020 "a user of a contract that does not exist"
run user add C-1 user2 --role boss --name x --mail a@example.com <<<password
refused 31033 "a role that does not exist"
is "$(sql "SELECT COUNT(*) FROM user")" 1 "what was refused is not there"

run user add C-1 master1 --role master --name x --mail a@example.com < <(printf 'no newline')
is "$status" 0 "a line without its newline is taken"
hash=$(sql "SELECT password_hash FROM user WHERE login_id = 'master1'")
is "$(perl -e 'print crypt($ARGV[0], $ARGV[1])' 'no newline' "$hash")" "$hash" "and hashed in full"

# wrong_password NAME: what standard input holds is no password, and nothing changes.
wrong_password()
{
	run user password user1
	wrong "login password" "$1"
	is "$(sql "SELECT password_hash FROM user WHERE login_id = 'user1'")" "$kept" "$1: nothing changes"
}

kept=$(sql "SELECT password_hash FROM user WHERE login_id = 'user1'")
wrong_password "no password" </dev/null
wrong_password "an empty line" < <(printf '\nsecond line\n')
wrong_password "129 bytes" < <(printf '%0129d\n' 0)
wrong_password "a NUL" < <(printf 'pass\0word\n')
wrong_password "no UTF-8" < <(printf 'pass\xe9word\n')
run user password user1 < <(printf '%0128d\n' 0)
is "$status" 0 "128 bytes are taken"
isnt "$(sql "SELECT password_hash FROM user WHERE login_id = 'user1'")" "$kept" "and the password is set"
run user password nobody <<<password
refused 31020 "the password of a user that does not exist"

run user confirmation-password user1 <<<confirm
refused 31024 "the confirmation password of a general user"
run user show master1 --json
is "$(json '$j->{confirmation_set} ? "set" : "not set"')" "not set" "no confirmation password yet"
run user confirmation-password master1 <<<confirm
is "$status" 0 "a master user's confirmation password is set"
run user show master1 --json
is "$(json '$j->{confirmation_set} ? "set" : "not set"')" "set" "user show says so"
hash=$(sql "SELECT confirmation_hash FROM user WHERE login_id = 'master1'")
is "$(perl -e 'print crypt($ARGV[0], $ARGV[1])' confirm "$hash")" "$hash" "it is the confirmation hash"

stack_do clock '2026-11-22 20:50:00' >/dev/null
run user add C-1 user3 --role general --name '利用者3' --mail user3@example.com <<<password
run user show user3
is "$status" 0 "a user is shown"
like "$out" "Registered \(JST\) +2026-11-22 20:50:00" "times are Japan's, and say so"
like "$out" "Name +利用者3" "with the name"
run user show user3 --json
is "$(json '$j->{created_at}')" "2026-11-22T11:50:00Z" "--json gives UTC"
is "$(json '$j->{token_state}')" none "--json gives the token's state"
run user show 'user3 '
refused 31020 "a login id with a blank behind it is another one"

# --- on a terminal

# typed ANSWER...: runs the command on a terminal and types each answer when it is asked.
typed()
{
	local command=$1 answers=0 terminal

	shift
	rm -f "$work/keyboard" "$work/screen"
	mkfifo "$work/keyboard"
	script -qefc "$command" "$work/screen" <"$work/keyboard" >/dev/null 2>&1 &
	terminal=$!
	exec 8>"$work/keyboard"
	for answer; do
		answers=$((answers + 1))
		poll 20 asked $answers || bail "nothing was asked: $(cat "$work/screen")"
		printf '%s' "$answer" >&8
	done
	status=0
	wait $terminal || status=$?
	exec 8>&-
}

asked()
{
	[ "$(grep -oE '(New login password|The same again): ' "$work/screen" 2>/dev/null | wc -l)" -ge "$1" ]
}

user_hash()
{
	sql "SELECT password_hash FROM user WHERE login_id = 'user1'"
}

kept=$(user_hash)
typed "$SEIKYO_COMMAND user password user1" $'first-entry\n' $'other-entry\n'
is "$status" 2 "two entries that differ: exit code 2"
like "$(cat "$work/screen")" "differ; nothing was changed" "and the command says so"
is "$(user_hash)" "$kept" "and nothing changes"
typed "$SEIKYO_COMMAND user password user1; echo status=\$?; stty -a" $'typed-password\n' $'typed-password\n'
like "$(cat "$work/screen")" "status=0" "the same entry twice sets the password"
hash=$(user_hash)
is "$(perl -e 'print crypt($ARGV[0], $ARGV[1])' typed-password "$hash")" "$hash" "it is what was typed"
unlike "$(cat "$work/screen")" "typed-password" "what is typed is not shown"
like "$(cat "$work/screen")" " echo " "the terminal shows again afterwards"
kept=$(user_hash)
# What a shell puts into the background ignores interrupts, and so does this terminal's own shell, which
# is to look at the terminal afterwards; the command must not.
typed "env --default-signal=INT $SEIKYO_COMMAND user password user1; echo status=\$?; stty -a" $'half\x03'
like "$(cat "$work/screen")" "status=130" "an interrupt ends the command"
like "$(cat "$work/screen")" " echo " "with the terminal showing again"
is "$(user_hash)" "$kept" "and nothing changed"

# --- certificates

new_certificate "$work/first.pem" 30
new_certificate "$work/second.pem" 60
first=$(sha256_of "$work/first.pem")
second=$(sha256_of "$work/second.pem")
run user certificate add user1 "$work/first.pem"
is "$status" 0 "a certificate is registered"
like "$out" "$first" "with its digest"
run user certificate add user1 - <"$work/second.pem"
is "$status" 0 "a certificate from standard input is registered"
run user certificate add nobody "$work/first.pem"
refused 31020 "a certificate of a user that does not exist"
run user certificate list user1 --json
is "$(json 'join " ", sort map { $_->{sha256} } @$j')" "$(printf '%s\n' "$first" "$second" | sort | xargs)" \
	"both are listed"
end=$(date -u -d "$(openssl x509 -in "$work/first.pem" -noout -enddate | cut -d = -f 2)" +%FT%TZ)
is "$(json "(grep { \$_->{sha256} eq '$first' } @\$j)[0]{valid_until}")" "$end" "with their end"
run user certificate list user1
like "$out" "Valid until \(JST\)" "the table names the zone"
like "$out" "$(TZ=JST-9 date -d "$end" '+%F %T')" "and shows Japan time"
fingerprint=$(openssl x509 -in "$work/first.pem" -noout -fingerprint -sha256 | cut -d = -f 2)
run user certificate remove user1 "$fingerprint"
is "$status" 0 "a certificate is removed, by openssl's way of writing the digest"
run user certificate remove user1 "$first"
refused 31020 "the removal of one that is not there"
run user certificate list user1 --json
is "$(json 'join " ", map { $_->{sha256} } @$j')" "$second" "the other one stays"

done_testing
