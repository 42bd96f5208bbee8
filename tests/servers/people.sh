# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: users with all that they need to log in. DIR/people holds a line for each: login
# id, role, password, certificate's SHA-256, confirmation password (or -), contract.

operate()
{
	"$dir/seikyo-otp" "$@" >/dev/null || die "seikyo-otp $1 $2 failed"
}

# LOGIN.crt, LOGIN.key and, for a browser, LOGIN.p12.
make_person_certificate()
{
	local file=$dir/$1

	need_client_ca
	new_certificate "$dir/ca/client-ca" "$file" "$1" clientAuth
	openssl pkcs12 -export -in "$file.crt" -inkey "$file.key" -name "$1" \
		-passout "pass:$p12_password" -out "$file.p12" 2>>"$dir/openssl.log" ||
		die "openssl cannot make $1.p12"
}

need_contract()
{
	! "$dir/seikyo-otp" contract show "$1" >/dev/null 2>&1 || return 0
	operate contract add "$1" --name "契約 $1" --mail contract@example.jp
	operate contract start "$1" "$(sql $database -e 'SELECT DATE(clock_now() + INTERVAL 9 HOUR)')"
}

# person LOGIN master|general [CONTRACT]
person()
{
	local login=${1:-} role=${2:-} contract=${3:-C-0001} password confirmation=-

	[[ $login =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || usage "'$login' is no login id for a file's name"
	[[ $role == @(master|general) ]] || usage "a role is master or general"
	[ ! -e "$dir/$login.crt" ] || die "there is a user $login already"
	need_contract "$contract"
	make_person_certificate "$login"
	password=$(random_hex 6)
	operate user add "$contract" "$login" --role "$role" --name "利用者 $login" \
		--mail "$login@example.jp" <<<"$password"
	operate user certificate add "$login" "$dir/$login.crt"
	if [ "$role" = master ]; then
		confirmation=$(random_hex 6)
		operate user confirmation-password "$login" <<<"$confirmation"
	fi
	printf '%s %s %s %s %s %s\n' "$login" "$role" "$password" \
		"$(openssl x509 -in "$dir/$login.crt" -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)" \
		"$confirmation" "$contract" >>"$dir/people"
}

people()
{
	person master1 master
	person general1 general
}

# The users, and how to send a first request for each.
show_people()
{
	local login role password certificate confirmation contract

	while read -r login role password certificate confirmation contract; do
		printf 'user       %s: %s user of %s\n' "$login" "$role" "$contract"
		printf '           User-Name=%s User-Password=%s\n' "$login" "$password"
		printf '           Seikyo-Client-Certificate=%s\n' "$certificate"
		[ "$confirmation" = - ] || printf '           confirmation password %s\n' "$confirmation"
		printf '           %s\n' "$dir/$login.p12"
	done <"$dir/people"
	cat <<-EOF
	a request  set -a; . $dir/env; set +a
	           echo 'User-Name=... User-Password=... Seikyo-Client-Certificate=...' | build/tools/radius
	           a setup: source=$SEIKYO_CONSOLE_HOST secret=$console_secret Seikyo-Purpose=Console
	           gives State and Seikyo-Ticket for tests/phone, which gives the code
	EOF
}
