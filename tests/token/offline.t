#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# offline: without a network and without its server the app shows its codes; a new version comes whole
# or not at all; a wrong clock and a lost answer are said.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
person user1 general
browse
