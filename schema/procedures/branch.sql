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

	IF IFNULL(p_number, '') NOT REGEXP '^[A-Za-z0-9-]{1,20}$' THEN
		CALL refuse('contract-number', NULL);
	END IF;
	CALL check_name(p_name);
	CALL check_mail_address(p_mail_address);
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

	IF IFNULL(p_otp_starts_on, '') NOT REGEXP '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
	   OR DAY(LAST_DAY(CONCAT(LEFT(p_otp_starts_on, 8), '01'))) < RIGHT(p_otp_starts_on, 2) THEN
		CALL refuse('date', NULL);
	END IF;
	SET v_date = p_otp_starts_on;
	START TRANSACTION;
	SELECT id, mail_address, closed_at IS NOT NULL INTO v_contract, v_mail, v_closed FROM contract
	WHERE number = p_number FOR UPDATE;
	SET v_refusal = CASE WHEN v_contract IS NULL THEN 'not-found' WHEN v_closed THEN 'closed' END;
	IF v_refusal IS NULL THEN
		SET v_now = clock_now();
		UPDATE contract SET otp_starts_on = v_date WHERE id = v_contract;
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
	START TRANSACTION;
	SELECT id, closed_at IS NOT NULL INTO v_contract, v_closed FROM contract WHERE number = p_contract_number;
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
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	UPDATE user SET password_hash = p_hash, password_failures = 0, password_locked_until = NULL,
		states_from = GREATEST(states_from, v_now) WHERE id = v_user;
	CALL note_hash_format(p_hash);
	CALL audit_append(v_contract, v_now, 'password', NULL, v_user, 'branch', NULL, '');
	COMMIT;
END //

-- Sets a master user's confirmation password (R7a, R8a), and its lock ends.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_set_confirmation_password(
	IN p_login_id VARBINARY(300), IN p_hash VARBINARY(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL check_hash(p_hash);
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	IF (SELECT role FROM user WHERE id = v_user) <> 'master' THEN
		CALL refuse('not-master', NULL);
	END IF;
	SET v_now = clock_now();
	UPDATE user SET confirmation_hash = p_hash, confirmation_failures = 0, confirmation_locked_until = NULL
	WHERE id = v_user;
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
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	INSERT INTO certificate (user_id, sha256, valid_until, added_at)
	VALUES (v_user, p_sha256, p_valid_until, v_now)
	ON DUPLICATE KEY UPDATE valid_until = p_valid_until;
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

	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	DELETE FROM certificate WHERE user_id = v_user AND sha256 = p_sha256;
	IF ROW_COUNT() = 0 THEN
		CALL refuse('not-found', NULL);
	END IF;
	UPDATE user SET states_from = GREATEST(states_from, v_now) WHERE id = v_user;
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

-- Revokes a user's token on a paper request (R8b). It is refused from now on; gives from when a new one can be
-- issued (R9).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE branch_revoke(
	IN p_login_id VARBINARY(300), IN p_reason VARCHAR(300), IN p_paper_number VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_reissue_at DATETIME(6);
	DECLARE v_user, v_token BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_mail VARCHAR(254);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(CHAR_LENGTH(p_reason), 0) NOT BETWEEN 1 AND 200 THEN
		CALL refuse('reason', NULL);
	END IF;
	IF IFNULL(CHAR_LENGTH(p_paper_number), 0) NOT BETWEEN 1 AND 50 THEN
		CALL refuse('paper-number', NULL);
	END IF;
	START TRANSACTION;
	CALL lock_open_user(p_login_id, v_user, v_contract);
	SET v_now = clock_now();
	SELECT live_token, mail_address INTO v_token, v_mail FROM user WHERE id = v_user;
	IF v_token IS NULL THEN
		CALL refuse('no-live-token', NULL);
	END IF;
	SET v_reissue_at = reissue_at(v_now);
	CALL token_end(v_token, v_now, v_reissue_at, p_reason);
	UPDATE user SET live_token = NULL, otp_drift = 0, states_from = GREATEST(states_from, v_now)
	WHERE id = v_user;
	CALL audit_append(v_contract, v_now, 'revoke', NULL, v_user, 'branch', p_paper_number, p_reason);
	CALL mail_queue('revoked', v_contract, v_user, v_mail, v_reissue_at, v_now);
	COMMIT;
	SELECT v_reissue_at AS reissue_at;
END //

DELIMITER ;
