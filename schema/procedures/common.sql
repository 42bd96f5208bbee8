-- SPDX-License-Identifier: GPL-2.0-only
-- What the procedures of all accounts share. No account may call any of these itself.

DELIMITER //

-- The only source of time: UTC, read from the server's clock at the moment of the call. A client can move
-- NOW() by SET TIMESTAMP, but not SYSDATE(). A session that is in UTC already, as ours are, is answered sooner.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION clock_now() RETURNS DATETIME(6)
	NOT DETERMINISTIC NO SQL
BEGIN
	DECLARE v_now DATETIME(6);
	IF @@SESSION.time_zone = '+00:00' THEN
		RETURN SYSDATE(6);
	END IF;
	SET STATEMENT time_zone = '+00:00' FOR SELECT SYSDATE(6) INTO v_now;
	RETURN v_now;
END //

-- Microseconds since 1970, the form in which times go to C and into packed columns.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION time_us(p_time DATETIME(6)) RETURNS BIGINT
	DETERMINISTIC NO SQL
	RETURN TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p_time) //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION us_time(p_us BIGINT) RETURNS DATETIME(6)
	DETERMINISTIC NO SQL
	RETURN TIMESTAMPADD(MICROSECOND, p_us, '1970-01-01 00:00:00.000000') //

-- From when on a new token may be issued after a revocation at this time (R9): some minutes later, or, where
-- the revocation fell in the night of Japan (its start included, its end not), at the end of the night.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION reissue_at(p_revoked_at DATETIME(6))
	RETURNS DATETIME(6) READS SQL DATA
BEGIN
	DECLARE v_minutes INT;
	DECLARE v_from, v_until, v_time TIME(6);
	DECLARE v_japan DATETIME(6) DEFAULT p_revoked_at + INTERVAL 9 HOUR;
	DECLARE v_night BOOLEAN;
	DECLARE v_morning DATETIME(6);
	SELECT reissue_delay_minutes, night_from, night_until INTO v_minutes, v_from, v_until FROM policy_now;
	SET v_time = TIME(v_japan);
	SET v_night = IF(v_from <= v_until, v_from <= v_time AND v_time < v_until,
	                 v_from <= v_time OR v_time < v_until);
	IF NOT v_night THEN
		RETURN p_revoked_at + INTERVAL v_minutes MINUTE;
	END IF;
	SET v_morning = TIMESTAMP(DATE(v_japan), v_until);
	IF v_until <= v_time THEN
		SET v_morning = v_morning + INTERVAL 1 DAY;
	END IF;
	RETURN v_morning - INTERVAL 9 HOUR;
END //

-- A settled attempt as user.attempts keeps it, 26 bytes: id (16), the refusal's number - 31000 or 0 for
-- accepted (1), tries left (1), time (8).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION attempt_entry(
	p_attempt BINARY(16), p_refusal TINYINT UNSIGNED, p_tries TINYINT UNSIGNED, p_now DATETIME(6))
	RETURNS VARBINARY(26) DETERMINISTIC NO SQL
	RETURN CONCAT(p_attempt, CHAR(p_refusal), CHAR(p_tries), UNHEX(LPAD(HEX(time_us(p_now)), 16, '0'))) //

-- The list with a new entry in front; the oldest beyond four is dropped.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION attempts_with(
	p_attempts VARBINARY(104), p_attempt BINARY(16), p_refusal TINYINT UNSIGNED, p_tries TINYINT UNSIGNED,
	p_now DATETIME(6)) RETURNS VARBINARY(104) DETERMINISTIC NO SQL
	RETURN CONCAT(attempt_entry(p_attempt, p_refusal, p_tries, p_now), LEFT(p_attempts, 78)) //

-- What became of an attempt settled in the last 60 s: refusal * 256 + tries left; NULL: not settled.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION attempt_settled(
	p_attempts VARBINARY(104), p_attempt BINARY(16), p_now DATETIME(6)) RETURNS INT DETERMINISTIC NO SQL
