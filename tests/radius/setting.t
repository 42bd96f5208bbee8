#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The configuration is taken strictly: what is wrong with it keeps the server from starting, and the
# line, or the key file, is named.
# shellcheck disable=SC2317 # functions are called by name

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

stack_up
radiusd=$(command -v freeradius || command -v radiusd)
work=$(mktemp -d /tmp/seikyo.XXXXXX) || bail "no temporary directory"
at_exit rm -rf "$work"

# A raddb of its own, with keys of its own, for each try.
fresh()
{
	rm -rf "$work/raddb" "$work/keys"
	cp -r "$SEIKYO_RADDB" "$work/raddb"
	cp -r "$SEIKYO_KEY_DIR" "$work/keys"
	chmod -R go-w "$work/raddb"
	sed -i "s|^\([[:space:]]*key_dir = \).*|\1\"$work/keys\"|" "$work/raddb/mods-available/seikyo_otp"
}

module=$work/raddb/mods-available/seikyo_otp
enabled=$work/raddb/mods-enabled/seikyo_otp

# start: sets said and status.
start()
{
	status=0
	said=$("$radiusd" -C -l stdout -d "$work/raddb" -n radiusd 2>&1) || status=$?
}

# The number of the line that begins with these words.
line_of()
{
	grep -nE "^[[:space:]]*$1" "$module" | head -n 1 | cut -d : -f 1
}

# starts NAME: the negative twin.
starts()
{
	start
	is "$status" 0 "$1: starts"
	[ "$status" = 0 ] || diag "$said"
}

# refuses NAME REGEX
refuses()
{
	start
	isnt "$status" 0 "$1: does not start"
	like "$said" "$2" "$1: says why and where"
}

# set_to NAME VALUE: changes a setting.
set_to()
{
	grep -qE "^[[:space:]]*$1 = " "$module" || bail "no setting $1 in $module"
	sed -i "0,/^\([[:space:]]*$1 = \).*/s||\1$2|" "$module"
}

# add_under BEGINNING TEXT: new lines under the one that begins so.
add_under()
{
	local number

	number=$(line_of "$1")
	{
		head -n "$number" "$module"
		printf '%s\n' "$2"
		tail -n "+$((number + 1))" "$module"
	} >"$module.new"
	mv "$module.new" "$module"
}

# bad SETTING VALUE WHY: refused at the setting's own line.
bad()
{
	fresh
	set_to "$1" "$2"
	refuses "$1 = $2" "$enabled\[$(line_of "$1 = ")\]: .*$3"
}

# good SETTING VALUE
good()
{
	fresh
	set_to "$1" "$2"
	starts "$1 = $2"
}

fresh
starts 'the configuration as it is'

# --- items and sections

fresh
add_under 'language = ' $'\tlanguages = "ja"'
refuses 'an unknown item' "$enabled\[$(line_of 'languages = ')\]: .*'languages' is no setting"
fresh
add_under 'database \{' $'\t\tpasswort = "x"'
refuses 'an unknown item in database' "$enabled\[$(line_of 'passwort = ')\]: .*'passwort' is no setting of database"
fresh
add_under 'pool \{' $'\t\tmaxx = 5'
refuses 'an unknown item in pool' "$enabled\[$(line_of 'maxx = ')\]: .*'maxx' is no setting of pool"
fresh
add_under 'language = ' $'\tdatabases {\n\t}'
refuses 'an unknown section' "$enabled\[$(line_of 'databases ')\]: .*'databases \{"
fresh
add_under 'database \{' $'\t\ttls {\n\t\t}'
refuses 'an unknown section in database' "$enabled\[$(line_of 'tls ')\]: .*'tls \{"
fresh
add_under 'language = ' $'\tlanguage = "en"'
refuses 'an item twice' "$enabled\[$(($(line_of 'language = ') + 1))\]: .*'language' is given twice"
fresh
add_under 'read_timeout = ' $'\t\tread_timeout = 3'
refuses 'an item twice in database' "$enabled\[$(($(line_of 'read_timeout = ') + 1))\]: .*'read_timeout' is given twice"
fresh
add_under 'language = ' $'\tpool {\n\t}'
# The second of both is complained of.
refuses 'a section twice' "$enabled\[$(grep -nE '^[[:space:]]*pool \{' "$module" | sed -n 2p | cut -d : -f 1)\]: .*'pool \{ \.\.\. \}' is given twice"
fresh
sed -i '/^[[:space:]]*password = /d' "$module"
refuses 'no database password' "$enabled\[[0-9]+\]: .*password"
fresh
sed -i -E '/^[[:space:]]*(language|otp_in_password|console_groups|setup_url|max_hashes|port|host|tls_ca|user|read_timeout) = /d' "$module"
starts 'what has a default may be left out'

