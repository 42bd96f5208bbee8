-- SPDX-License-Identifier: GPL-2.0-only
-- What the branch's staff do through the operator command (role seikyo_branch, an account for each person).

DELIMITER //

-- Registers a contract. It is not under one-time passwords before it has a start date (R3).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_add_contract(
	IN p_number VARCHAR(300), IN p_name VARCHAR(300), IN p_mail_address VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; CALL refuse('exists', NULL); END;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(p_number, '') NOT REGEXP '^[A-Za-z0-9-]{1,20}\\z' THEN
		CALL refuse('contract-number', NULL);
	END IF;
	CALL check_name(p_name);
	CALL check_mail_address(p_mail_address);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SET v_now = clock_now();
	INSERT INTO contract (number, name, mail_address, created_at) VALUES (p_number, p_name, p_mail_address, v_now);
	INSERT INTO audit_head (contract_id, number, hash) VALUES (LAST_INSERT_ID(), 0, UNHEX(REPEAT('00', 32)));
	CALL audit_append(LAST_INSERT_ID(), v_now, 'contract-add', NULL, NULL, 'branch', NULL, p_number);
	COMMIT;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_list_contracts() READS SQL DATA
BEGIN
	SELECT c.number, c.name, c.mail_address, c.otp_starts_on, c.closed_at,
	       (SELECT COUNT(*) FROM user u WHERE u.contract_id = c.id) AS users
	FROM contract c ORDER BY c.number;
END //

-- One row on a contract, with the number of its users by state (R3, R4, R7); closed ones are counted apart.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_show_contract(IN p_number VARCHAR(300))
	READS SQL DATA
BEGIN
	DECLARE v_now DATETIME(6) DEFAULT clock_now();
	IF NOT EXISTS (SELECT 1 FROM contract WHERE number = p_number) THEN
		CALL refuse('not-found', NULL);
	END IF;
	SELECT c.number, c.name, c.mail_address, c.created_at, c.otp_starts_on,
	       IFNULL(c.otp_starts_on <= DATE(v_now + INTERVAL 9 HOUR), 0) AS started, c.closed_at,
	       COUNT(u.id) AS users, COUNT(IF(u.role = 'master', 1, NULL)) AS masters,
	       COUNT(IF(t.state = 'active', 1, NULL)) AS tokens_active,
	       COUNT(IF(t.state IN ('issued', 'installed'), 1, NULL)) AS setups_begun,
	       COUNT(IF(u.id IS NOT NULL AND t.id IS NULL, 1, NULL)) AS without_token,
	       COUNT(IF(t.id IS NULL AND EXISTS (SELECT 1 FROM token r WHERE r.user_id = u.id AND r.reissue_at > v_now),
	                1, NULL)) AS waiting,
	       COUNT(u.otp_locked_at) AS locked,
	       (SELECT COUNT(*) FROM user d WHERE d.contract_id = c.id AND d.closed_at IS NOT NULL) AS closed_users
	FROM contract c
	LEFT JOIN user u ON u.contract_id = c.id AND u.closed_at IS NULL
	LEFT JOIN token t ON t.id = u.live_token
	WHERE c.number = p_number GROUP BY c.id;
END //

-- Sets the date in Japan from which a contract's users cannot get in without a code (R3).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_start_contract(
	IN p_number VARCHAR(300), IN p_otp_starts_on VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_mail VARCHAR(254);
	DECLARE v_closed BOOLEAN;
	DECLARE v_date DATE;
	DECLARE v_refusal VARCHAR(16);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(p_otp_starts_on, '') NOT REGEXP '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\\z'
	   OR DAY(LAST_DAY(CONCAT(LEFT(p_otp_starts_on, 8), '01'))) < RIGHT(p_otp_starts_on, 2) THEN
		CALL refuse('date', NULL);
	END IF;
	SET v_date = p_otp_starts_on;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT id, mail_address, closed_at IS NOT NULL INTO v_contract, v_mail, v_closed FROM contract
	WHERE number = p_number FOR UPDATE;
	SET v_refusal = CASE WHEN v_contract IS NULL THEN 'not-found' WHEN v_closed THEN 'closed' END;
	IF v_refusal IS NULL THEN
		SET v_now = clock_now();
		UPDATE contract SET otp_starts_on = v_date WHERE id = v_contract;
		-- By this key they are locked in the order of their ids.
		UPDATE user FORCE INDEX (contract_id) SET decisions = decisions + 1
		WHERE contract_id = v_contract ORDER BY id;
		CALL audit_append(v_contract, v_now, 'contract-start', NULL, NULL, 'branch', NULL, v_date);
		CALL mail_queue('ready', v_contract, NULL, v_mail, TIMESTAMP(v_date) - INTERVAL 9 HOUR, v_now);
	END IF;
	COMMIT;
	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, NULL);
	END IF;
