-- SPDX-License-Identifier: GPL-2.0-only
-- What tells a database that was restored from one that was started again, and what a recovery works with.

-- A witness of which database this is. Its file on the disk is never written again, so that the time of its making
-- changes only when the file is copied; and the time from which its row is there, which no dump holds, changes when a
-- dump is loaded. Versioning has it from the server, and keeps OPTIMIZE TABLE from making the file anew.
CREATE TABLE IF NOT EXISTS witness (
	one  TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (one = 1)
) ENGINE=InnoDB WITH SYSTEM VERSIONING;
INSERT IGNORE INTO witness (one) VALUES (1);

-- Whether there is service. identity: of the database that service was opened in, as service_identity() gives it;
-- opened in another one, it is closed. policy_now holds what nobody gets in with as long as closed_at is set.
CREATE TABLE IF NOT EXISTS service (
	one        TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (one = 1),
	identity   VARCHAR(120) NULL,
	closed_at  DATETIME(6) NULL,
	closed_by  VARCHAR(300) NULL
) ENGINE=InnoDB;
INSERT IGNORE INTO service (one) VALUES (1);

-- One more than any RADIUS server takes: that is how service_shut() has its row refused by those that have a
-- connection already.
ALTER TABLE policy_now MODIFY hash_formats VARBINARY(1001) NOT NULL;

-- The rows of an exported audit trail that a recovery is about to append, and the newest row of each of its chains.
-- run: the connection that brought them.
CREATE TABLE IF NOT EXISTS recover_row (
	run              BIGINT UNSIGNED NOT NULL,
	contract_id      INT UNSIGNED NOT NULL,
	number           INT UNSIGNED NOT NULL,
	contract_number  VARCHAR(20) NOT NULL,
	at               DATETIME(6) NOT NULL,
	act              VARCHAR(30) NOT NULL,
	actor            VARCHAR(300) NOT NULL,
	by_user          BIGINT UNSIGNED NULL,
	on_user          BIGINT UNSIGNED NULL,
	on_login_id      VARCHAR(300) NULL,
	origin           VARCHAR(64) NOT NULL,
	paper            VARCHAR(50) NULL,
	detail           VARCHAR(500) NOT NULL,
	hash             BINARY(32) NOT NULL,
	PRIMARY KEY (run, contract_id, number),
	KEY (run, on_user)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS recover_head (
	run              BIGINT UNSIGNED NOT NULL,
	contract_id      INT UNSIGNED NOT NULL,
	contract_number  VARCHAR(20) NOT NULL,
	number           INT UNSIGNED NOT NULL,
	hash             BINARY(32) NOT NULL,
	PRIMARY KEY (run, contract_id)
) ENGINE=InnoDB;

-- What a recovery has done and what it leaves to people, in the order in which it is told.
CREATE TABLE IF NOT EXISTS recover_report (
	id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	part             ENUM('done', 'left') NOT NULL,
	what             VARCHAR(30) NOT NULL,
	amount           BIGINT NULL,
	contract_number  VARCHAR(20) NULL,
	login_id         VARBINARY(128) NULL,
	detail           VARCHAR(500) NOT NULL
) ENGINE=InnoDB;