# --- nodes

# nodes N: that many more sections `database`, of servers of their own.
nodes()
{
	local i text=''

	for ((i = 1; i <= $1; i++)); do
		text+=$'\tdatabase {\n\t\tsocket = "/nowhere/db'$i$'"\n\t\tpassword = "x"\n\t}\n'
	done
	add_under 'max_hashes = ' "${text%$'\n'}"
}

# The line of the last section `database`.
last_database()
{
	grep -nE '^[[:space:]]*database \{' "$module" | tail -n 1 | cut -d : -f 1
}

fresh
nodes 7
starts 'eight sections database'
fresh
nodes 8
refuses 'nine sections database' "$enabled\[$(last_database)\]: .*8 times at most"
fresh
sed -i '/^\tdatabase {/,/^\t}/d' "$module"
refuses 'no section database' "$enabled\[[0-9]+\]: .*there is no 'database"
fresh
nodes 1
add_under 'socket = "/nowhere/db1"' $'\t\tread_timeout = 61'
refuses 'a bad value in the second section database' \
	"$enabled\[$(grep -n 'read_timeout = 61' "$module" | cut -d : -f 1)\]: .*1 to 60"
fresh
nodes 1
add_under 'socket = "/nowhere/db1"' $'\t\tsockets = "x"'
refuses 'an unknown item in the second section database' "$enabled\[$(line_of 'sockets = ')\]: .*'sockets' is no setting"
fresh
nodes 1
sed -i '/\/nowhere\/db1/{n;d}' "$module"
refuses 'no password in the second section database' "$enabled\[$(last_database)\]: .*password"
fresh
nodes 2
sed -i 's|/nowhere/db2|/nowhere/db1|' "$module"
refuses 'a server in two sections database' \
	"$enabled\[$(($(last_database) + 1))\]: .*another section database names this server"
fresh
nodes 2
sed -i 's|socket = "/nowhere/db[12]"|socket = ""\n\t\thost = "db.example.jp"\n\t\ttls_ca = "/nowhere/ca.pem"|' "$module"
refuses 'a host and port in two sections database' "$enabled\[[0-9]+\]: .*another section database names this server"
sed -i '0,/host = "db.example.jp"/s//&\n\t\tport = 3307/' "$module"
starts 'a host with two ports'
fresh
sed -i '/^[[:space:]]*node_retry = /d' "$module"
starts 'node_retry may be left out'

# --- values

bad node_retry 0 '1 to 3600'
bad node_retry 3601 '1 to 3600'
bad node_retry soon 'node_retry'
good node_retry 1
good node_retry 3600

bad language '"fr"' 'ja or en'
bad language '""' 'ja or en'
good language '"en"'
bad otp_in_password '"prefix"' 'none or suffix'
bad otp_in_password '"SUFFIX"' 'none or suffix'
good otp_in_password '"suffix"'
bad setup_url "\"https://$(printf 'x%.0s' {1..240})\"" '247'
good setup_url "\"https://$(printf 'x%.0s' {1..239})\""
bad max_clock_difference 3601 '3600'
bad max_clock_difference ten 'max_clock_difference'
bad max_clock_difference '""' 'max_clock_difference'
bad max_hashes 0x10 'max_hashes'
bad port 33o6 'port'
bad connect_timeout 2.5 'connect_timeout'
bad read_timeout 2s 'read_timeout'
fresh
set_to max_clock_difference -1
refuses 'max_clock_difference = -1' "$enabled\[[0-9]+\]: .*max_clock_difference"
good max_clock_difference 3600
bad max_hashes 1025 '1024'
good max_hashes 1024
bad port 0 '65535'
bad port 65536 '65535'
good port 65535
bad connect_timeout 0 '1 to 60'
bad connect_timeout 61 '1 to 60'
good connect_timeout 60
bad read_timeout 0 '1 to 60'
bad read_timeout 61 '1 to 60'
good read_timeout 1
bad socket '""' 'neither socket nor host'
fresh
set_to socket '""'
set_to host '"db.example.com"'
refuses 'a host without tls_ca' "$enabled\[$(line_of 'tls_ca = ')\]: .*tls_ca"
set_to tls_ca '"/nowhere/ca.pem"'
starts 'a host with tls_ca'

# --- keys