END //

-- How new password hashes are made.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_hash_policy() READS SQL DATA
BEGIN
	SELECT hash_prefix, hash_cost FROM policy_now;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_add_user(
	IN p_contract_number VARCHAR(300), IN p_login_id VARBINARY(300), IN p_role VARCHAR(300),
	IN p_display_name VARCHAR(300), IN p_mail_address VARCHAR(300), IN p_password_hash VARBINARY(300))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_closed BOOLEAN;
	DECLARE v_refusal VARCHAR(16);
	DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; CALL refuse('exists', NULL); END;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_login_id(p_login_id);
	IF IFNULL(p_role, '') NOT IN ('master', 'general') THEN
		CALL refuse('role', NULL);
	END IF;
	CALL check_name(p_display_name);
	CALL check_mail_address(p_mail_address);
	CALL check_hash(p_password_hash);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT id, closed_at IS NOT NULL INTO v_contract, v_closed FROM contract WHERE number = p_contract_number
	LOCK IN SHARE MODE;
	SET v_refusal = CASE WHEN v_contract IS NULL THEN 'not-found' WHEN v_closed THEN 'closed' END;
	IF v_refusal IS NULL THEN
		SET v_now = clock_now();
		INSERT INTO user (login_id, contract_id, role, display_name, mail_address, password_hash, created_at,
		                  states_from)
		VALUES (p_login_id, v_contract, p_role, p_display_name, p_mail_address, p_password_hash, v_now, v_now);
		CALL note_hash_format(p_password_hash);
		CALL audit_append(v_contract, v_now, 'user-add', NULL,
			(SELECT id FROM user WHERE login_id = p_login_id), 'branch', NULL, p_role);
	END IF;
	COMMIT;
	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, NULL);
	END IF;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_show_user(IN p_login_id VARBINARY(300))
	READS SQL DATA
BEGIN
	IF NOT EXISTS (SELECT 1 FROM user WHERE login_id = p_login_id) THEN
		CALL refuse('not-found', NULL);
	END IF;
	SELECT u.login_id, c.number AS contract_number, c.name AS contract_name, u.role, u.display_name,
	       u.mail_address, u.created_at, u.closed_at, u.password_failures, u.password_locked_until,
	       u.otp_failures, u.otp_locked_at, u.confirmation_hash IS NOT NULL AS confirmation_set,
	       u.confirmation_failures, u.confirmation_locked_until,
	       (SELECT COUNT(*) FROM certificate ce WHERE ce.user_id = u.id) AS certificates,
	       IFNULL(t.state, IF(EXISTS (SELECT 1 FROM token r WHERE r.user_id = u.id), 'revoked', 'none'))
	               AS token_state,
	       IF(t.id IS NULL, (SELECT MAX(r.reissue_at) FROM token r WHERE r.user_id = u.id), NULL) AS reissue_at,
	       u.login_1_at AS last_login_1, u.login_2_at AS last_login_2, u.login_3_at AS last_login_3
	FROM user u JOIN contract c ON c.id = u.contract_id LEFT JOIN token t ON t.id = u.live_token
	WHERE u.login_id = p_login_id;
