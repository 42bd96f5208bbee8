#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may call what (DESIGN section 4): every account tries every procedure, function and table of the database.
. "$(dirname "$0")/schema.sh"
schema_up

# --- as shipped

for account in seikyo_keys seikyo_mailer; do
	for password in '' invalid "$account"; do
		like "$(client $account --password="$password" --execute='SELECT 1')" '^ERROR 1045' \
			"$account gets in with no password ('$password') before one is set"
	done
done
is "$(db "SELECT GROUP_CONCAT(user ORDER BY user SEPARATOR ' ') FROM mysql.user WHERE user LIKE 'seikyo%' AND is_role = 'Y'")" \
	"seikyo_branch seikyo_operator" "the branch's and the operators' are roles"
for role in seikyo_branch seikyo_operator; do
	like "$(client $role --execute='SELECT 1')" '^ERROR 1045' "nobody logs in as the role $role"
done

db "ALTER USER seikyo_keys IDENTIFIED BY 'test'; ALTER USER seikyo_mailer IDENTIFIED BY 'test';
	ALTER USER branch1@localhost IDENTIFIED BY 'test'; ALTER USER operator1@localhost IDENTIFIED BY 'test';
	CREATE USER stranger IDENTIFIED BY 'test'"
is "$(client seikyo_keys --password=test --execute='SELECT 1')" 1 "the twin: with a password that was set one gets in"

like "$(db "SHOW CREATE USER seikyo_definer@localhost")" 'ACCOUNT LOCK' "the definer's account is locked"
db "CREATE USER definer_twin@localhost IDENTIFIED BY 'test' ACCOUNT LOCK"
like "$(client definer_twin --password=test --execute='SELECT 1')" '^ERROR 4151' \
	"and a locked account does not get in, with a password either"
is "$(db "SELECT GROUP_CONCAT(DISTINCT CONCAT(definer, ' ', security_type)) FROM information_schema.routines
	WHERE routine_schema = DATABASE()")" "seikyo_definer@localhost DEFINER" "every routine runs as the definer"

# --- what is granted

is "$(db "SELECT COUNT(*) FROM information_schema.table_privileges WHERE table_schema = DATABASE()")" 0 \
	"no account has a right on a table"
is "$(db "SELECT COUNT(*) FROM information_schema.column_privileges WHERE table_schema = DATABASE()")" 0 \
	"nor on a column"
is "$(db "SELECT GROUP_CONCAT(DISTINCT grantee) FROM information_schema.schema_privileges
	WHERE table_schema = DATABASE()")" "'seikyo_definer'@'localhost'" "only the definer has one on the database"
is "$(db "SELECT GROUP_CONCAT(DISTINCT CONCAT(grantee, ' ', privilege_type)) FROM information_schema.user_privileges
	WHERE grantee REGEXP 'seikyo|branch1|operator1' AND privilege_type <> 'USAGE'")" NULL "no account has one on the server"
is "$(db "SELECT COUNT(*) FROM mysql.procs_priv WHERE db = DATABASE() AND FIND_IN_SET('Grant', proc_priv)")" 0 \
	"and none can pass on what it has"

# --- every account tries everything

# What is shared by the procedures is nobody's to call.
shared=$({
	"$TEST_ROOT/schema/generate" sql
	cat "$TEST_ROOT"/schema/procedures/{common,session}.sql
} | sed -n 's/^CREATE.* \(PROCEDURE\|FUNCTION\) \([a-z_]*\).*/\2/p')
# Parts of procedures, beside them.
shared+=$'\n'$(sed -n 's/^CREATE.* \(PROCEDURE\|FUNCTION\) \([a-z_]*\).*/\2/p' "$TEST_ROOT"/schema/procedures/{recover,service}.sql |
	grep -v '^operator_')
shared+=$'\ncode_settle\nconsole_act\nis_lone_master\npassword_settle\nsession_row'

