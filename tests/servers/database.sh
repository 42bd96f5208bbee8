# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: the private MariaDB, its schema and its clock.
# shellcheck disable=SC2034 # the parts share variables

# schema/mariadb.cnf as an admin would copy it, small, and where its files are here.
write_db_config()
{
	local at=$home/$1 file=$home/$1/my.cnf

	cp "$root/schema/mariadb.cnf" "$file"
	set_item "$file" innodb_buffer_pool_size 32M
	set_item "$file" innodb_log_file_size 8M
	cat >>"$file" <<-EOF

	datadir = $at/data
	socket = $at/socket
	pid-file = $at/pid
	log-error = $at/error.log
	tmpdir = $at/tmp
	skip-networking
	skip-log-bin
	aria-pagecache-buffer-size = 8M
	key-buffer-size = 1M
	performance-schema = OFF
	EOF
}

# A fresh data folder takes seconds to make and is the same each time: it is kept and copied. Only
# who owns this stack gets in as root, by the socket's peer credentials.
make_data()
{
	local version cache copy

	version=$(mariadbd --version | sed -n 's/.*Ver \([0-9A-Za-z.-]*\).*/\1/p')
	cache=$root/build/cache/db-$version-$(id -un)-$server_user
	if [ ! -d "$cache" ]; then
		(as_server mariadb-install-db --no-defaults --datadir="$home/db/data" --skip-test-db \
			--tmpdir="$home/db/tmp" --auth-root-authentication-method=socket \
			--auth-root-socket-user="$(id -un)" --innodb-log-file-size=8M --skip-name-resolve) \
			>"$home/db/install.log" 2>&1 </dev/null || die "mariadb-install-db failed"
		mkdir -p "$(dirname "$cache")"
		copy=$(mktemp -d "$cache.XXXXXX")
		cp -a "$home/db/data/." "$copy"
		mv -T "$copy" "$cache" 2>/dev/null || rm -rf "$copy"
	else
		cp -a "$cache" "$home/db/data"
		hand_over "$home/db/data"
	fi
}

# sql_at SERVER [ARGUMENT]...
sql_at()
{
	mariadb --no-defaults --default-character-set=utf8mb4 --socket="$home/$1/socket" \
		--user="$(id -un)" --batch --skip-column-names "${@:2}"
}

# Where there are several, at the first node that serves, and after all that was done at any.
sql()
{
	local server

	if [ "$galera_count" = 0 ]; then
		sql_at db "$@"
	else
		server=$(first_node) || die "no node of the cluster serves"
		sql_at "$server" --init-command='SET SESSION wsrep_sync_wait = 15' "$@"
	fi
}

db_answers()
{
	stopped db || sql_at db --connect-timeout=2 --execute='DO 1' >/dev/null 2>&1
}

# True if a query of a RADIUS server can come back.
db_serves()
{
	if [ "$galera_count" = 0 ]; then
		running db && ! paused db
	else
		first_node >/dev/null
	fi
}

start_db()
{
	launch db "$home/db/output.log" mariadbd --defaults-file="$home/db/my.cnf"
	await $ready_seconds db_answers || die "the database does not come up"
	running db || die "the database ended"
}

db_servers()
{
	local n

	for ((n = 1; n == 1 || n <= galera_count; n++)); do
		printf 'db%s\n' "$(suffix $n)"
	done
}

load_schema()
{
	"$root/schema/load" --socket "$socket" --user "$(id -un)" --database $database \
		>"$dir/schema.log" 2>&1 || {
		tail -n 15 "$dir/schema.log" >&2
		die "schema/load failed"
	}
	sql <<-EOF
	ALTER USER seikyo_radius IDENTIFIED BY '$radius_db_password';
	ALTER USER seikyo_console IDENTIFIED BY '$console_db_password';
	ALTER USER seikyo_keys IDENTIFIED BY '$keys_password';
	ALTER USER seikyo_mailer IDENTIFIED BY '$mailer_db_password';
	CREATE USER branch1@localhost IDENTIFIED BY '$branch_password';
	GRANT seikyo_branch TO branch1@localhost;
	SET DEFAULT ROLE seikyo_branch FOR branch1@localhost;
	CREATE USER operator1@localhost IDENTIFIED BY '$operator_password';
	GRANT seikyo_operator TO operator1@localhost;
	SET DEFAULT ROLE seikyo_operator FOR operator1@localhost;
	EOF
}

# The shipped clock_now() as a statement, to be put back by `clock real`.
keep_clock()
{
	sql --raw $database >"$dir/clock_now.sql" <<-'EOF'
	SELECT CONCAT('DELIMITER //\nCREATE OR REPLACE DEFINER = `', REPLACE(definer, '@', '`@`'),
		'` FUNCTION clock_now() RETURNS ', dtd_identifier, ' NOT DETERMINISTIC ', sql_data_access,
		' SQL SECURITY ', security_type, '\n', routine_definition, ' //')
	FROM information_schema.routines
	WHERE routine_schema = DATABASE() AND routine_name = 'clock_now';
	EOF
	[ -s "$dir/clock_now.sql" ] || die "the schema has no clock_now()"
}

# Replaces the body of clock_now(); definer and all else stay.
set_clock()
{
	{
		sed -n '1,2p' "$dir/clock_now.sql"
		printf '%s //\n' "$1"
	} | sql $database
	[ "$galera_count" = 0 ] || settle
}

freeze_clock()
{
	set_clock "RETURN TIMESTAMP'$1'"
	printf 'frozen %s\n' "$1" >"$dir/clock"
}

shift_clock()
{
	set_clock "BEGIN
	DECLARE v_now DATETIME(6);
	IF @@SESSION.time_zone = '+00:00' THEN
		RETURN SYSDATE(6) + INTERVAL $1 SECOND;
	END IF;
	SET STATEMENT time_zone = '+00:00' FOR SELECT SYSDATE(6) INTO v_now;
	RETURN v_now + INTERVAL $1 SECOND;
	END"
	printf 'shifted %s\n' "$1" >"$dir/clock"
}

move_clock()
{
	local mode=shifted value=0

	[ ! -e "$dir/clock" ] || read -r mode value <"$dir/clock"
	if [ "$mode" = frozen ]; then
		freeze_clock "$(sql -e "SELECT TIMESTAMP'$value' + INTERVAL $1 SECOND")"
	else
		shift_clock $((value + $1))
	fi
}

clock()
{
	local time

	case ${1:-} in
	'') sql $database -e "SELECT clock_now() + INTERVAL 9 HOUR" ;;
	real)
		sql $database <"$dir/clock_now.sql"
		[ "$galera_count" = 0 ] || settle
		rm -f "$dir/clock"
		;;
	[+-][0-9]*)
		[[ $1 =~ ^[+-]([0-9]{1,9})$ ]] || usage "'$1' is no number of seconds"
		move_clock "${1:0:1}$((10#${BASH_REMATCH[1]}))"
		;;
	*)
		[[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$ ]] ||
			usage "'$1' is no time like 2026-11-22 20:50:00"
		time=$(sql -e "SELECT TIMESTAMP'$1' - INTERVAL 9 HOUR") || die "'$1' is no time"
		freeze_clock "$time"
		;;
	esac
}
