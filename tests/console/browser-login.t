#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# R2, R3, R5, R10 in a real browser: login, initial setup with a mail and a phone, and each refusal as the
# user sees it. The points are in browser-login.mjs.
. "$(dirname "$0")/../browser/run.sh"
stack_up --web
stack_do clock '2026-11-20 12:00:00' >/dev/null
person general1 general
person master1 master
person general2 general
person general3 general
person_token general2
person_token general3
make_contract C-LATER 2026-12-01
person later1 general C-LATER
browse
