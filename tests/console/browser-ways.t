#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The console in a real browser, in all the ways people use it: in English, by keyboard only, without
# JavaScript on a phone, in two tabs, with the back button, until the session ends. The points are in
# browser-ways.mjs.
. "$(dirname "$0")/../browser/run.sh"
stack_up --web
stack_do clock '2026-11-20 12:00:00' >/dev/null
person master1 master
person_token master1
person general1 general
person_token general1
browse
