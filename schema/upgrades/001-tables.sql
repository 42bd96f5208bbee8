-- SPDX-License-Identifier: GPL-2.0-only
-- Every table. Times are DATETIME(6) in UTC; identifiers that people type are binary, so that `user ` is
-- not `user`; all other text is utf8mb4.

ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- A company's contract. otp_starts_on is a date in Japan; NULL: one-time passwords not applied for (R3).
CREATE TABLE IF NOT EXISTS contract (
	id             INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	number         VARCHAR(20) NOT NULL UNIQUE,
	name           VARCHAR(100) NOT NULL,
	mail_address   VARCHAR(254) NOT NULL,
	otp_starts_on  DATE NULL,
	created_at     DATETIME(6) NOT NULL,
	closed_at      DATETIME(6) NULL
) ENGINE=InnoDB;

-- A user, with everything that changes with a login: one row read, one row written.
-- attempts: the four newest settled attempts, 26 bytes each, newest first (see attempt_entry).
-- login_1_at .. login_4_at: the last logins, newest first; the fourth is shown where the first is this one.
-- renewed_from: SHA-256 of the weaker hash of the same password that a login has replaced, since other logins in
-- flight were verified against that one.
-- states_from: a State issued before is stale. otp_last_step never falls.
CREATE TABLE IF NOT EXISTS user (
	id                         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	login_id                   VARBINARY(128) NOT NULL UNIQUE,
	contract_id                INT UNSIGNED NOT NULL,
	role                       ENUM('master', 'general') NOT NULL,
	display_name               VARCHAR(100) NOT NULL,
	mail_address               VARCHAR(254) NOT NULL,
	password_hash              VARBINARY(255) NOT NULL,
	renewed_from               BINARY(32) NULL,
	confirmation_hash          VARBINARY(255) NULL,
	created_at                 DATETIME(6) NOT NULL,
	closed_at                  DATETIME(6) NULL,
	password_failures          TINYINT UNSIGNED NOT NULL DEFAULT 0,
	password_locked_until      DATETIME(6) NULL,
	otp_failures               TINYINT UNSIGNED NOT NULL DEFAULT 0,
	otp_locked_at              DATETIME(6) NULL,
	confirmation_failures      TINYINT UNSIGNED NOT NULL DEFAULT 0,
	confirmation_locked_until  DATETIME(6) NULL,
	live_token                 BIGINT UNSIGNED NULL,
	otp_last_step              BIGINT NOT NULL DEFAULT 0,
	otp_drift                  TINYINT NOT NULL DEFAULT 0,
	states_from                DATETIME(6) NOT NULL,
	attempts                   VARBINARY(104) NOT NULL DEFAULT '',
	login_1_at                 DATETIME(6) NULL,
	login_2_at                 DATETIME(6) NULL,
	login_3_at                 DATETIME(6) NULL,
	login_4_at                 DATETIME(6) NULL,
	KEY (contract_id),
	FOREIGN KEY (contract_id) REFERENCES contract (id)
) ENGINE=InnoDB;

-- Rows that an unknown, closed or locked login id writes in place of a user's, so that all cost the same.
CREATE TABLE IF NOT EXISTS decoy (
	id        TINYINT UNSIGNED NOT NULL PRIMARY KEY,
	failures  TINYINT UNSIGNED NOT NULL DEFAULT 0,
	attempts  VARBINARY(104) NOT NULL DEFAULT ''
) ENGINE=InnoDB;
INSERT IGNORE INTO decoy (id) SELECT seq FROM seq_0_to_255;

-- The formats (prefix and cost) of the password hashes in use: an unknown name is hashed in one of them.
CREATE TABLE IF NOT EXISTS hash_format (
	format  VARBINARY(31) NOT NULL PRIMARY KEY
) ENGINE=InnoDB;

