#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# standard: where the policy allows it, a token goes to a standard authenticator app, once, as QR code and
# as otpauth:// address.
. "$(dirname "$0")/../browser/run.sh"

stack_up --web
stack_do clock '2026-11-20 12:00:00' >/dev/null
for user in general1 general2 general3; do
	person "$user" general
done
browse
