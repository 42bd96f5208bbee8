#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# install: the phone gets its token once, with the right three values, and nobody else gets it.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
for user in user1 user2 user3; do
	person "$user" general
done
browse
