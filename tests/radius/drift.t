#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A phone's clock that is off, and how far it may be (R1, policy drift_limit).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up
policy otp_failure_limit 10

# later: ten steps on, so that no code of before is among the candidates.
later()
{
	stack_do clock +600 >/dev/null || bail "the clock can't be moved"
}

# table LOGIN NAME STEPS:WANT...: logins one after the other, each ten minutes after the one before,
# with the code that a phone shows whose clock is that many steps off. WANT is `yes` or `no`.
table()
{
	local login=$1 name=$2 row steps want

	shift 2
	for row; do
		steps=${row%:*}
		want='Challenge OTP-Wrong'
		[ "${row#*:}" = no ] || want='Accept Accepted'
		later
		says "$(once "$login" "$(code "$login" "$steps")")" "$want" \
			"$name: a code $steps steps off is $([ "${row#*:}" = no ] && printf 'refused' || printf 'accepted')"
	done
}

person alice
is "$(column alice otp_drift)" 0 'a new token has no drift'
table alice 'one step early or late' -1:yes 0:yes 1:yes 0:yes
table alice 'a phone without drift' -2:no 2:no -3:no 3:no 0:yes
table alice 'drifting slowly behind, to the limit' -1:yes -2:yes -3:yes -3:yes -4:no
is "$(column alice otp_drift)" -3 'the drift of an accepted code is kept, that of a refused one is not'
table alice 'a phone that was behind and is set right' 0:yes -2:no -3:no
table alice 'drifting slowly ahead, to the limit' 1:yes 2:yes 3:yes 3:yes 4:no
is "$(column alice otp_drift)" 3 'ahead as well'
table alice 'a phone that was ahead' 5:no 1:yes 3:no 2:yes 0:yes 2:no 1:yes
table alice 'a leap is not followed' 1:yes -2:no 3:no -1:yes 2:no -3:no

# --- never an old code again

later
now=$(code alice) next=$(code alice 1) before=$(code alice -1)
says "$(once alice "$next")" 'Accept Accepted' 'a code one step ahead is accepted'
says "$(once alice "$now")" 'Challenge OTP-Used' 'the code of the step before it is not any more'
says "$(once alice "$before")" 'Challenge OTP-Used' 'nor that of the step before that'
next_step
says "$(once alice "$next")" 'Challenge OTP-Used' 'nor itself, when its own minute comes'
says "$(once alice "$now")" 'Challenge OTP-Used' 'nor the old one, a minute later'
is "$(column alice otp_failures)" 0 'old codes are not counted as wrong'
next_step
says "$(once alice "$(code alice)")" 'Accept Accepted' 'the next one is accepted'
later
says "$(once alice "$now")" 'Challenge OTP-Wrong' 'an old code out of all reach is a wrong one'
says "$(once alice "$(code alice)")" 'Accept Accepted' 'where that of now is a right one'
stack_do clock -300 >/dev/null
says "$(once alice "$(code alice)")" 'Reject -' \
	'a clock set back does not make codes good that are older than the last one'
stack_do clock +300 >/dev/null

# --- another phone

policy reissue_delay_minutes 0
person bob
table bob 'a phone far behind' -1:yes -2:yes -3:yes
revoke bob
is "$(column bob otp_drift)" 0 'a revocation forgets the drift'
later
says "$(setup bob)" 'Accept Accepted' 'a new phone without drift takes its place'
table bob 'a new phone, after one far behind' -3:no -2:no -1:yes
later
revoke bob
says "$(setup bob -2)" 'Challenge OTP-Wrong' 'the drift of the phone before does not help with the first code'
later
first=$(first_leg bob "$(word bob)" "source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET" Seikyo-Purpose=Console)
mapfile -t words < <(test_words bob "$(code bob 1)")
says "$(rad_console "${words[@]}" "State=$(field State "$first")" Seikyo-Purpose=Console)" 'Accept Accepted' \
	'a first code may be one step off'
is "$(column bob otp_drift)" 1 'and its drift is kept'

last=$(column bob otp_last_step)
revoke bob
reply=$(setup bob)
says "$reply" 'Challenge OTP-Used' "a new token's code of a step used with the old one is refused"
is "$(column bob otp_last_step)" "$last" 'the last step does not fall with a new token'
next_step
next_step
says "$(setup bob)" 'Accept Accepted' 'its code of a later step is accepted'
is "$(column bob "otp_last_step > $last")" 1 'and the last step rises'

# --- the policy

policy drift_limit 0
table alice 'drift_limit = 0' 0:yes -1:no 1:no 0:yes
policy drift_limit 1
table alice 'drift_limit = 1' -1:yes -2:no 1:yes 2:no
policy drift_limit 5
table alice 'drift_limit = 5' 2:yes 3:yes 4:yes 5:yes 6:no 5:yes
policy drift_limit 3
table alice 'drift_limit lowered below what a phone has' 5:no 4:no 3:no 0:yes

later
policy step_floor $(($(now) / 60 + 1))
says "$(once alice "$(code alice)")" 'Challenge OTP-Used' 'step_floor: no code up to that step is good'
says "$(once alice "$(code alice 1)")" 'Challenge OTP-Used' 'step_floor: nor that of the step itself'
next_step
next_step
says "$(once alice "$(code alice)")" 'Accept Accepted' 'step_floor: a code above it is'

done_testing
