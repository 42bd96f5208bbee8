#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lock: with the app lock on, nothing shows a code without the PIN, and guessing it takes long.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
person user1 general
browse
