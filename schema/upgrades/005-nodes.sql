-- SPDX-License-Identifier: GPL-2.0-only
-- Several nodes of a cluster: a row that is only locked is locked at one node alone.

-- decisions: goes up where something is decided by the user's row and written elsewhere, so that of two nodes that do
-- it at the same time only one commits.
ALTER TABLE user ADD COLUMN IF NOT EXISTS decisions BIGINT UNSIGNED NOT NULL DEFAULT 0;
