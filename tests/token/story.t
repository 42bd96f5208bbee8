#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# story: the initial setup (R5) with two browsers, a PC's and a phone's, from the mail to the top page; and a
# new phone (R8, R9): revocation, the wait, the setup anew.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
stack_do clock '2026-11-20 12:00:00' >/dev/null
person master1 master
person_token master1
person general1 general
browse