END //

-- Sets a login password; every State given out before is stale, and the password's lock ends.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_set_password(
	IN p_login_id VARBINARY(300), IN p_hash VARBINARY(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_hash(p_hash);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	UPDATE user SET password_hash = p_hash, renewed_from = NULL, password_failures = 0, password_locked_until = NULL,
		states_from = GREATEST(states_from, v_now) WHERE id = v_user;
	CALL sessions_end(v_user, v_now);
	CALL note_hash_format(p_hash);
	CALL audit_append(v_contract, v_now, 'password', NULL, v_user, 'branch', NULL, '');
	COMMIT;
END //

-- Sets a master user's confirmation password (R7a, R8a); its lock ends, and so does what the old one has proved.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_set_confirmation_password(
	IN p_login_id VARBINARY(300), IN p_hash VARBINARY(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_hash(p_hash);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	IF (SELECT role FROM user WHERE id = v_user) <> 'master' THEN
		CALL refuse('not-master', NULL);
	END IF;
	SET v_now = clock_now();
	UPDATE user SET confirmation_hash = p_hash, confirmation_failures = 0, confirmation_locked_until = NULL
	WHERE id = v_user;
	UPDATE ticket SET burned_at = v_now WHERE user_id = v_user AND purpose = 'confirm' AND burned_at IS NULL;
	CALL note_hash_format(p_hash);
	CALL audit_append(v_contract, v_now, 'confirmation-password', NULL, v_user, 'branch', NULL, '');
	COMMIT;
END //

-- Registers a client certificate by the SHA-256 of its DER; given again, its end is set anew (R2).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_add_certificate(
	IN p_login_id VARBINARY(300), IN p_sha256 VARBINARY(64), IN p_valid_until DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(LENGTH(p_sha256), 0) <> 32 THEN
		CALL refuse('digest', NULL);
	END IF;
	IF p_valid_until IS NULL THEN
		CALL refuse('date', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	INSERT INTO certificate (user_id, sha256, valid_until, added_at)
	VALUES (v_user, p_sha256, p_valid_until, v_now)
	ON DUPLICATE KEY UPDATE valid_until = p_valid_until;
	CALL user_certify(v_user);
	CALL audit_append(v_contract, v_now, 'certificate-add', NULL, v_user, 'branch', NULL, LOWER(HEX(p_sha256)));
	COMMIT;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_list_certificates(
	IN p_login_id VARBINARY(300)) READS SQL DATA
BEGIN
	IF NOT EXISTS (SELECT 1 FROM user WHERE login_id = p_login_id) THEN
		CALL refuse('not-found', NULL);
	END IF;
	SELECT ce.sha256, ce.valid_until, ce.added_at
	FROM certificate ce JOIN user u ON u.id = ce.user_id
	WHERE u.login_id = p_login_id ORDER BY ce.added_at, ce.sha256;
END //

-- Takes a certificate from a user; every State given out before is stale.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_remove_certificate(
	IN p_login_id VARBINARY(300), IN p_sha256 VARBINARY(64)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	DELETE FROM certificate WHERE user_id = v_user AND sha256 = p_sha256;
	IF ROW_COUNT() = 0 THEN
		CALL refuse('not-found', NULL);
	END IF;
	UPDATE console_session SET closed_at = v_now
	WHERE user_id = v_user AND certificate = p_sha256 AND closed_at IS NULL;
	UPDATE user SET states_from = GREATEST(states_from, v_now) WHERE id = v_user;
	CALL user_certify(v_user);
	CALL audit_append(v_contract, v_now, 'certificate-remove', NULL, v_user, 'branch', NULL, LOWER(HEX(p_sha256)));
	COMMIT;
END //

-- Every token that a user has or had, the newest first; no secret in any form.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_show_token(IN p_login_id VARBINARY(300))
	READS SQL DATA
BEGIN
	IF NOT EXISTS (SELECT 1 FROM user WHERE login_id = p_login_id) THEN
		CALL refuse('not-found', NULL);
	END IF;
	SELECT t.state, t.service_id, t.app_user_id, t.mail_address, t.algorithm, t.digits, t.issued_at,
	       t.installed_at, t.activated_at, t.revoked_at, t.reissue_at, t.revoked_by, t.reason
	FROM token t JOIN user u ON u.id = t.user_id
	WHERE u.login_id = p_login_id ORDER BY t.id DESC;
END //

-- Users of a contract (NULL: of all), by login id. which: 'all', 'locked' (codes), 'waiting' (for re-issue).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_list_users(
	IN p_contract_number VARCHAR(300), IN p_which VARCHAR(300)) READS SQL DATA
BEGIN
	DECLARE v_now DATETIME(6) DEFAULT clock_now();
	IF p_contract_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contract WHERE number = p_contract_number) THEN
		CALL refuse('not-found', NULL);
	END IF;
	SELECT c.number AS contract_number, u.login_id, u.role, u.display_name, u.closed_at, u.otp_locked_at,
	       IFNULL(t.state, IF(r.reissue_at IS NULL, 'none', 'revoked')) AS token_state,
	       IF(t.id IS NULL AND r.reissue_at > v_now, r.reissue_at, NULL) AS reissue_at, u.login_1_at AS last_login_1
	FROM user u
	JOIN contract c ON c.id = u.contract_id
	LEFT JOIN token t ON t.id = u.live_token
	LEFT JOIN (SELECT user_id, MAX(reissue_at) AS reissue_at FROM token WHERE state = 'revoked' GROUP BY user_id) r
	       ON r.user_id = u.id AND u.live_token IS NULL
	WHERE (p_contract_number IS NULL OR c.number = p_contract_number)
	      AND CASE p_which WHEN 'locked' THEN u.otp_locked_at IS NOT NULL AND u.closed_at IS NULL
	                       WHEN 'waiting' THEN t.id IS NULL AND r.reissue_at > v_now AND u.closed_at IS NULL
	                       ELSE TRUE END
	ORDER BY c.number, u.login_id;
END //

-- Live tokens of a contract's users (NULL: of all contracts), by login id; state: one state, or NULL.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_list_tokens(
	IN p_contract_number VARCHAR(300), IN p_state VARCHAR(300)) READS SQL DATA
BEGIN
	IF p_contract_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contract WHERE number = p_contract_number) THEN
		CALL refuse('not-found', NULL);
	END IF;
	IF p_state IS NOT NULL AND p_state NOT IN ('issued', 'installed', 'active') THEN
		CALL refuse('token-state', NULL);
	END IF;
	SELECT c.number AS contract_number, u.login_id, t.state, t.service_id, t.app_user_id, t.issued_at, t.installed_at,
	       t.activated_at
	FROM token t JOIN user u ON u.id = t.live_user JOIN contract c ON c.id = u.contract_id
	WHERE (p_contract_number IS NULL OR c.number = p_contract_number) AND (p_state IS NULL OR t.state = p_state)
	ORDER BY c.number, u.login_id;
END //

-- Changes name and mail address (NULL: stays).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_change_user(
	IN p_login_id VARBINARY(300), IN p_display_name VARCHAR(300), IN p_mail_address VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF p_display_name IS NOT NULL THEN
		CALL check_name(p_display_name);
	END IF;
	IF p_mail_address IS NOT NULL THEN
		CALL check_mail_address(p_mail_address);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	UPDATE user SET display_name = IFNULL(p_display_name, display_name),
		mail_address = IFNULL(p_mail_address, mail_address) WHERE id = v_user;
	CALL audit_append(v_contract, v_now, 'user-change', NULL, v_user, 'branch', NULL,
		CONCAT_WS(', ', IF(p_display_name IS NULL, NULL, 'name'), IF(p_mail_address IS NULL, NULL, 'mail address')));
	COMMIT;
END //

-- Closes a user for good: his token ends, his sessions and States too.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_close_user(
	IN p_login_id VARBINARY(300), IN p_paper_number VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_paper_number(p_paper_number);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	CALL user_close(v_user, p_paper_number, v_now);
	COMMIT;
END //

-- Closes a contract and all of its users, for good. The contract's row is locked first, as by who adds users to it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_close_contract(
	IN p_number VARCHAR(300), IN p_paper_number VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_closed, v_end BOOLEAN DEFAULT FALSE;
	-- This key has them in the order of their ids: they are locked in the order in which they are read.
	DECLARE v_users CURSOR FOR SELECT id FROM user FORCE INDEX (contract_id)
		WHERE contract_id = v_contract AND closed_at IS NULL ORDER BY id FOR UPDATE;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_paper_number(p_paper_number);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT id, closed_at IS NOT NULL INTO v_contract, v_closed FROM contract WHERE number = p_number FOR UPDATE;
	IF v_contract IS NULL THEN
		CALL refuse('not-found', NULL);
	END IF;
	IF v_closed THEN
		CALL refuse('closed', NULL);
	END IF;
	SET v_end = FALSE;
	OPEN v_users;
	rows_loop: LOOP
		FETCH v_users INTO v_user;
		IF v_end THEN
			LEAVE rows_loop;
		END IF;
		CALL user_close(v_user, p_paper_number, clock_now());
	END LOOP;
	CLOSE v_users;
	SET v_now = clock_now();
	UPDATE contract SET closed_at = v_now WHERE id = v_contract;
	CALL audit_append(v_contract, v_now, 'contract-close', NULL, NULL, 'branch', p_paper_number, '');
	COMMIT;
END //

-- Frees anyone from the lock of codes on a paper request (R7b).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_unlock(
	IN p_login_id VARBINARY(300), IN p_paper_number VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_paper_number(p_paper_number);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	IF (SELECT otp_locked_at FROM user WHERE id = v_user) IS NULL THEN
		CALL refuse('not-locked', NULL);
	END IF;
	CALL user_unlock(v_user, NULL, 'branch', p_paper_number, clock_now());
	COMMIT;
END //

-- Revokes anyone's token on a paper request (R8b). It is refused from now on; gives from when a new one can be
-- issued (R9).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_revoke(
	IN p_login_id VARBINARY(300), IN p_reason VARCHAR(300), IN p_paper_number VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_reissue_at DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(CHAR_LENGTH(p_reason), 0) NOT BETWEEN 1 AND 200 THEN
		CALL refuse('reason', NULL);
	END IF;
	CALL check_paper_number(p_paper_number);
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	CALL user_revoke(v_user, NULL, 'branch', p_paper_number, p_reason, clock_now(), v_reissue_at);
	IF v_reissue_at IS NULL THEN
		CALL refuse('no-live-token', NULL);
	END IF;
	COMMIT;
	SELECT v_reissue_at AS reissue_at;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_list_mail_domains() READS SQL DATA
	SELECT domain FROM mail_domain ORDER BY domain //

-- Adds a domain whose addresses, and those below it, are taken as mobile ones (R5a).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_add_mail_domain(IN p_domain VARCHAR(300))
	MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; CALL refuse('exists', NULL); END;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF NOT mail_address_valid(CONCAT('a@', p_domain)) THEN
		CALL refuse('domain', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	INSERT INTO mail_domain (domain) VALUES (LOWER(p_domain));
	CALL audit_append(0, clock_now(), 'mail-domain-add', NULL, NULL, 'branch', NULL, LOWER(p_domain));
	COMMIT;
END //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_remove_mail_domain(IN p_domain VARCHAR(300))
	MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	DELETE FROM mail_domain WHERE domain = LOWER(p_domain);
	IF ROW_COUNT() = 0 THEN
		CALL refuse('not-found', NULL);
	END IF;
	CALL audit_append(0, clock_now(), 'mail-domain-remove', NULL, NULL, 'branch', NULL, LOWER(p_domain));
	COMMIT;
END //

DELIMITER ;