BEGIN
	DECLARE v_at INT DEFAULT 1;
	WHILE v_at < LENGTH(p_attempts) DO
		IF SUBSTR(p_attempts, v_at, 16) = p_attempt AND
		   time_us(p_now) - CONV(HEX(SUBSTR(p_attempts, v_at + 18, 8)), 16, 10) <= 60000000 THEN
			RETURN ASCII(SUBSTR(p_attempts, v_at + 16, 1)) * 256 + ASCII(SUBSTR(p_attempts, v_at + 17, 1));
		END IF;
		SET v_at = v_at + 26;
	END WHILE;
	RETURN NULL;
END //

-- The format of a password hash: prefix and cost, without salt and digest. NULL: of no known one.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION hash_format(p_hash VARBINARY(255))
	RETURNS VARBINARY(31) DETERMINISTIC NO SQL
BEGIN
	DECLARE v_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin DEFAULT p_hash;
	DECLARE v_format VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin;
	IF v_hash NOT REGEXP '^[$][./0-9A-Za-z$=]{20,254}\\z' THEN
		RETURN NULL;
	END IF;
	SET v_format = REGEXP_SUBSTR(v_hash, CONCAT('^([$](y|gy)[$][./0-9A-Za-z]{1,20}[$]|[$]7[$][./0-9A-Za-z]{11}|',
		'[$][56][$](rounds=[1-9][0-9]{3,8}[$]|(?!rounds=))|[$]2[aby][$](0[4-9]|[12][0-9]|3[01])[$])'));
	RETURN IF(v_format = '', NULL, v_format);
END //

-- True if a hash of this format costs a server no more than the highest that a policy can ask for: yescrypt and scrypt
-- what they do at cost 11 (N to 2^18, r to 32, and no more of it by further parameters), SHA-crypt 1,000,000 rounds.
-- bcrypt, never made here, takes as long at 15.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION hash_affordable(p_format VARBINARY(31))
	RETURNS BOOLEAN DETERMINISTIC NO SQL
BEGIN
	DECLARE v_format VARCHAR(31) CHARACTER SET ascii COLLATE ascii_nopad_bin DEFAULT p_format;
	RETURN v_format REGEXP CONCAT('^([$](y|gy)[$][./0-9A-Za-j][./0-9A-F][./0-9A-T][$]|',
		'[$]7[$][./0-9A-G][./0-9A-U][.]{4}/[.]{4}|[$][56][$](rounds=([0-9]{4,6}|1000000)[$])?|',
		'[$]2[aby][$](0[4-9]|1[0-5])[$])\\z');
END //

-- What is wrong with a password hash that is to be stored, as a refusal's name. NULL: nothing.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION hash_problem(p_hash VARBINARY(1200))
	RETURNS VARCHAR(30) DETERMINISTIC NO SQL
BEGIN
	DECLARE v_format VARBINARY(31);
	IF LENGTH(p_hash) <= 255 THEN
		SET v_format = hash_format(p_hash);
	END IF;
	RETURN CASE WHEN v_format IS NULL THEN 'hash' WHEN NOT hash_affordable(v_format) THEN 'hash-cost' END;
END //

-- Makes a hash's format one of those in which unknown names are hashed.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE note_hash_format(IN p_hash VARBINARY(255))
	MODIFIES SQL DATA
BEGIN
	INSERT INTO hash_format (format) VALUES (hash_format(p_hash)) ON DUPLICATE KEY UPDATE format = format;
	IF ROW_COUNT() = 1 THEN
		UPDATE policy_now SET hash_formats =
			(SELECT LEFT(GROUP_CONCAT(format ORDER BY format SEPARATOR ' '), 1000) FROM hash_format);
		CALL service_shut();
	END IF;
END //

