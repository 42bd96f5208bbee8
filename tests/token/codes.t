#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# codes: the app receives its tokens and shows the right code at every moment; what it keeps is safe.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
person user1 general
browse
