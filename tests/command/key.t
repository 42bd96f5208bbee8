#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# key new: complete, private, never over an old key.
. "$(dirname "$0")/command.sh"

keys=$work/keys

# A umask must decide neither way.
umask 000
run key new "$keys"
is "$status" 0 "keys are made"
like "$out" "state.key +yes +every RADIUS server.*start-password.key +yes +every console, and nowhere" \
	"it says what belongs where"
is "$(stat -c %a "$keys")" 750 "the folder is closed to others"
is "$(cd "$keys" && stat -c '%n %a' -- *)" "envelope-1.crt 644
envelope-1.key 640
safe-1.key 640
start-password.key 640
state.key 640" "all files are there, with their modes"
for key in state safe-1 start-password; do
	ok "$key.key is 64 hex digits and a newline" \
		perl -0777 -ne 'exit !/\A[0-9a-f]{64}\n\z/' "$keys/$key.key"
done
is "$(cat "$keys"/state.key "$keys"/safe-1.key "$keys"/start-password.key | sort -u | wc -l)" 3 \
	"no two keys are the same"

subject=$(openssl x509 -in "$keys/envelope-1.crt" -noout -subject)
like "$subject" "CN = seikyo-otp envelope 1$" "the certificate names the envelope's id"
is "$(openssl x509 -in "$keys/envelope-1.crt" -noout -pubkey)" \
	"$(openssl pkey -in "$keys/envelope-1.key" -pubout)" "key and certificate belong together"
like "$(openssl pkey -in "$keys/envelope-1.key" -noout -text)" "prime256v1" "the key is on P-256"
# good_after YEARS: true if the certificate is still valid by then.
good_after()
{
	openssl x509 -in "$keys/envelope-1.crt" -noout -checkend $(($1 * 31557600)) >/dev/null
}

ok "the certificate is good for nine years and more" good_after 9
not_ok "the certificate is not good for eleven years" good_after 11
# openssl plays the console here.
printf 'a secret' | openssl cms -encrypt -binary -aes-256-gcm -outform DER -recip "$keys/envelope-1.crt" \
	-keyopt ecdh_kdf_md:sha256 -out "$work/sealed"
is "$(openssl cms -decrypt -inform DER -in "$work/sealed" -inkey "$keys/envelope-1.key" \
	-recip "$keys/envelope-1.crt")" "a secret" "what is sealed to the certificate, the key opens"

before=$(cd "$keys" && sha256sum -- *)
run key new "$keys"
is "$status" 1 "the same again is refused"
like "$err" "keys/safe-1.key is there already" "and says which file is there"
is "$(cd "$keys" && sha256sum -- *)" "$before" "and changes nothing"

run --json key new "$keys" --id 2
is "$status" 0 "keys with another id are made"
is "$(json 'join " ", map { $_->{file} } grep { $_->{made} } @$j')" \
	"safe-2.key envelope-2.key envelope-2.crt" "--json says which are new"
is "$(cd "$keys" && printf '%s\n' "$before" | sha256sum --check --quiet && echo same)" same \
	"the older ones stay as they were"

for file in envelope-3.crt envelope-4.key safe-5.key; do
	: >"$keys/$file"
	id=${file//[!0-9]/}
	count=$(find "$keys" | wc -l)
	run key new "$keys" --id "$id"
	is "$status" 1 "$file there: refused"
	is "$(find "$keys" | wc -l)" "$count" "$file there: nothing is made beside it"
done
ln -s "$work/elsewhere" "$keys/safe-6.key"
run key new "$keys" --id 6
is "$status" 1 "a link that leads nowhere is not followed"
not_ok "and nothing is made where it leads" test -e "$work/elsewhere"

for id in "" a/b ../x "a b" 12345678901234567; do
	run key new "$keys" --id "$id"
	wrong "no key id" "the id '$id'"
done
run key new "$work/no/such/folder"
wrong "cannot be used: No such file" "a folder in a folder that is not there"
mkdir -m 777 "$work/open"
run key new "$work/open"
wrong "Others may write" "a folder that others may write in"
is "$(find "$work/open" -type f)" "" "and no key is made there"

# A full disk: the files of a run come all or not at all.
cat >"$work/full.sh" <<'END'
ulimit -f 0
trap '' XFSZ
exec "$@"
END
status=0
bash "$work/full.sh" "$SEIKYO_COMMAND" key new "$work/full" --json >/dev/null 2>&1 || status=$?
is "$status" 2 "a file that cannot be written: exit code 2"
is "$(find "$work/full" -type f)" "" "and no half-made key stays"

done_testing