-- True if a policy of this kind, with these bounds or choices, takes the value.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION policy_value_good(
	p_kind VARCHAR(10), p_minimum BIGINT, p_maximum BIGINT, p_choices VARCHAR(60), p_value VARCHAR(500))
	RETURNS BOOLEAN DETERMINISTIC NO SQL
	RETURN IFNULL(CASE p_kind
		WHEN 'integer' THEN IF(p_value REGEXP '^(0|[1-9][0-9]{0,10})\\z',
			CAST(p_value AS SIGNED) BETWEEN p_minimum AND p_maximum, FALSE)
		WHEN 'time' THEN p_value REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9]\\z'
		WHEN 'choice' THEN p_value <> '' AND p_value NOT LIKE '% %'
			AND LOCATE(CONCAT(' ', p_value, ' '), CONCAT(' ', p_choices, ' ')) > 0
		ELSE p_value REGEXP '^[A-Za-z0-9_-]{0,16}\\z' END, FALSE) //

-- Puts the policies in force, typed. Called whenever a policy has changed.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE policy_apply() MODIFIES SQL DATA
BEGIN
	REPLACE INTO policy_now
	SELECT 1, IFNULL((SELECT LEFT(GROUP_CONCAT(format ORDER BY format SEPARATOR ' '), 1000) FROM hash_format), ''),
		MAX(IF(name = 'otp_failure_limit', value, NULL)),
		MAX(IF(name = 'password_failure_limit', value, NULL)),
		MAX(IF(name = 'password_lock_minutes', value, NULL)),
		MAX(IF(name = 'confirmation_failure_limit', value, NULL)),
		MAX(IF(name = 'confirmation_lock_minutes', value, NULL)),
		MAX(IF(name = 'reissue_delay_minutes', value, NULL)),
		MAX(IF(name = 'night_from', value, NULL)),
		MAX(IF(name = 'night_until', value, NULL)),
		MAX(IF(name = 'drift_limit', value, NULL)),
		MAX(IF(name = 'state_seconds', value, NULL)),
		MAX(IF(name = 'setup_minutes', value, NULL)),
		MAX(IF(name = 'start_password_failure_limit', value, NULL)),
		MAX(IF(name = 'start_password_hours', value, NULL)),
		MAX(IF(name = 'token_digits', value, NULL)),
		MAX(IF(name = 'token_algorithm', value, NULL)),
		MAX(IF(name = 'hash_prefix', value, NULL)),
		MAX(IF(name = 'hash_cost', value, NULL)),
		MAX(IF(name = 'require_certificate', value, NULL)),
		MAX(IF(name = 'before_start', value, NULL)),
		MAX(IF(name = 'mobile_mail_only', value, NULL)),
		MAX(IF(name = 'standard_apps', value, NULL)),
		MAX(IF(name = 'session_idle_minutes', value, NULL)),
		MAX(IF(name = 'session_hours', value, NULL)),
		MAX(IF(name = 'login_event_months', value, NULL)),
		MAX(IF(name = 'step_floor', value, NULL)),
		MAX(IF(name = 'active_safe_key', value, NULL))
	FROM policy;
	CALL service_shut();
END //

-- Adds a link to a contract's audit chain (contract 0: the service's own). Its hash is SHA-256 over the
-- previous link's hash and this row's fields, each as hexadecimal or '-' for NULL, joined by '|'. Called in
-- the act's transaction, after the rows of users are locked: users by id, then the audit head.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE audit_append(
	IN p_contract INT UNSIGNED, IN p_now DATETIME(6), IN p_act VARCHAR(30), IN p_by_user BIGINT UNSIGNED,
	IN p_on_user BIGINT UNSIGNED, IN p_origin VARCHAR(64), IN p_paper VARCHAR(50), IN p_detail VARCHAR(500))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_number INT UNSIGNED;
	DECLARE v_hash BINARY(32);
	CALL service_demand();
	SELECT number + 1, hash INTO v_number, v_hash FROM audit_head WHERE contract_id = p_contract FOR UPDATE;
	SET v_hash = UNHEX(audit_hash(v_hash, p_contract, v_number, p_now, p_act, USER(), p_by_user, p_on_user,
	                              p_origin, p_paper, p_detail));
	INSERT INTO audit_event (contract_id, number, at, act, actor, by_user, on_user, origin, paper, detail, hash)
	VALUES (p_contract, v_number, p_now, p_act, USER(), p_by_user, p_on_user, p_origin, p_paper, p_detail, v_hash);
	UPDATE audit_head SET number = v_number, hash = v_hash WHERE contract_id = p_contract;