# key NAME FILE WHY COMMAND...: with the key folder changed by the command, the file is named.
key()
{
	local name=$1 file=$2 why=$3

	shift 3
	fresh
	(cd "$work/keys" && "$@") || bail "$* failed"
	refuses "$name" "$enabled\[$(line_of 'key_dir = ')\]: key_dir: $work/keys/$file: .*$why"
}

# good_key NAME COMMAND...
good_key()
{
	fresh
	(cd "$work/keys" && "${@:2}") || bail "${*:2} failed"
	starts "$1"
}

write()
{
	printf '%s' "$2" >"$1"
}

other_certificate()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=other \
		-out envelope-1.crt 2>/dev/null
}

with_passphrase()
{
	openssl pkey -in envelope-1.key -aes-128-cbc -passout pass:x -out new && cat new >envelope-1.key && rm new
}

instead_folder()
{
	rm "$1" && mkdir "$1"
}

many_keys()
{
	local i

	for i in {2..40}; do
		cp safe-1.key "safe-$i.key"
	done
}

for file in state.key safe-1.key envelope-1.key; do
	key "$file readable by others" "$file" 'others have access' chmod o+r "$file"
	key "$file writable by others" "$file" 'others have access' chmod o+w "$file"
	good_key "$file readable by the group" chmod g+r "$file"
	good_key "$file readable by its owner alone" chmod 0400 "$file"
	key "$file empty" "$file" . write "$file" ''
	key "$file a folder" "$file" 'not a plain file' instead_folder "$file"
done
good_key 'envelope-1.crt readable by others' chmod 0644 envelope-1.crt
key 'no state.key' state.key 'No such file' rm state.key
key 'no safe key' '' 'no safe-ID.key' rm safe-1.key
key 'no envelope key' '' 'no envelope-ID.key' rm envelope-1.key
key 'no certificate' envelope-1.crt 'No such file' rm envelope-1.crt
for file in state.key safe-1.key; do
	digits=$(random 32)
	key "$file with 63 digits" "$file" '64 hexadecimal digits' write "$file" "${digits:1}"
	key "$file with 65 digits" "$file" '64 hexadecimal digits' write "$file" "${digits}0"
	key "$file with a letter that is none" "$file" '64 hexadecimal digits' write "$file" "${digits:1}g"
	key "$file with a blank in front" "$file" '64 hexadecimal digits' write "$file" " ${digits:1}"
	key "$file with two lines" "$file" '64 hexadecimal digits' write "$file" "$digits"$'\n\n'
	good_key "$file with one line's end" write "$file" "$digits"$'\n'
	good_key "$file without a line's end" write "$file" "$digits"
	good_key "$file in capitals" write "$file" "${digits^^}"
done
key 'a safe key of a bad name' 'safe-a.b.key' 'the ID in its name' cp -p safe-1.key safe-a.b.key
key 'a safe key of a long name' 'safe-12345678901234567.key' 'the ID in its name' cp -p safe-1.key safe-12345678901234567.key
good_key 'a second safe key' cp -p safe-1.key safe-1234567890123456.key
good_key 'other files beside them' write notes.txt 'of no interest'
key 'an envelope key that is none' envelope-1.key 'not a private key' write envelope-1.key garbage
key 'an envelope key with a passphrase' envelope-1.key 'not a private key' with_passphrase
key 'a certificate that is none' envelope-1.crt 'not a certificate' write envelope-1.crt garbage
key 'a certificate that does not belong to the key' envelope-1.crt 'not the certificate of envelope-1.key' other_certificate
key 'more safe keys than can be' 'safe-[0-9]+.key' 'more than' many_keys
fresh
set_to key_dir "\"$work/nowhere\""
refuses 'no key folder' "$enabled\[$(line_of 'key_dir = ')\]: key_dir: $work/nowhere/: No such file"
unlike "$said" '[0-9a-f]{64}' 'no key stands in what is said'

# --- the dictionary

fresh
: >"$work/raddb/dictionary"
refuses 'the dictionary is not loaded' "Seikyo-[A-Za-z]+ is unknown: put '.INCLUDE dictionary.seikyo' into"
fresh
sed -i '/Seikyo-Ticket/d' "$work/raddb/dictionary.seikyo"
refuses 'an attribute is missing in the dictionary' 'Seikyo-Ticket is unknown'
fresh
sed -i 's/^VENDOR\([[:space:]]*\)Seikyo\([[:space:]]*\)32473/VENDOR\1Seikyo\299999/' "$work/raddb/dictionary.seikyo"
starts "an organisation's own number"

# --- and of the running server

is "$(ps -o user= -p "$(stack_do pid radius)" | grep -c '^root$')" 0 'the server of these tests does not run as root'

done_testing
