#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# speed.sh [USERS]: how long the console takes for a list in a contract of 10,000 users, and how many login pages a
# second it serves as FastCGI and as CGI. Run by hand, on a machine that does nothing else.
. "$(dirname "$0")/console.sh"

users=${1:-10000}

# processor: what the processes of the console have used so far, in clock ticks.
processor()
{
	local process stat sum=0

	for process in $(stack_do pid console); do
		read -r stat <"/proc/$process/stat"
		# shellcheck disable=SC2086 # split into fields
		set -- ${stat##*) }
		sum=$((sum + ${12} + ${13}))
	done
	printf '%s' $sum
}

# timed PATH: 20 times; the middle of the times from the request to the whole answer, and the program's own part.
timed()
{
	local before after

	fetch "$1"
	[ "$status" = 200 ] || bail "$1: $status"
	before=$(processor)
	for _ in {1..20}; do
		curl --silent --http1.1 --cacert "$SEIKYO_CA" "${shown[@]}" --cookie "$jar" --output /dev/null \
			--write-out '%{time_pretransfer} %{time_total}\n' "$console$1"
	done | awk '{ printf "%.1f\n", ($2 - $1) * 1000 }' | sort -n >"$work/times"
	after=$(processor)
	printf '%-44s %6s ms from request to answer, at most %s ms; %s ms of processor\n' "$1" \
		"$(sed -n 10p "$work/times")" "$(tail -n 1 "$work/times")" \
		"$(((after - before) * 1000 / $(getconf CLK_TCK) / 20))"
}

fill()
{
	local i

	# shellcheck disable=SC2016 # a hash
	{
		printf 'contract,login_id,role,name,mail,password_hash,confirmation_hash\n'
		for ((i = 1; i <= users; i++)); do
			printf 'C-0001,many%05d,general,利用者 %d,many@example.jp,$6$rounds=1000$saltsalt$%086d,\n' $i $i 0
		done
	} >"$work/many.csv"
	test_operate user import "$work/many.csv"
	sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id LIKE 'many%'"
}

# pages COUNT: login pages a second, by four browsers at once, each over one connection.
pages()
{
	local count=$1 n started ended

	curl --silent --cacert "$SEIKYO_CA" --output /dev/null "$console/login?notice=[1-20]"
	started=$(date +%s%N)
	for n in 1 2 3 4; do
		curl --silent --http1.1 --cacert "$SEIKYO_CA" --output /dev/null --write-out '%{http_code}\n' \
			"$console/login?notice=[1-$count]" >"$work/pages.$n" &
	done
	wait
	ended=$(date +%s%N)
	[ "$(cat "$work"/pages.[1-4] | grep -c '^200$')" = $((4 * count)) ] || bail "not every page came"
	printf '%s' $((4 * count * 1000000000 / (ended - started)))
}

console_up
person master1 master
stand_in master1
fill
printf 'a contract of %s users:\n' "$users"
for path in '/unlock' '/unlock?page=100' '/unlock?which=all&page=200' '/unlock?which=all&search=many09999' '/revoke' \
	'/audit' '/audit?act=issue' '/'; do
	timed "$path"
done
fast=$(pages 1000)
stack_do down
console_up --cgi
slow=$(pages 50)
printf 'login pages a second: FastCGI %s, CGI %s: %s times\n' "$fast" "$slow" "$((fast / slow))"
# shellcheck disable=SC2034 # of tests/lib.sh
test_done=yes