END //

-- The hash of a link, in hexadecimal.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION audit_hash(
	p_previous BINARY(32), p_contract INT UNSIGNED, p_number INT UNSIGNED, p_at DATETIME(6), p_act VARCHAR(30),
	p_actor VARCHAR(300), p_by_user BIGINT UNSIGNED, p_on_user BIGINT UNSIGNED, p_origin VARCHAR(64),
	p_paper VARCHAR(50), p_detail VARCHAR(500)) RETURNS CHAR(64) CHARACTER SET ascii DETERMINISTIC NO SQL
	RETURN SHA2(CONCAT_WS('|', HEX(p_previous), p_contract, p_number, time_us(p_at), HEX(p_act), HEX(p_actor),
	                      IFNULL(p_by_user, '-'), IFNULL(p_on_user, '-'), HEX(p_origin),
	                      IFNULL(HEX(p_paper), '-'), HEX(p_detail)), 256) //

-- Puts a mail into the outbox. about: the time that the mail tells of, if any.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE mail_queue(
	IN p_kind VARCHAR(10), IN p_contract INT UNSIGNED, IN p_user BIGINT UNSIGNED, IN p_recipient VARCHAR(254),
	IN p_about DATETIME(6), IN p_now DATETIME(6)) MODIFIES SQL DATA
	INSERT INTO mail_outbox (kind, contract_id, user_id, recipient, about, created_at, next_try_at)
	VALUES (p_kind, p_contract, p_user, p_recipient, p_about, p_now, p_now) //

-- Adds a login event. name_mac is kept for unknown names only.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE event_append(
	IN p_now DATETIME(6), IN p_request BINARY(8), IN p_first_request BINARY(8), IN p_user BIGINT UNSIGNED,
	IN p_name_mac BINARY(16), IN p_client VARBINARY(64), IN p_leg VARCHAR(12), IN p_verdict VARCHAR(8),
	IN p_reason VARCHAR(16)) MODIFIES SQL DATA
	INSERT INTO login_event (at, request_id, first_request, user_id, name_mac, client, leg, verdict, reason)
	VALUES (p_now, p_request, p_first_request, p_user, IF(p_user IS NULL, p_name_mac, NULL), p_client, p_leg,
	        p_verdict, p_reason) //

-- True if the user must show one of his certificates, valid now, and the given one is none (R2).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION certificate_refused(
	p_require VARCHAR(10), p_user BIGINT UNSIGNED, p_certificate BINARY(32), p_now DATETIME(6))
	RETURNS BOOLEAN READS SQL DATA
	RETURN p_require <> 'none'
		AND NOT EXISTS (SELECT 1 FROM certificate
		                WHERE user_id = p_user AND sha256 = p_certificate AND valid_until > p_now)
		AND (p_require = 'all' OR EXISTS (SELECT 1 FROM certificate WHERE user_id = p_user)) //

-- Takes a user's live token from him. The caller holds the user's row.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE token_end(
	IN p_token BIGINT UNSIGNED, IN p_now DATETIME(6), IN p_reissue_at DATETIME(6), IN p_reason VARCHAR(200))
	MODIFIES SQL DATA
BEGIN
	UPDATE token SET state = 'revoked', revoked_at = p_now, reissue_at = p_reissue_at, revoked_by = USER(),
		reason = p_reason, envelope = NULL, safe = NULL, start_password_digest = NULL
	WHERE id = p_token;
	CALL user_wait((SELECT user_id FROM token WHERE id = p_token), p_reissue_at);
END //

