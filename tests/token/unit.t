#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The phone app's modules that need no browser, run by node.
exec node "${0%.t}.mjs"
