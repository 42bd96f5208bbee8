-- SPDX-License-Identifier: GPL-2.0-only
-- What the branch, the console and the operators need beside the logins.

-- Which keys each RADIUS server has loaded, as it says itself when it connects.
CREATE TABLE IF NOT EXISTS radius_server (
	name     VARCHAR(64) NOT NULL PRIMARY KEY,
	seen_at  DATETIME(6) NOT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS radius_server_key (
	server  VARCHAR(64) NOT NULL,
	kind    ENUM('safe', 'envelope') NOT NULL,
	id      VARCHAR(16) NOT NULL,
	PRIMARY KEY (server, kind, id)
) ENGINE=InnoDB;
