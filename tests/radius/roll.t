#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Rolling the safe key on two RADIUS servers and one database while logins go on (DESIGN section 4): load it
# everywhere, make it active, re-seal, retire. With SEIKYO_LONG=1 more rounds of the race.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"
# shellcheck source=tests/tools/burst.sh
. "$TEST_ROOT/tests/tools/burst.sh"
# shellcheck source=tests/tools/hold.sh
. "$TEST_ROOT/tests/tools/hold.sh"

wire_up --radius 2
people=(anna ben clara dora emil fred)
for login in "${people[@]}"; do
	person "$login"
done
for login in late1 late2; do
	make_user C-1 $login general "$(word $login)"
done

# new_key ID: in key_dir, for the servers that start from now on.
new_key()
{
	openssl rand -hex 32 >"$SEIKYO_KEY_DIR/safe-$1.key"
	chmod --reference="$SEIKYO_KEY_DIR/state.key" "$SEIKYO_KEY_DIR/safe-$1.key"
	chown --reference="$SEIKYO_KEY_DIR/state.key" "$SEIKYO_KEY_DIR/safe-$1.key"
}

# restart SERVER...: one after the other.
restart()
{
	local server

	for server; do
		stack_do stop "$server" >/dev/null
		stack_do start "$server" >/dev/null || bail "$server does not start again"
	done
}

# command WORDS...: the operator command; its status, and what it said, in $said.
command_says()
{
	local status=0

	said=$("$SEIKYO_COMMAND" "$@" 2>&1) || status=$?
	return $status
}

# everyone: request lines of a login of all people, each with the code of now.
everyone()
{
	local login

	for login in "${people[@]}"; do
		request "$login" "$(word "$login")" "Seikyo-OTP=$(code "$login")"
	done
}

# all_get_in NAME: everyone logs in, half at each server.
all_get_in()
{
	next_step
	everyone | burst logins
	is "$(summary logins)" "${#people[@]} Access-Accept Accepted" "$1: everyone gets in, at either server"
}

# sealed: how many tokens are sealed under which key.
sealed()
{
	sql "SELECT CONCAT(safe_key_id(safe), ':', COUNT(*)) FROM token WHERE safe IS NOT NULL
		GROUP BY safe_key_id(safe) ORDER BY safe_key_id(safe)" | paste -sd ' '
}

sealed_of()
{
	sql "SELECT IFNULL(safe_key_id(t.safe), 'none') FROM token t JOIN user u ON u.live_token = t.id
		WHERE u.login_id = '$1'"
}

servers()
{
	"$SEIKYO_COMMAND" key list --json | perl -MJSON::PP -0777 -ne 'my $j = decode_json($_);
		print join ", ", map { "$_->{name}: $_->{safe_keys}" } @{$j->{servers}}'
}

# --- the new key on one server only

is "$(servers)" "radius1: 1, radius2: 1" "both servers say which keys they have"
is "$(sealed)" "1:6" "all tokens are sealed under the first key"
new_key 2
restart radius
is "$(servers)" "radius1: 1 2, radius2: 1" "one server has the new key"
not_ok "it is not made active" command_says key activate 2
like "$said" "Refused \(31051\).* not loaded on: radius2\.$" "the refusal names the other server"
all_get_in "one server with the new key"
next_step
says "$(setup late1)" "Accept Accepted" "a first code, meanwhile"
is "$(sealed_of late1)" 1 "is sealed under the old key, though its server has the new one too"

# --- on both

restart radius2
is "$(servers)" "radius1: 1 2, radius2: 1 2" "both servers have the new key"
all_get_in "both servers with the new key"
ok "it is made active" command_says key activate 2
next_step
says "$(setup late2)" "Accept Accepted" "a first code, then"
is "$(sealed_of late2)" 2 "is sealed under the new key"
all_get_in "the new key active"
is "$(sealed)" "1:7 2:1" "logins do not move what is sealed"
not_ok "the old key is not retired while it is needed" command_says key retire 1
like "$said" "Refused \(31052\).*needed by 7 tokens" "the refusal says by how many tokens"

# --- re-sealing under logins: one user's row is held, so that it stands in the middle

next_step
hold dora
"$SEIKYO_COMMAND" key reseal --json >"$burst_dir/reseal" 2>&1 &
resealing=$!
ok "the re-sealing is under way" poll 20 waits_for_lock
people=(anna ben clara emil fred)
everyone | burst logins
is "$(summary logins)" "5 Access-Accept Accepted" "those before and behind it get in meanwhile"
kill -KILL $resealing
wait $resealing 2>/dev/null
isnt "$(sealed)" "2:8" "killed, it has not come to the end"
let_go
people=(anna ben clara dora emil fred)
all_get_in "half re-sealed"
ok "run again, it comes to the end" command_says key reseal
is "$(sealed)" "2:8" "everything is under the new key"
all_get_in "all re-sealed"

