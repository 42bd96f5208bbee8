# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# On top of tests/lib.sh: holding a user's row, so that whoever needs it waits, for as long as a test
# wants.

# hold LOGIN: from now on nobody else changes the user, until `let_go`.
hold()
{
	local line

	coproc HOLDER {
		exec mariadb --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" --batch \
			--skip-column-names --unbuffered "$SEIKYO_DB_NAME"
	}
	# shellcheck disable=SC2153 # set by coproc
	holder=$HOLDER_PID
	exec {holder_in}>&"${HOLDER[1]}" {holder_out}<&"${HOLDER[0]}"
	printf "START TRANSACTION; SELECT login_id FROM user WHERE login_id = '%s' FOR UPDATE;\n" "$1" \
		>&"$holder_in"
	IFS= read -r -t 30 line <&"$holder_out" || bail "the row of $1 cannot be held"
	[ "$line" = "$1" ] || bail "the row of $1 cannot be held: $line"
}

let_go()
{
	exec {holder_in}>&- {holder_out}<&-
	eval "exec ${HOLDER[0]-}<&- ${HOLDER[1]-}>&-" 2>/dev/null
	wait "$holder" 2>/dev/null
}

# waits_for_lock: true if someone waits for a row.
waits_for_lock()
{
	[ "$(sql "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")" != 0 ]
}