-- No new token for a user before then. The caller holds his row.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE user_wait(
	IN p_user BIGINT UNSIGNED, IN p_until DATETIME(6)) MODIFIES SQL DATA
	UPDATE user SET wait_until = GREATEST(IFNULL(wait_until, p_until), p_until) WHERE id = p_user //

-- Notes in a user's row that his certificates have changed, and whether he has one. The caller holds it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE user_certify(IN p_user BIGINT UNSIGNED) MODIFIES SQL DATA
	UPDATE user SET decisions = decisions + 1,
		certified = EXISTS (SELECT 1 FROM certificate WHERE user_id = p_user) WHERE id = p_user //

-- True for an address that a mail can be sent to: local part and domain of the usual characters, no quotes and
-- no comments, 254 characters at most (RFC 5321 sections 4.1.2 and 4.5.3.1). Old Japanese mobile addresses
-- with dots in a row, or at the end of the local part, are taken.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION mail_address_valid(p_address VARCHAR(300))
	RETURNS BOOLEAN DETERMINISTIC NO SQL
	RETURN IFNULL(CHAR_LENGTH(p_address) <= 254 AND p_address REGEXP CONCAT(
		'^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-][A-Za-z0-9!#$%&''*+/=?^_`{|}~.-]{0,63}',
		'@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])\\z'), FALSE) //

-- True if the address's domain is one of mail_domain, or below one, or the policy takes all (R5a).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION mail_address_mobile(p_address VARCHAR(300))
	RETURNS BOOLEAN READS SQL DATA
	RETURN (SELECT mobile_mail_only FROM policy_now) = 'no'
		OR EXISTS (SELECT 1 FROM mail_domain
		           WHERE CONCAT('.', LOWER(SUBSTRING_INDEX(p_address, '@', -1)))
		                 LIKE CONCAT('%.', REPLACE(domain, '_', '\\_'))) //