# may_call PATTERN: the names of what an account of this pattern should be able to call.
may_call()
{
	db "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()" |
		grep -E "^($1)_" | grep -vxF "$shared" | sort
}

# A call of everything, all arguments NULL; each line says what it is first.
db "SELECT CONCAT('SELECT ''', r.routine_name, ''';', IF(r.routine_type = 'PROCEDURE', 'CALL ', 'DO '),
	DATABASE(), '.', r.routine_name, '(', REPEAT('NULL, ', GREATEST(COUNT(p.ordinal_position) - 1, 0)),
	IF(COUNT(p.ordinal_position) > 0, 'NULL', ''), ');')
	FROM information_schema.routines r LEFT JOIN information_schema.parameters p
	ON p.specific_schema = r.routine_schema AND p.specific_name = r.specific_name AND p.ordinal_position > 0
	WHERE r.routine_schema = DATABASE() GROUP BY r.routine_name, r.routine_type ORDER BY r.routine_name" >"$work/calls"
db "SELECT CONCAT('SELECT ''', table_name, ' read''; SELECT * FROM ', DATABASE(), '.', table_name, ' LIMIT 1;
	SELECT ''', table_name, ' write''; DELETE FROM ', DATABASE(), '.', table_name, ' LIMIT 1;
	SELECT ''', table_name, ' change''; UPDATE ', DATABASE(), '.', table_name, ' SET ', column_name, ' = NULL LIMIT 1;
	SELECT ''', table_name, ' add''; INSERT INTO ', DATABASE(), '.', table_name, ' () VALUES ();
	SELECT ''', table_name, ' drop''; DROP TABLE ', DATABASE(), '.', table_name, ';')
	FROM information_schema.columns WHERE table_schema = DATABASE() AND ordinal_position = 1" >"$work/touches"
routines=$(db "SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE()")
tables=$(db "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()")
is "$(grep -c . "$work/calls") $(grep -o "' read'\|read'" "$work/touches" | wc -l)" "$routines $tables" \
	"every routine and every table is tried"

# tried USER PASSWORD FILE: the names of what was not denied.
tried()
{
	client "$1" --password="$2" --force --unbuffered <"$work/$3" | awk -F '\t' '
		/^ERROR (1370|1142|1044|1143|1305)/ { denied[name] = 1; next }
		NF == 1 && /^[a-z_]+( (read|write|change|add|drop))?$/ { name = $0; names[name] = 1 }
		END { for (name in names) if (!(name in denied)) print name }' | sort
}

# calls_only USER PASSWORD PREFIXES [ROUTINE]: a call of a routine that all of them share.
calls_only()
{
	is "$(tried "$1" "$2" calls | paste -sd ' ')" "$({ may_call "$3"; printf '%s\n' "${@:4}"; } | grep . | sort | paste -sd ' ')" \
		"$1 can call ${3//|/ and }, and nothing else"
	is "$(tried "$1" "$2" touches | paste -sd ' ')" "" "$1 can touch no table"
}

calls_only seikyo_radius "$SEIKYO_RADIUS_DB_PASSWORD" radius
calls_only seikyo_console "$SEIKYO_CONSOLE_DB_PASSWORD" 'console|app' service_hello
calls_only branch1 test branch service_hello
calls_only operator1 test operator service_hello
calls_only seikyo_keys test keys service_hello
calls_only seikyo_mailer test mail service_hello
calls_only stranger test 'nothing'
# The twin: what can be touched is told from what cannot.
db "GRANT SELECT ON policy TO stranger; GRANT EXECUTE ON PROCEDURE refuse TO stranger"
is "$(tried stranger test touches) $(tried stranger test calls)" "policy read refuse" \
	"the twin: an account with a right on a table and a procedure is found out"

# Every procedure belongs to somebody or is shared.
is "$(db "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()" | sort |
	grep -vxF "$shared" | grep -vE '^(radius|console|app|branch|operator|keys|mail)_')" "" "no routine is nobody's"

done_testing
