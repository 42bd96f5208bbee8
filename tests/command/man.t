#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The man page and the completion for bash say what the command takes: every command with its operands
# and options, every setting, and nothing that is not there.
. "$(dirname "$0")/command.sh"

page=$TEST_ROOT/admin/command/seikyo-otp.8
console_page=$TEST_ROOT/admin/console/seikyo-console.8

is "$(mandoc -T lint -W warning "$page" 2>&1)" "" "the man page is well formed"
mandoc -T ascii -O width=200 "$page" >"$work/man.raw" || bail "the man page can't be rendered"
col -b -x <"$work/man.raw" >"$work/man"
is "$(mandoc -T lint -W warning "$console_page" 2>&1)" "" "the console's is, too"
mandoc -T ascii -O width=200 "$console_page" >"$work/man.raw" || bail "the console's page can't be rendered"
col -b -x <"$work/man.raw" >"$work/man.console"

# --- commands

run --help
commands=$(printf '%s\n' "$out" | sed -nE 's/^  ([a-z-]+( [a-z-]+)*)  +[A-Z].*/\1/p')
isnt "$commands" "" "the commands are found in the help"
while read -r name; do
	read -ra words <<<"$name"
	run "${words[@]}" --help
	operands=$(printf '%s\n' "$out" | sed -nE '1s/.*\[OPTION\.\.\.\] ?//p')
	options=$(printf '%s\n' "$out" | sed -nE '/--config/q; s/^      (--[^ ]+).*/\1/p' | paste -s -d ' ')
	printf '%s\n' "$name${operands:+ $operands}${options:+ $options}" >>"$work/taken"
	printf '%s;%s;%s\n' "$name" "$operands" "$(sed -E 's/=[^ ]*/=/g' <<<"$options")" >>"$work/table"
done <<<"$commands"

# Items of DESCRIPTION that begin with a word; what is optional stands in brackets there.
sed -n '/^DESCRIPTION/,/^SETTINGS/p' "$work/man" | grep -E '^     [a-z][a-z-]* ?' |
	grep -E "^     ($(printf '%s\n' "$commands" | cut -d ' ' -f 1 | sort -u | paste -s -d '|'))( |$)" |
	sed -E 's/^ +//; s/  .*//; s/ \| --/ --/; s/\[?(--[^] ]+)\]?/\1/g' | grep -vE '(account|needs no)' >"$work/items"
is "$(diff "$work/taken" "$work/items")" "" "the page has each command with its operands and options, in their order"
sed -i 's/--paper=NUMBER//' "$work/items"
isnt "$(diff "$work/taken" "$work/items")" "" "an option that is missing is found"

# --- settings and exit codes

printf 'nonsense = x\n' >"$work/conf"
chmod 600 "$work/conf"
run --config "$work/conf" contract list
settings=$(printf '%s\n' "$err" | sed -E 's/.*there are (.*)\.$/\1/' | tr -d ' ' | tr ',' '\n' | sort)
like "$settings" "socket.*timeout" "the settings are found"
is "$(sed -s -n '/^SETTINGS/,/^ENVIRONMENT/p' "$work/man" "$work/man.console" | sed -nE 's/^     ([a-z_]+)( .*)?$/\1/p' |
	grep -Fx -e "$(printf '%s\n' "$settings")" | sort | uniq)" "$settings" "the pages have each setting"
is "$(sed -s -n '/^\.Sh SETTINGS/,/^\.Sh ENVIRONMENT/p' "$page" "$console_page" | sed -nE 's/^\.It Ic ([a-z_]+)$/\1/p' | sort)" \
	"$settings" "and no other"
is "$(sed -n '/^EXIT STATUS/,/^EXAMPLES/p' "$work/man" | sed -nE 's/^     ([0-9])( .*)?$/\1/p' | paste -s -d ' ')" \
	"0 1 2 3" "and each exit code"
for words in "contract add" "user add" unlock revoke "key activate" "audit export" prune mailer; do
	like "$(sed -n '/^EXAMPLES/,/^SEE ALSO/p' "$work/man")" "seikyo-otp .*$words" "the examples show $words"
done

# --- completion

# shellcheck source=/dev/null
. "$TEST_ROOT/admin/command/seikyo-otp.bash"
is "$(printf '%s' "$_seikyo_otp_commands" | grep .)" "$(cat "$work/table")" \
	"the completion has each command with its operands and options"
like "$(complete -p seikyo-otp)" "-F _seikyo_otp seikyo-otp" "it is set up for the command"

# Outside of readline it has nothing to say to it.
compopt()
{
	:
}

# completes WANTED WORDS...: what is offered for the last word.
completes()
{
	COMP_WORDS=("${@:2}")
	COMP_CWORD=$(($# - 2))
	_seikyo_otp
	is "${COMPREPLY[*]}" "$1" "completion of '${*:2}'"
}

completes "unlock user" seikyo-otp u
completes "user" seikyo-otp --config=x us
completes "user" seikyo-otp --config = x us
completes "add certificate change close confirmation-password import list password show" seikyo-otp user ''
completes "add list remove" seikyo-otp user certificate ''
completes "--config= --help --json --usage" seikyo-otp user show x -
completes "--paper=" seikyo-otp unlock x --p
completes "master general" seikyo-otp user add C u --role = ''
completes "master" seikyo-otp user add C u --role m
completes "" seikyo-otp unlock ''
completes "" seikyo-otp nonsense ''
cd "$TEST_ROOT" || bail "no $TEST_ROOT"
completes "Makefile" seikyo-otp user import Makef
completes "Makefile" seikyo-otp user certificate add u Makef
completes "" seikyo-otp user certificate add Makef
completes "Makefile" seikyo-otp --config = Makef
completes "Makefile" seikyo-otp audit verify --heads Makef

done_testing