-- A client certificate of a user: SHA-256 of its DER (R2).
CREATE TABLE IF NOT EXISTS certificate (
	user_id      BIGINT UNSIGNED NOT NULL,
	sha256       BINARY(32) NOT NULL,
	valid_until  DATETIME(6) NOT NULL,
	added_at     DATETIME(6) NOT NULL,
	PRIMARY KEY (user_id, sha256),
	FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB;

-- A token (R4, R5, R8). issued -> installed -> active -> revoked; at most one live token a user.
-- envelope: the secret as the console sealed it, until the first code; safe: as the RADIUS servers keep it.
CREATE TABLE IF NOT EXISTS token (
	id                       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	user_id                  BIGINT UNSIGNED NOT NULL,
	state                    ENUM('issued', 'installed', 'active', 'revoked') NOT NULL,
	live_user                BIGINT UNSIGNED AS (IF(state = 'revoked', NULL, user_id)) PERSISTENT,
	service_id               VARCHAR(20) NOT NULL,
	app_user_id              CHAR(10) NOT NULL,
	mail_address             VARCHAR(254) NOT NULL,
	start_password_digest    BINARY(32) NULL,
	start_password_failures  TINYINT UNSIGNED NOT NULL DEFAULT 0,
	start_password_until     DATETIME(6) NOT NULL,
	envelope                 VARBINARY(8000) NULL,
	safe                     VARBINARY(122) NULL,
	algorithm                ENUM('sha1', 'sha256', 'sha512') NOT NULL,
	digits                   TINYINT UNSIGNED NOT NULL,
	issued_at                DATETIME(6) NOT NULL,
	installed_at             DATETIME(6) NULL,
	activated_at             DATETIME(6) NULL,
	revoked_at               DATETIME(6) NULL,
	reissue_at               DATETIME(6) NULL,
	revoked_by               VARCHAR(300) NULL,
	reason                   VARCHAR(200) NULL,
	UNIQUE KEY (live_user),
	UNIQUE KEY (app_user_id),
	KEY (user_id, id),
	FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB;

-- Safe keys that no secret may be sealed under any more.
CREATE TABLE IF NOT EXISTS retired_key (
	id          VARCHAR(16) NOT NULL PRIMARY KEY,
	retired_at  DATETIME(6) NOT NULL
) ENGINE=InnoDB;

-- What a person has proved to a RADIUS server, shown by the console (DESIGN section 4). A burned row stays
-- until expires_at and cannot be opened again.
CREATE TABLE IF NOT EXISTS ticket (
	digest          BINARY(32) NOT NULL PRIMARY KEY,
	user_id         BIGINT UNSIGNED NOT NULL,
	purpose         ENUM('session', 'setup', 'confirm') NOT NULL,
	session_digest  BINARY(32) NULL,
	certificate     BINARY(32) NULL,
	opened_at       DATETIME(6) NOT NULL,
	expires_at      DATETIME(6) NOT NULL,
	burned_at       DATETIME(6) NULL,
	KEY (user_id),
	KEY (expires_at)
) ENGINE=InnoDB;

-- A session of the console: SHA-256 of its cookie.
CREATE TABLE IF NOT EXISTS console_session (
	digest        BINARY(32) NOT NULL PRIMARY KEY,
	user_id       BIGINT UNSIGNED NOT NULL,
	certificate   BINARY(32) NULL,
	opened_at     DATETIME(6) NOT NULL,
	last_used_at  DATETIME(6) NOT NULL,
	ends_at       DATETIME(6) NOT NULL,
	closed_at     DATETIME(6) NULL,
	KEY (user_id),
	KEY (ends_at)
) ENGINE=InnoDB;

-- Every settled attempt. name_mac: HMAC of a login id that is not ours, since people type passwords there.
-- first_request: the request that began the login, where this one answered a challenge.
CREATE TABLE IF NOT EXISTS login_event (
	id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	at             DATETIME(6) NOT NULL,
	request_id     BINARY(8) NOT NULL,
	first_request  BINARY(8) NULL,
	user_id        BIGINT UNSIGNED NULL,
	name_mac       BINARY(16) NULL,
	client         VARBINARY(64) NOT NULL,
	leg            ENUM('password', 'code', 'login', 'confirmation') NOT NULL,
	verdict        ENUM('accepted', 'refused') NOT NULL,
	reason         ENUM('code', 'first-code', 'not-started', 'confirmed', 'wrong', 'wrong-now-locked', 'used',
	                    'locked', 'stale', 'closed', 'unknown', 'changed', 'certificate', 'retired-key',
	                    'wait', 'setup') NOT NULL
) ENGINE=InnoDB;

-- The newest link of each contract's audit chain; contract 0 is the service itself.
CREATE TABLE IF NOT EXISTS audit_head (
	contract_id  INT UNSIGNED NOT NULL PRIMARY KEY,
	number       INT UNSIGNED NOT NULL,
	hash         BINARY(32) NOT NULL
) ENGINE=InnoDB;
INSERT IGNORE INTO audit_head (contract_id, number, hash) VALUES (0, 0, UNHEX(REPEAT('00', 32)));

-- Who did what to whom. hash: see audit_append.
CREATE TABLE IF NOT EXISTS audit_event (
	contract_id  INT UNSIGNED NOT NULL,
	number       INT UNSIGNED NOT NULL,
	at           DATETIME(6) NOT NULL,
	act          VARCHAR(30) NOT NULL,
	actor        VARCHAR(300) NOT NULL,
	by_user      BIGINT UNSIGNED NULL,
	on_user      BIGINT UNSIGNED NULL,
	origin       VARCHAR(64) NOT NULL,
	paper        VARCHAR(50) NULL,
	detail       VARCHAR(500) NOT NULL,
	hash         BINARY(32) NOT NULL,
	PRIMARY KEY (contract_id, number)
) ENGINE=InnoDB;

-- Mails to be sent, written in the transaction of the act that they tell of.
CREATE TABLE IF NOT EXISTS mail_outbox (
	id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind         ENUM('app', 'issued', 'activated', 'locked', 'unlocked', 'revoked', 'ready') NOT NULL,
	contract_id  INT UNSIGNED NOT NULL,
	user_id      BIGINT UNSIGNED NULL,
	recipient    VARCHAR(254) NOT NULL,
	about        DATETIME(6) NULL,
	created_at   DATETIME(6) NOT NULL,
	next_try_at  DATETIME(6) NULL,
	tries        SMALLINT UNSIGNED NOT NULL DEFAULT 0,
	sent_at      DATETIME(6) NULL,
	failed_at    DATETIME(6) NULL,
	answer       VARCHAR(500) NULL,
	KEY (next_try_at)
) ENGINE=InnoDB;

-- Domains of mobile mail addresses (R5a); an address belongs if its domain is one of these or below one.
CREATE TABLE IF NOT EXISTS mail_domain (
	domain  VARCHAR(253) NOT NULL PRIMARY KEY
) ENGINE=InnoDB;
-- Mail domains that Japan's mobile carriers give to phones.
INSERT IGNORE INTO mail_domain (domain) VALUES
	('docomo.ne.jp'), ('ezweb.ne.jp'), ('au.com'), ('softbank.ne.jp'), ('i.softbank.jp'), ('vodafone.ne.jp'),
	('disney.ne.jp'), ('ymobile.ne.jp'), ('ymobile1.ne.jp'), ('y-mobile.ne.jp'), ('willcom.com'), ('emnet.ne.jp'),
	('emobile.ne.jp'), ('pdx.ne.jp'), ('wcm.ne.jp'), ('uqmobile.jp'), ('rakumail.jp');

-- Numbers marked (policy) in the requirements. value is text; policy_now holds them typed.
CREATE TABLE IF NOT EXISTS policy (
	name           VARCHAR(40) NOT NULL PRIMARY KEY,
	value          VARCHAR(40) NOT NULL,
	default_value  VARCHAR(40) NOT NULL,
	kind           ENUM('integer', 'time', 'choice', 'key') NOT NULL,
	minimum        BIGINT NULL,
	maximum        BIGINT NULL,
	choices        VARCHAR(60) NULL,
	unit           VARCHAR(20) NOT NULL,
	meaning        VARCHAR(200) NOT NULL
) ENGINE=InnoDB;
INSERT IGNORE INTO policy (name, value, default_value, kind, minimum, maximum, choices, unit, meaning) VALUES
	('otp_failure_limit', '5', '5', 'integer', 3, 10, NULL, 'codes', 'Wrong codes in a row that lock a login id (R7).'),
	('password_failure_limit', '10', '10', 'integer', 3, 100, NULL, 'passwords', 'Wrong passwords in a row that lock the password for a while.'),
	('password_lock_minutes', '15', '15', 'integer', 1, 1440, NULL, 'minutes', 'How long a locked password stays locked.'),
	('confirmation_failure_limit', '5', '5', 'integer', 3, 10, NULL, 'passwords', 'Wrong confirmation passwords in a row that lock it for a while.'),
	('confirmation_lock_minutes', '30', '30', 'integer', 1, 1440, NULL, 'minutes', 'How long a locked confirmation password stays locked.'),
	('reissue_delay_minutes', '30', '30', 'integer', 0, 1440, NULL, 'minutes', 'From a revocation by day to the earliest re-issue (R9).'),
	('night_from', '20:50', '20:50', 'time', NULL, NULL, NULL, 'Japan time', 'A revocation from here on waits for the morning (R9).'),
	('night_until', '08:10', '08:10', 'time', NULL, NULL, NULL, 'Japan time', 'The end of the night, and when a token revoked by night may be re-issued (R9).'),
	('drift_limit', '3', '3', 'integer', 0, 5, NULL, 'steps', 'How far a phone''s clock may be off.'),
	('state_seconds', '300', '300', 'integer', 30, 900, NULL, 'seconds', 'Time from the password to the code.'),
	('setup_minutes', '30', '30', 'integer', 5, 120, NULL, 'minutes', 'Time for the initial setup.'),
	('start_password_failure_limit', '5', '5', 'integer', 3, 10, NULL, 'passwords', 'Wrong start passwords that void an issue.'),
	('start_password_hours', '24', '24', 'integer', 1, 168, NULL, 'hours', 'How long a start password is good.'),
	('token_digits', '6', '6', 'choice', NULL, NULL, '6 8', 'digits', 'Length of the codes of new tokens.'),
	('token_algorithm', 'sha256', 'sha256', 'choice', NULL, NULL, 'sha1 sha256 sha512', '', 'Hash of the codes of new tokens.'),
	('hash_prefix', '$y$', '$y$', 'choice', NULL, NULL, '$y$ $6$', '', 'Format of new password hashes (crypt(5)).'),
	('hash_cost', '5', '5', 'integer', 0, 1000000, NULL, '', 'Cost of new password hashes; its meaning depends on hash_prefix (crypt_gensalt(3)); 0: the library''s default.'),
	('require_certificate', 'all', 'all', 'choice', NULL, NULL, 'all registered none', '', 'Who needs a client certificate: all, those with a registered one, none (R2).'),
	('before_start', 'refuse', 'refuse', 'choice', NULL, NULL, 'refuse password', '', 'Before the contract''s start date: refuse, or let the password do (R3).'),
	('mobile_mail_only', 'yes', 'yes', 'choice', NULL, NULL, 'yes no', '', 'Take only mail addresses of the listed mobile domains (R5a).'),
	('standard_apps', 'no', 'no', 'choice', NULL, NULL, 'yes no', '', 'Offer the token to standard authenticator apps.'),
	('session_idle_minutes', '15', '15', 'integer', 1, 120, NULL, 'minutes', 'A console session ends after this time without a page.'),
	('session_hours', '8', '8', 'integer', 1, 24, NULL, 'hours', 'A console session ends after this time.'),
	('login_event_months', '13', '13', 'integer', 1, 120, NULL, 'months', 'How long login events are kept.'),
	('step_floor', '0', '0', 'integer', 0, 4294967295, NULL, 'step', 'No code up to this step is good (set after a restore).'),
	('active_safe_key', '', '', 'key', NULL, NULL, NULL, 'key id', 'Safe key that new secrets are sealed under; empty: the only one there is.');

-- The policies in force, typed, in one row: what the procedures read. policy_apply() makes it of policy.
CREATE TABLE IF NOT EXISTS policy_now (
	one                           TINYINT UNSIGNED NOT NULL PRIMARY KEY CHECK (one = 1),
	hash_formats                  VARBINARY(1000) NOT NULL,
	otp_failure_limit             SMALLINT UNSIGNED NOT NULL,
	password_failure_limit        SMALLINT UNSIGNED NOT NULL,
	password_lock_minutes         SMALLINT UNSIGNED NOT NULL,
	confirmation_failure_limit    SMALLINT UNSIGNED NOT NULL,
	confirmation_lock_minutes     SMALLINT UNSIGNED NOT NULL,
	reissue_delay_minutes         SMALLINT UNSIGNED NOT NULL,
	night_from                    TIME NOT NULL,
	night_until                   TIME NOT NULL,
	drift_limit                   SMALLINT UNSIGNED NOT NULL,
	state_seconds                 SMALLINT UNSIGNED NOT NULL,
	setup_minutes                 SMALLINT UNSIGNED NOT NULL,
	start_password_failure_limit  SMALLINT UNSIGNED NOT NULL,
	start_password_hours          SMALLINT UNSIGNED NOT NULL,
	token_digits                  TINYINT UNSIGNED NOT NULL,
	token_algorithm               ENUM('sha1', 'sha256', 'sha512') NOT NULL,
	hash_prefix                   ENUM('$y$', '$6$') NOT NULL,
	hash_cost                     BIGINT NOT NULL,
	require_certificate           ENUM('all', 'registered', 'none') NOT NULL,
	before_start                  ENUM('refuse', 'password') NOT NULL,
	mobile_mail_only              ENUM('yes', 'no') NOT NULL,
	standard_apps                 ENUM('yes', 'no') NOT NULL,
	session_idle_minutes          SMALLINT UNSIGNED NOT NULL,
	session_hours                 SMALLINT UNSIGNED NOT NULL,
	login_event_months            SMALLINT UNSIGNED NOT NULL,
	step_floor                    BIGINT NOT NULL,
	active_safe_key               VARCHAR(16) NOT NULL
) ENGINE=InnoDB;