# --- the old key goes

ok "the old key is retired" command_says key retire 1
rm "$SEIKYO_KEY_DIR/safe-1.key"
restart radius radius2
is "$(servers)" "radius1: 2, radius2: 2" "the servers run without it"
all_get_in "the old key gone"
enter late1 >/dev/null
says "$(enter late1)" "Accept Accepted" "who was sealed under the old key by his first code gets in as well"

# A server that was left behind seals under a key that is retired by now: that is a failure of ours.
make_user C-1 late3 general "$(word late3)"
sql "INSERT INTO retired_key (id, retired_at) VALUES ('2', clock_now())"
next_step
like "$(setup late3 | head -n 1)" "^no-reply" "a first code under a retired key is not accepted"
is "$(sealed_of late3)" none "nothing is sealed"
is "$(column late3 'otp_failures')" 0 "and nothing is counted"
sql "DELETE FROM retired_key WHERE id = '2'"

# --- at the same instant: re-sealing, logins, a first code, a revocation

# race ID: rolls to a new key and lets it all come together.
race()
{
	local late=late-$1 gone=gone-$1 reply words status=0

	new_key "$1"
	restart radius radius2
	make_user C-1 "$late" general "$(word "$late")"
	person "$gone"
	reply=$(first_leg "$late" "$(word "$late")" "source=$SEIKYO_CONSOLE_HOST" \
		"secret=$SEIKYO_CONSOLE_SECRET" Seikyo-Purpose=Console)
	"$TEST_ROOT/tests/phone" issue "$stack" "$late" "$(field Seikyo-Ticket "$reply")" >/dev/null &&
		"$TEST_ROOT/tests/phone" install "$stack" "$late" || bail "no token for $late: $reply"
	next_step
	words="$(request "$late" "$(code "$late")" "State=$(field State "$reply")" Seikyo-Purpose=Console \
		"source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET")"
	{
		everyone
		printf '%s\n' "$words"
	} >"$burst_dir/lines"
	command_says key activate "$1" || bail "key $1 is not made active: $said"
	"$SEIKYO_COMMAND" key reseal >"$burst_dir/reseal" 2>&1 &
	resealing=$!
	"$SEIKYO_COMMAND" revoke "$gone" --reason lost --paper P-1 >/dev/null &
	revoking=$!
	burst race <"$burst_dir/lines"
	wait $revoking || status=1
	wait $resealing || status=1
	is "$status" 0 "round $1: re-sealing and revocation come through"
	is "$(summary race)" "$((${#people[@]} + 1)) Access-Accept Accepted" "round $1: so do the logins and a first code"
	is "$(sql "SELECT COUNT(*) FROM token WHERE state = 'revoked' AND safe IS NOT NULL")" 0 \
		"round $1: no revoked token has a secret"
	command_says key reseal || diag "$said"
	is "$(sql "SELECT COUNT(*) FROM token WHERE safe_key_id(safe) <> '$1'")" 0 "round $1: nothing is left under other keys"
	is "$(sealed_of "$late")" "$1" "round $1: the first code's token included"
	all_get_in "round $1, afterwards"
}

for ((round = 3; round < 3 + $(rounds 2 12); round++)); do
	race $round
done

# --- the name under which a server says what it has

# named VALUE: the second server starts with this server_name.
named()
{
	stack_do stop radius2 >/dev/null 2>&1
	sed -i "s/^\([[:space:]]*server_name = \).*/\1\"$1\"/" "$SEIKYO_RADDB_2/mods-available/seikyo_otp"
	stack_do start radius2 >/dev/null 2>&1
}

ok "an empty server_name is taken" named ''
like "$(servers)" "$(hostname): " "and is the host's name"
ok "64 characters are taken" named "$(printf 'a.B-_%059d' 0)"
like "$(servers)" "a\.B-_0{59}: " "and reported whole"
not_ok "65 characters are not" named "$(printf '%065d' 0)"
like "$(tail -n 20 "$SEIKYO_RADIUS_LOG_2")" "server_name: takes 1 to 64 characters" "the log says what is taken"
for name in 'a b' 'a/b' 'é' 'a,b'; do
	not_ok "server_name '$name' is refused" named "${name//\//\\/}"
done
ok "with a good name the server starts again" named radius2
done_testing
