#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What meets at the same instant, each from another RADIUS server, comes out as if one had come after the other: one
# code everywhere, one attempt everywhere, the right code and the fifth wrong one, a revocation and a login, an
# unlock and a lock. In a cluster each server, and each act of the branch, has a node of its own: what the code
# does not count on, but must bear. All are held at the user's row until they wait, then let go together; who came
# first changes from round to round. With SEIKYO_LONG=1 a thousand races of each kind, on a single database too.

# shellcheck source=tests/cluster/cluster.sh
. "$(dirname "$0")/cluster.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
racers=${SEIKYO_LONG:+8}
racers=${racers:-4}
rounds=${SEIKYO_LONG:+125}
rounds=${rounds:-2}
names=()
for ((i = 1; i <= racers; i++)); do
	names+=("racer-$i")
done
nodes=1
# What is done for each race is done without a process of the shell's own: there would be hundreds a second.
mkfifo "$work/never"
exec {never}<>"$work/never"
declare -A node_in node_out node_pid secret_of right wrong line got seen came

# --- a session at each node

node_close()
{
	kill "${node_pid[$1]}" 2>/dev/null
	wait "${node_pid[$1]}" 2>/dev/null
}

# node_open N: of the stack in use.
node_open()
{
	local at=$stack/session$1 name=SEIKYO_DB_SOCKET in out

	[ "$1" = 1 ] || name=${name}_$1
	mkfifo "$at.in" "$at.out"
	mariadb --no-defaults --default-character-set=utf8mb4 --socket="${!name}" --user="$SEIKYO_DB_ROOT" --batch \
		--skip-column-names --unbuffered --force "$SEIKYO_DB_NAME" <"$at.in" >"$at.out" 2>&1 &
	node_pid[$1]=$!
	exec {in}>"$at.in" {out}<"$at.out"
	node_in[$1]=$in node_out[$1]=$out
	at_exit node_close "$1"
	at_node "$1" "SET wsrep_sync_wait = 15"
	(umask 077 && sed "s|^socket = .*|socket = ${!name}|" "$stack/seikyo-otp.conf" >"$stack/node$1.conf")
}

# tell N STATEMENT: without waiting for what comes of it.
tell()
{
	printf '%s;\nSELECT "\x04";\n' "$2" >&"${node_in[$1]}"
}

# hear N: sets heard to what came of the oldest statement that was told.
hear()
{
	local text

	heard=''
	while IFS= read -r -t 60 text <&"${node_out[$1]}"; do
		[ "$text" != $'\x04' ] || return 0
		heard+=${heard:+$'\n'}$text
	done
	bail "node $1 does not answer"
}

# at_node N STATEMENT: both.
at_node()
{
	tell "$1" "$2"
	hear "$1"
}

# everywhere STATEMENT: at all nodes at once; what comes of it is not looked at.
everywhere()
{
	local n

	for ((n = 1; n <= nodes; n++)); do
		tell $n "$1"
	done
	for ((n = 1; n <= nodes; n++)); do
		hear $n
	done
}

# --- the racers

# Each has a contract, and so an audit trail, of his own.
make_racers()
{
	local who i=0

	for who in "${names[@]}"; do
		i=$((i + 1))
		make_contract "R-$i"
		make_user "R-$i" "$who" general "$(word "$who")"
		setup_token "$who" "$(word "$who")"
		secret_of[$who]=$(sed -n 's/^secret=//p' "$stack/phone/$who")
		line[$who]=$(request "$who" "$(word "$who")")
	done
	at_node 1 "CREATE TABLE racer (PRIMARY KEY (id)) AS SELECT id, user_id, safe FROM token"
	at_node 1 "SELECT GROUP_CONCAT(user_id) FROM racer"
	ids=$heard
}

