#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Password hashes: those that an import brings along are verified, weaker ones renewed at the next
# good login, and nothing else matches (DESIGN section 3).
# shellcheck disable=SC2016 # prefixes of crypt(5)

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

# The debug log has a line for each hash.
wire_up --debug
policy password_failure_limit 100
person alice

# crypt PASSWORD SETTING: by libcrypt, through Perl.
crypt()
{
	perl -e 'print crypt($ARGV[0], $ARGV[1])' "$1" "$2"
}

# give HASH: it becomes the hash of alice's password.
give()
{
	sql "UPDATE user SET password_hash = X'$(printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n')' WHERE login_id = 'alice'"
}

# try PASSWORD: what the password leg says to it.
try()
{
	told "$(first_leg alice "$1")" | sed 's/^Access-//'
}

# spent COMMAND...: sets spent to the number of hashes that were computed meanwhile, line to what it says.
spent()
{
	local before

	before=$(grep -c 'computing a password hash' "$SEIKYO_RADIUS_LOG")
	line=$("$@")
	spent=$(($(grep -c 'computing a password hash' "$SEIKYO_RADIUS_LOG") - before))
}

hash()
{
	column alice password_hash
}

salt=abcdefghijklmnopqrstu.
declare -A setting=(
	['$y$']="\$y\$j75\$$salt\$"
	['$gy$']="\$gy\$j75\$$salt\$"
	['$7$']='$7$66..../....SodiumChloride$'
	['$6$']='$6$rounds=1000$saltstring$'
	['$6$, its default cost']='$6$saltstring$'
	['$5$']='$5$rounds=1000$saltstring$'
	['$2b$']='$2b$04$abcdefghijklmnopqrstuu'
	['$2a$']='$2a$04$abcdefghijklmnopqrstuu'
	['$2y$']='$2y$04$abcdefghijklmnopqrstuu'
)
mapfile -t names < <(printf '%s\n' "${!setting[@]}" | sort)
password='合言葉 Pass-1'

# --- each is verified

for name in "${names[@]}"; do
	made=$(crypt "$password" "${setting[$name]}")
	[[ $made == "${setting[$name]%\$}"* ]] || bail "libcrypt makes no $name: $made"
	give "$made"
	is "$(try "$password")" 'Challenge OTP-Required' "$name: the right password is taken"
	give "$made"
	is "$(try "$password ")" 'Reject -' "$name: with a blank behind it is refused"
	is "$(try "${password%?}")" 'Reject -' "$name: without its last character it is refused"
	is "$(try "$made")" 'Reject -' "$name: the hash itself is no password"
	is "$(hash)" "$made" "$name: a wrong password leaves the hash as it is"
	give "${made%?}"
	is "$(try "$password")" 'Reject -' "$name: a hash that is cut matches nothing"
done

# --- bcrypt looks at 72 bytes and no more

x72=$(printf 'x%.0s' {1..72})
for prefix in '$2b$' '$2a$' '$2y$'; do
	made=$(crypt "$x72" "${setting[$prefix]}")
	give "$made"
	is "$(try "${x72}y")" 'Reject -' "$prefix: 73 bytes that begin like the password are refused"
	is "$(try "$x72$x72")" 'Reject -' "$prefix: so are 144"
	is "$(try "${x72:1}")" 'Reject -' "$prefix: so are 71"
	is "$(try "$x72")" 'Challenge OTP-Required' "$prefix: the password of 72 bytes is taken"
	give "$(crypt "${x72}long" "${setting[$prefix]}")"
	is "$(try "${x72}long")" 'Reject -' "$prefix: a hash of a longer password never matches"
	is "$(try "$x72")" 'Challenge OTP-Required' "$prefix: but for its first 72 bytes, which are what was hashed"
done
give "$(crypt "${x72}long" "${setting['$6$']}")"
is "$(try "${x72}long")" 'Challenge OTP-Required' '$6$: 76 bytes are taken'
give "$(crypt "${x72}long" "${setting['$6$']}")"
is "$(try "${x72}lonk")" 'Reject -' '$6$: all of them are compared'

# --- what is no hash