-- Opens a ticket, unless its digest is NULL; one that is there already, burned or not, stays as it is.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE ticket_open(
	IN p_digest BINARY(32), IN p_user BIGINT UNSIGNED, IN p_purpose VARCHAR(8), IN p_session_digest BINARY(32),
	IN p_certificate BINARY(32), IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	IF p_digest IS NOT NULL THEN
		INSERT INTO ticket (digest, user_id, purpose, session_digest, certificate, opened_at, expires_at)
		SELECT p_digest, p_user, p_purpose, p_session_digest, p_certificate, p_now,
		       p_now + INTERVAL IF(p_purpose = 'setup', setup_minutes * 60, state_seconds) SECOND
		FROM policy_now
		ON DUPLICATE KEY UPDATE digest = digest;
	END IF;
END //

-- Checks of what people enter; each refuses by name.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE check_name(IN p_name VARCHAR(300)) NO SQL
BEGIN
	IF IFNULL(CHAR_LENGTH(p_name), 0) NOT BETWEEN 1 AND 100 OR p_name REGEXP '[[:cntrl:]]' THEN
		CALL refuse('name', NULL);
	END IF;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE check_mail_address(IN p_address VARCHAR(300)) NO SQL
BEGIN
	IF NOT mail_address_valid(p_address) THEN
		CALL refuse('mail-address', NULL);
	END IF;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE check_login_id(IN p_login_id VARBINARY(300)) NO SQL
BEGIN
	IF IFNULL(LENGTH(p_login_id), 0) NOT BETWEEN 1 AND 128 OR p_login_id REGEXP '[\\x00-\\x1f\\x7f]' THEN
		CALL refuse('login-id', NULL);
	END IF;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE check_hash(IN p_hash VARBINARY(300)) NO SQL
BEGIN
	DECLARE v_problem VARCHAR(30) DEFAULT hash_problem(p_hash);
	IF v_problem IS NOT NULL THEN
		CALL refuse(v_problem, NULL);
	END IF;
END //

-- Locks the row of a user by his login id, who exists and is not closed, or refuses.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE lock_open_user(
	IN p_login_id VARBINARY(300), OUT p_user BIGINT UNSIGNED, OUT p_contract INT UNSIGNED) READS SQL DATA
BEGIN
	DECLARE v_closed BOOLEAN;
	SELECT id, contract_id, closed_at IS NOT NULL INTO p_user, p_contract, v_closed
	FROM user WHERE login_id = p_login_id FOR UPDATE;
	IF p_user IS NULL THEN
		CALL refuse('not-found', NULL);
	END IF;
	IF v_closed THEN
		CALL refuse('closed', NULL);
	END IF;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE check_paper_number(IN p_number VARCHAR(300)) NO SQL
BEGIN
	IF IFNULL(CHAR_LENGTH(p_number), 0) NOT BETWEEN 1 AND 50 OR p_number REGEXP '[[:cntrl:]]' THEN
		CALL refuse('paper-number', NULL);
	END IF;
END //

-- Closes a user whose row the caller holds, in the open transaction.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE user_close(
	IN p_user BIGINT UNSIGNED, IN p_paper VARCHAR(50), IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_reissue_at DATETIME(6);
	CALL user_revoke(p_user, NULL, 'branch', p_paper, 'closed', p_now, v_reissue_at);
	CALL sessions_end(p_user, p_now);
	UPDATE user SET closed_at = p_now, states_from = GREATEST(states_from, p_now) WHERE id = p_user;
	CALL audit_append((SELECT contract_id FROM user WHERE id = p_user), p_now, 'user-close', NULL, p_user, 'branch',
		p_paper, '');
END //

-- The id of the key that a safe is sealed under: its second byte is the length (core/seal.h).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION safe_key_id(p_safe VARBINARY(122))
	RETURNS VARCHAR(16) DETERMINISTIC NO SQL
BEGIN
	DECLARE v_id VARBINARY(16) DEFAULT SUBSTR(p_safe, 3, LEAST(ASCII(SUBSTR(p_safe, 2, 1)), 16));
	RETURN IF(v_id REGEXP '^[A-Za-z0-9_-]+\\z', CONVERT(v_id USING utf8mb4), IF(p_safe IS NULL, NULL, '?'));
END //

-- Refuses to make a safe key the active one that is retired, or that a RADIUS server has not loaded.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE key_check(IN p_id VARCHAR(16)) READS SQL DATA
BEGIN
	DECLARE v_without VARCHAR(300);
	IF EXISTS (SELECT 1 FROM retired_key WHERE id = p_id) THEN
		CALL refuse('retired-key', CONCAT('Safe key ', p_id, ' is retired.'));
	END IF;
	SELECT LEFT(GROUP_CONCAT(s.name ORDER BY s.name SEPARATOR ', '), 300) INTO v_without FROM radius_server s
	WHERE NOT EXISTS (SELECT 1 FROM radius_server_key k WHERE k.server = s.name AND k.kind = 'safe' AND k.id = p_id);
	IF NOT EXISTS (SELECT 1 FROM radius_server) OR v_without IS NOT NULL THEN
		CALL refuse('key-not-loaded', CONCAT('Safe key ', p_id, ' is not loaded on: ',
			IFNULL(v_without, 'any RADIUS server, for none has connected yet'), '.'));
	END IF;
END //

-- A contract's number for the audit procedures: NULL, all; '-', the service's own chain; one that exists; or what a
-- chain is called whose contract was lost.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE check_contract(IN p_number VARCHAR(300)) READS SQL DATA
BEGIN
	IF p_number IS NOT NULL AND p_number <> '-' AND NOT EXISTS (SELECT 1 FROM contract WHERE number = p_number)
	   AND NOT EXISTS (SELECT 1 FROM (SELECT contract_id FROM audit_head UNION SELECT contract_id FROM audit_event) k
	                   WHERE lost_number(k.contract_id) = p_number
	                         AND NOT EXISTS (SELECT 1 FROM contract c WHERE c.id = k.contract_id)) THEN
		CALL refuse('not-found', NULL);
	END IF;
END //

DELIMITER ;
