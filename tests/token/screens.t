#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# screens: every screen of the app in light and dark, both languages, from 320 px on: screenshots for people
# to look at, nothing that axe objects to; and the page that checks a phone.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
person user1 general
browse