# The codes of now, good for a minute at least, and for each racer one that is none.
make_codes()
{
	local who now near guess

	[ $((SECONDS - codes_at)) -ge 40 ] || return 0
	codes_at=$SECONDS
	at_node 1 "SELECT time_us(clock_now()) DIV 1000000 - 240"
	now=$heard
	for who in "${names[@]}"; do
		mapfile -t near < <(printf '%s' "${secret_of[$who]}" |
			oathtool --totp=sha256 --digits=6 --time-step-size=60s --now="@$now" --window=8 -)
		[ ${#near[@]} = 9 ] || bail "no codes for $who"
		right[$who]=${near[4]}
		for guess in 271828 314159 577215 141421 161803 173205 223606 244948 264575 299792; do
			[[ " ${near[*]} " == *" $guess "* ]] || break
		done
		wrong[$who]=$guess
	done
}

# start_over FAILURES: the racers as they were: no code used, no token revoked, so many wrong codes. Sets began.
start_over()
{
	local n

	at_node 1 "UPDATE token t JOIN racer r ON r.id = t.id SET t.state = 'active', t.safe = r.safe, t.revoked_at = NULL,
			t.reissue_at = NULL, t.revoked_by = NULL, t.reason = NULL;
		UPDATE user u JOIN racer r ON r.user_id = u.id SET u.live_token = r.id, u.otp_last_step = 0, u.otp_drift = 0,
			u.otp_failures = $1, u.otp_locked_at = NULL, u.password_failures = 0, u.attempts = ''"
	for ((n = nodes; n > 0; n--)); do
		at_node $n "SELECT clock_now()"
	done
	began=$heard
}

# --- the race

# enter_race WHO ROLE SERVER WORDS...: one more request line.
enter_race()
{
	tags+=("$1 $2")
	printf '%s port=%s %s\n' "${line[$1]}" "$(port "$3")" "${*:4}" >>"$work/lines"
}

# run_logins: all at once, in the background.
run_logins()
{
	rad_many -t 4 -r 2 <"$work/lines" >"$work/replies" &
	jobs_of_race+=($!)
}

run_acts()
{
	local i node

	for i in "${!acts[@]}"; do
		read -r node _ <<<"${acts[i]}"
		# shellcheck disable=SC2086 # words
		{
			"$TEST_ROOT/build/seikyo-otp" --config "$stack/node$node.conf" ${acts[i]#* } >"$work/said.$i" 2>&1
			printf '%s\n' $? >"$work/act.$i"
		} &
		jobs_of_race+=($!)
	done
}

blocked()
{
	local n count=0

	for ((n = 1; n <= nodes; n++)); do
		# Unlike innodb_trx, which is a tenth of a second old, this is as it is now.
		at_node $n "SELECT variable_value FROM information_schema.global_status
			WHERE variable_name = 'Innodb_row_lock_current_waits'"
		count=$((count + heard))
	done
	[ $count -ge "$1" ]
}

# Until so many wait; whoever is slower than that races all the same. Nobody is held for as long as a server waits
# for an answer: what became of a call would be unknown.
gather()
{
	until blocked "$1" || [ $SECONDS -ge $hold_until ]; do
		read -r -t 0.01 -u "$never"
	done
}

# race ROUND: what stands in lines and acts.
race()
{
	local i

	jobs_of_race=() hold_until=$((SECONDS + 4))
	# By their ids: whoever looks for a name waits for the row itself, too, not for the name.
	everywhere "START TRANSACTION; SELECT id FROM user FORCE INDEX (PRIMARY) WHERE id IN ($ids) FOR UPDATE"
	if (($1 % 2)); then
		run_logins
		gather ${#tags[@]}
		run_acts
	else
		run_acts
		gather ${#acts[@]}
		run_logins
	fi
	gather $((${#tags[@]} + ${#acts[@]}))
	everywhere COMMIT
	for i in "${jobs_of_race[@]}"; do
		wait "$i"
	done
	note_replies
	for i in "${!acts[@]}"; do
		read -r _ _ who _ <<<"${acts[i]}"
		note "$who" act "$(<"$work/act.$i")"
		[ "$(<"$work/act.$i")" -le 1 ] || diag "$who: $(<"$work/said.$i")"
	done
}

# note WHO ROLE VALUE: an Accept comes first.
note()
{
	local before=${got[$1 $2]-}

	if [[ $3 == Accept* ]]; then
		got[$1 $2]="$2=$3 $before"
	else
		got[$1 $2]="$before$2=$3 "
	fi
}

note_replies()
{
	local i=0 reply code

	while IFS= read -r reply; do
		code=${reply%% *}
		code=${code#Access-}
		[[ ! $reply =~ \ Seikyo-Outcome=([^ ]+) ]] || code+=-${BASH_REMATCH[1]}
		# shellcheck disable=SC2086 # who, role
		note ${tags[i]} "$code"
		i=$((i + 1))
	done <"$work/replies"
	[ $i = ${#tags[@]} ] || bail "${#tags[@]} requests, $i replies"
}

# look ROUND: what the race has left behind, as each node in its turn says.
look()
{
	local who row

	at_node $(($1 % nodes + 1)) "SELECT login_id, CONCAT_WS(' ',
		CONCAT('failures=', otp_failures), CONCAT('locked=', otp_locked_at IS NOT NULL),
		CONCAT('accepted=', (SELECT COUNT(*) FROM login_event e
			WHERE e.user_id = u.id AND e.at >= '$began' AND e.verdict = 'accepted')),
		CONCAT('wrong=', (SELECT COUNT(*) FROM login_event e
			WHERE e.user_id = u.id AND e.at >= '$began' AND e.reason LIKE 'wrong%')),
		CONCAT('acts=', IFNULL((SELECT GROUP_CONCAT(act ORDER BY number) FROM audit_event a
			WHERE a.on_user = u.id AND a.at >= '$began'), '')))
		FROM user u WHERE login_id LIKE 'racer-%'"
	while IFS=$'\t' read -r who row; do
		seen[$who]=$row
	done <<<"$heard"
}

# Three servers in another order each time.
places()
{
	local server=$((RANDOM % 3 + 1))

	here=$server there=$((server % 3 + 1)) elsewhere=$(((server + 1) % 3 + 1))
}

# The node of server N.
node_of()
{
	printf '%s' $((nodes == 1 ? 1 : $1))
}

# one_race KIND WHO ROUND
one_race()
{
	local attempt first=Seikyo-OTP=${right[$2]} second=Seikyo-OTP=${wrong[$2]}

	places
	case $1 in
	one-code)
		enter_race "$2" code $here "$first"
		enter_race "$2" code $there "$first"
		enter_race "$2" code $elsewhere "$first"
		;;
	one-attempt)
		attempt=Seikyo-Attempt=$(printf '%08x%08x%08x%08x' $((RANDOM << 15 | RANDOM)) $RANDOM $SECONDS "${2#racer-}")
		enter_race "$2" copy $here "$first" "$attempt"
		enter_race "$2" copy $there "$first" "$attempt"
		enter_race "$2" copy $elsewhere "$first" "$attempt"
		;;
	fifth)
		if (($3 % 2)); then
			enter_race "$2" right $here "$first"
			enter_race "$2" wrong $there "$second"
		else
			enter_race "$2" wrong $there "$second"
			enter_race "$2" right $here "$first"
		fi
		;;
	revoke)
		enter_race "$2" login $here "$first"
		acts+=("$(node_of $there) revoke $2 --reason lost --paper P-1")
		;;
	unlock)
		enter_race "$2" lock $here "$second"
		acts+=("$(node_of $there) unlock $2 --paper P-1")
		;;
	esac
}

# orders_of KIND: the results that are one order or the other, a regular expression each.
orders_of()
{
	local no='(Reject|Challenge-OTP-Used)'

	case $1 in
	one-code) printf '%s\n' "^code=Accept-Accepted code=$no code=$no failures=0 locked=0 accepted=1 wrong=0 acts=$" ;;
	one-attempt)
		printf '%s\n' "^(copy=Accept-Accepted ){3}failures=0 locked=0 accepted=1 wrong=0 acts=$"
		;;
	fifth)
		printf '%s\n' "^right=Accept-Accepted wrong=Reject failures=0 locked=0 accepted=1 wrong=0 acts=$" \
			"^right=Accept-Accepted wrong=Challenge-OTP-Wrong failures=1 locked=0 accepted=1 wrong=1 acts=$" \
			"^right=Reject-OTP-Locked wrong=Reject-OTP-Locked failures=5 locked=1 accepted=0 wrong=1 acts=lock$"
		;;
	revoke)
		printf '%s\n' "^act=0 login=Accept-Accepted failures=0 locked=0 accepted=1 wrong=0 acts=revoke$" \
			"^act=0 login=Reject(-Reissue-Wait)? failures=0 locked=0 accepted=0 wrong=0 acts=revoke$"
		;;
	unlock)
		printf '%s\n' "^act=0 lock=Reject-OTP-Locked failures=0 locked=0 accepted=0 wrong=1 acts=lock,unlock$" \
			"^act=1 lock=Reject-OTP-Locked failures=5 locked=1 accepted=0 wrong=1 acts=lock$"
		;;
	esac
}

