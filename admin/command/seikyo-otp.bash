# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of seikyo-otp for bash: commands, options, roles and files. Nothing is asked of the
# database. To be read by ~/.bashrc, or installed as /usr/share/bash-completion/completions/seikyo-otp.

# A command a line: its words, its operands as its --help names them, its own options; tests/command
# compares them with the command's table.
_seikyo_otp_commands='
contract add;NUMBER;--name= --mail=
contract list;;
contract show;NUMBER;
contract start;NUMBER DATE;
contract close;NUMBER;--paper=
user add;CONTRACT LOGIN-ID;--role= --name= --mail=
user import;FILE.csv|-;--dry-run
user list;[CONTRACT];--locked --waiting
user show;LOGIN-ID;
user change;LOGIN-ID;--name= --mail=
user close;LOGIN-ID;--paper=
user password;LOGIN-ID;
user confirmation-password;LOGIN-ID;
user certificate add;LOGIN-ID FILE.pem|-;
user certificate list;LOGIN-ID;
user certificate remove;LOGIN-ID SHA256;
token list;[CONTRACT];--state=
token show;LOGIN-ID;
unlock;LOGIN-ID;--paper=
revoke;LOGIN-ID;--reason= --paper=
mail-domain list;;
mail-domain add;DOMAIN;
mail-domain remove;DOMAIN;
policy list;;
policy set;NAME VALUE;
key new;DIR;--id=
key list;;
key activate;ID;
key reseal;;
key retire;ID;
key forget-server;NAME;
login explain;LOGIN-ID|REQUEST-ID;
metrics;;
audit list;[CONTRACT|-];--after=
audit verify;;--heads=
audit export;FILE|-;
prune;;--dry-run
recover;;--audit= --without-audit --nothing-lost --close --report --check --yes
mailer;;--once
status;;
'
_seikyo_otp_common='--config= --json --help --usage'

# The words in front of the cursor that are no options and no values of options, into `words`.
_seikyo_otp_words()
{
	local i word

	words=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		-c | --config | --name | --mail | --paper | --role | --reason | --id | --after | --heads | --audit)
			# bash parts --name=VALUE at the '=' too.
			i=$((i + 1))
			[ "${COMP_WORDS[i]}" != = ] || i=$((i + 1))
			;;
		-*) ;;
		*) words+=("$word") ;;
		esac
	done
}

# The value of an option, if the cursor is on one: 0, with COMPREPLY filled.
_seikyo_otp_value()
{
	local current=$1 option=${COMP_WORDS[COMP_CWORD - 1]}

	if [ "$current" = = ]; then
		current=''
	elif [ "$option" = = ]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $option in
	--role) mapfile -t COMPREPLY < <(compgen -W 'master general' -- "$current") ;;
	-c | --config | --heads | --audit)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		;;
	--name | --mail | --paper | --reason | --id | --after) ;;
	*) return 1 ;;
	esac
}

# What may follow the words: the next word of a command, or a whole command's options and files.
_seikyo_otp_next()
{
	local current=$1 name operands options have own wanted offers=()

	have="${words[*]:+${words[*]} }"
	while IFS=';' read -r name operands options; do
		[ -n "$name" ] || continue
		if [[ "$have" == "$name "* ]]; then
			read -ra own <<<"$name"
			read -ra wanted <<<"$operands"
			wanted=("${wanted[@]:${#words[@]} - ${#own[@]}:1}")
			if [[ $current == -* ]]; then
				offers=("$options" "$_seikyo_otp_common")
			elif [[ ${wanted[0]:-} == FILE* || ${wanted[0]:-} == DIR ]]; then
				compopt -o filenames 2>/dev/null
				mapfile -t COMPREPLY < <(compgen -f -- "$current")
				return
			fi
			break
		fi
		if [[ "$name " == "$have"* ]]; then
			name=${name#"$have"}
			offers+=("${name%% *}")
		fi
	done <<<"$_seikyo_otp_commands"
	if [[ $current == -* && ${#words[@]} = 0 ]]; then
		offers=(--config= --json --help)
	fi
	mapfile -t COMPREPLY < <(compgen -W "${offers[*]}" -- "$current" | sort -u)
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}

_seikyo_otp()
{
	local current=${COMP_WORDS[COMP_CWORD]} words

	COMPREPLY=()
	_seikyo_otp_value "$current" && return
	_seikyo_otp_words
	_seikyo_otp_next "$current"
}

complete -F _seikyo_otp seikyo-otp