for made in '' '*' '!' x plain-text "$password" "$(crypt "$password" ab)" "$(crypt "$password" '$1$saltstri$')" \
	'$6$' '$6$rounds=1000$saltstring$' '$y$j75$' "\$y\$j75\$$salt\$" '$2b$04$abcdefghijklmnopqrstuu' '$2b$99$abcdefghijklmnopqrstuu' \
	'$9$saltstring$digest' "$(printf '$6$%.0s' {1..60})"; do
	give "$made"
	spent try "$password"
	like "$line $spent" '^Reject - [12]$' "'${made:0:30}' in place of a hash: the password is refused, and costs a hash"
	[ -z "$made" ] || [ ${#made} -gt 128 ] || is "$(try "$made")" 'Reject -' "'${made:0:30}' in place of a hash is no password"
done

# --- renewal

# renewed NAME FROM PREFIX COST WANT: after a good login the hash begins so; WANT empty: it stays.
renewed()
{
	local made

	policy hash_prefix "$3"
	policy hash_cost "$4"
	made=$(crypt "$password" "${setting[$2]-$2}")
	give "$made"
	spent try "$password"
	is "$line" 'Challenge OTP-Required' "$1: the login is good"
	if [ -z "$5" ]; then
		is "$spent" 1 "$1: one hash is computed"
		is "$(hash)" "$made" "$1: the hash stays"
	else
		is "$spent" 2 "$1: two hashes are computed, the old one and the new one"
		is "$(hash | cut -c "1-${#5}")" "$5" "$1: the hash is renewed"
		is "$(sql "SELECT COUNT(*) FROM user WHERE password_hash = X'$(printf '%s' "$made" | od -An -v -tx1 | tr -d ' \n')'")" 0 \
			"$1: the old one is gone"
		is "$(try "$password")" 'Challenge OTP-Required' "$1: the password matches the new one"
		is "$(try "$password ")" 'Reject -' "$1: another does not"
		made=$(hash)
		try "$password" >/dev/null
		is "$(hash)" "$made" "$1: the new one is not made again"
	fi
}

renewed 'an older format' '$5$' '$6$' 1000 '$6$rounds=1000$'
renewed 'a lower cost' '$6$' '$6$' 2000 '$6$rounds=2000$'
renewed 'the same cost' '$6$' '$6$' 1000 ''
renewed 'a higher cost' '$6$, its default cost' '$6$' 1000 ''
renewed 'a newer format' '$2b$' '$6$' 5000 ''
renewed 'SHA-crypt under yescrypt' '$6$' '$y$' 1 '$y$j75$'
renewed 'bcrypt under yescrypt' '$2a$' '$y$' 1 '$y$j75$'
renewed 'yescrypt of a lower cost' '$y$' '$y$' 2 '$y$j85$'
renewed 'yescrypt of a higher cost' "\$y\$j85\$$salt\$" '$y$' 1 ''
renewed 'yescrypt within GOST' '$gy$' '$y$' 1 ''
renewed 'scrypt' '$7$' '$y$' 1 ''
is "$(sql "SELECT COUNT(*) FROM hash_format WHERE format = '\$y\$j85\$'")" 1 \
	'the format of a renewed hash is one of those that unknown names are hashed in'

# stays NAME COMMAND...: no renewal through it.
stays()
{
	local name=$1 made

	shift
	made=$(crypt "$password" "${setting['$5$']}")
	give "$made"
	spent "$@"
	is "$(hash)" "$made" "no renewal $name"
	is "$spent" 1 "no renewal $name: and one hash is computed all the same"
}

policy hash_prefix '$6$'
policy hash_cost 1000
stays 'by a wrong password' first_leg alice wrong-password
stays 'without the certificate' rad User-Name=alice "User-Password=$password"
sql "UPDATE user SET password_locked_until = clock_now() + INTERVAL 1 MINUTE WHERE login_id = 'alice'"
stays 'while the password is locked' first_leg alice "$password"
sql "UPDATE user SET password_locked_until = NULL, closed_at = clock_now() WHERE login_id = 'alice'"
stays 'of a closed user' first_leg alice "$password"
sql "UPDATE user SET closed_at = NULL WHERE login_id = 'alice'"
next_step
stays 'by a wrong password beside a right code' first_leg alice wrong-password "Seikyo-OTP=$(code alice)"
says "$(first_leg alice "$password" "Seikyo-OTP=$(code alice)")" 'Accept Accepted' 'with a code in the same request the login is good'
is "$(hash | cut -c 1-15)" '$6$rounds=1000$' 'and renews the hash as well'

# --- the policies

test_operate user password alice <<<"$password"
is "$(hash | cut -c 1-15)" '$6$rounds=1000$' 'hash_prefix and hash_cost make what the command makes'
policy hash_prefix '$y$'
policy hash_cost 1
test_operate user password alice <<<"$password"
is "$(hash | cut -c 1-7)" '$y$j75$' 'and changed, another'
is "$(try "$password")" 'Challenge OTP-Required' 'which is as good'

done_testing