# judge KIND: adds up which order each race came to.
judge()
{
	local who one role n found

	for who in "${names[@]}"; do
		one=''
		for role in act code copy lock login right wrong; do
			one+=${got[$who $role]-}
		done
		one+=${seen[$who]-}
		found=''
		for n in "${!orders[@]}"; do
			! test_matches "$one" "${orders[n]}" || found=$n
		done
		[ -n "$found" ] || diag "$1: $who: $one"
		came[$1 $found]=$((${came[$1 $found]-0} + 1))
	done
}

# run_races KIND FAILURES NAME
run_races()
{
	local round who n total=0 most=0

	mapfile -t orders < <(orders_of "$1")
	for ((round = 1; round <= rounds; round++)); do
		make_codes
		start_over "$2"
		got=() seen=() tags=() acts=()
		: >"$work/lines"
		for who in "${names[@]}"; do
			one_race "$1" "$who" $round
		done
		race $round
		look $round
		judge "$1"
	done
	for n in "${!orders[@]}"; do
		total=$((total + ${came[$1 $n]-0}))
		[ "${came[$1 $n]-0}" -le $most ] || most=${came[$1 $n]}
		diag "$kind_of_stack: $1, order $((n + 1)): ${came[$1 $n]-0}"
	done
	is "$total" $((racers * rounds)) "$kind_of_stack: $3: each comes out as one of the orders"
	# Few races at several nodes may well do.
	[ ${#orders[@]} = 1 ] || { [ $nodes != 1 ] && [ $total -lt 100 ]; } ||
		isnt "$most" "$total" "$kind_of_stack: and not always as the same one"
}

# all_races NAME-OF-THE-STACK
all_races()
{
	local n

	kind_of_stack=$1 codes_at=-60 came=()
	for ((n = 1; n <= nodes; n++)); do
		node_open $n
	done
	make_racers
	run_races one-code 0 'R1: one code at three servers, accepted once'
	run_races one-attempt 0 'R1: one attempt at three servers, one answer and one login'
	run_races fifth 4 'R7: the right code beside the fifth wrong one'
	run_races revoke 0 'R8: a revocation and a login'
	run_races unlock 4 'R7: an unlock and the code that locks'
	for ((n = 1; n <= nodes; n++)); do
		at_node $n "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'seikyo_radius'"
		isnt "$heard" 0 "$1: node $n was a RADIUS server's"
	done
	said=$("$SEIKYO_COMMAND" audit verify 2>&1)
	is $? 0 "$1: the audit's chains are whole" || diag "$said"
}

# As many threads from the start as there are requests at once: the servers make new ones by and by only.
more_threads()
{
	sed -i 's/start_servers = .*/start_servers = 32/' "$SEIKYO_RADDB/radiusd.conf" "$SEIKYO_RADDB_2/radiusd.conf" \
		"$SEIKYO_RADDB_3/radiusd.conf"
}

if [ -n "${SEIKYO_LONG:-}" ]; then
	stack_up --radius 3 --set read_timeout=8
	more_threads
	for i in radius radius2 radius3; do
		stack_do stop $i
		stack_do start $i
	done
	all_races 'one database'
fi
stack_up --galera 3 --radius 3 --set read_timeout=8
more_threads
stack_do order radius db db2 db3
stack_do order radius2 db2 db3 db
stack_do order radius3 db3 db db2
stack_use "$stack"
nodes=3
all_races 'a node for each'

# --- a decision that rests on a user's row, and is written elsewhere

# again N STATEMENT: whoever lost against another node is tried again, as the stores do.
again()
{
	hear "$1"
	[[ $heard != *1213* ]] || at_node "$1" "$2"
}

# make_session: sets open, the call that opens a console session for racer-1, with the ticket of a login just now.
make_session()
{
	local reply

	start_over 0
	reply=$(rad_many -t 4 -r 2 <<<"${line[racer-1]} Seikyo-OTP=${right[racer-1]} Seikyo-Purpose=Console \
source=$SEIKYO_CONSOLE_HOST secret=$SEIKYO_CONSOLE_SECRET")
	cookie=X\'$(openssl rand -hex 32)\'
	open="CALL console_open_session(X'$(field Seikyo-Ticket "$reply")', $cookie, X'$(certificate racer-1)')"
	everywhere 'DO 1'
}

# session_race ROUND: the second node opens the session while racer-1's password is changed at the first. Adds to
# left how many sessions are open afterwards, and how often the password was changed.
session_race()
{
	local change="CALL branch_set_password('racer-1', '$hash')"

	make_session
	if (($1 % 2)); then
		tell 2 "$open"
		tell 1 "$change"
	else
		tell 1 "$change"
		tell 2 "$open"
	fi
	again 1 "$change"
	again 2 "$open"
	[[ $heard == *ERROR* ]] || opened=$((opened + 1))
	at_node 3 "SELECT COUNT(*), (SELECT COUNT(*) FROM audit_event WHERE act = 'password' AND at >= '$began')
		FROM console_session WHERE digest = UNHEX(SHA2($cookie, 256)) AND closed_at IS NULL"
	left+=("$heard")
}

at_node 1 "SELECT password_hash FROM user WHERE login_id = 'racer-1'"
hash=$heard
left=() opened=0
for ((i = 0; i < ${SEIKYO_LONG:+2}10; i++)); do
	make_codes
	session_race $i
done
diag "sessions that opened before the change: $opened of ${#left[@]}"
is "$(printf '%s\n' "${left[@]}" | sort -u)" $'0\t1' \
	'a session that opens at one node and a password that is changed at another: changed, and none is left open'
make_session
at_node 2 "$open"
unlike "$heard" ERROR 'without the change it opens'

# --- a node that lags: what was confirmed at another is not there yet

# first_leg_at N: what racer-1's password is answered by RADIUS server N, and whatever its node does.
first_leg_at()
{
	outcome "$(rad_many -t 3 -r 5 <<<"${line[racer-1]} port=$(port "$1")")"
}

# lag ROWS: racer-1's token is revoked at the first node, right behind so many rows that the third takes its time
# over. True if the third does not have the revocation yet.
lag()
{
	start_over 0
	at_node 3 'SET wsrep_sync_wait = 0'
	at_node 1 "INSERT INTO bulk (id, pad) SELECT NULL, REPEAT('x', 200) FROM seq_1_to_$1;
		CALL branch_revoke('racer-1', 'lost', 'P-1')"
	at_node 3 "SELECT live_token FROM user WHERE login_id = 'racer-1'"
	[ "$heard" != NULL ]
}

start_over 0
is "$(first_leg_at 3)" 'Access-Challenge OTP-Required' 'a password is asked for a code'
at_node 1 'CREATE TABLE bulk (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, pad CHAR(200))'
for rows in 50000 100000 200000; do
	lagged=no
	! lag $rows || lagged=yes
	reply=$(first_leg_at 3)
	at_node 3 'SET wsrep_sync_wait = 15'
	[ $lagged = no ] || break
done
is $lagged yes 'a revocation confirmed at the first node is not there yet at the third'
is "$reply" 'Access-Reject Reissue-Wait' 'R8: the server that goes to the third knows of it all the same'
ok 'and afterwards all nodes have the same data' poll 20 equal 1 2 3
if ! equal 1 2 3; then
	for table in "${tables[@]}"; do
		for n in 2 3; do
			diag "$table at node $n: $(diff <(rows 1 "$table") <(rows $n "$table") | head -n 20)"
		done
	done
fi
done_testing
