-- SPDX-License-Identifier: GPL-2.0-only
-- What the console calls for the phone app (account seikyo_console).

DELIMITER //

-- The phone fetches its token (R5d): service id, app user id and start password are right, once. envelope: the
-- secret, sealed to the RADIUS servers with both ids. Gives what the phone needs beside the secret, and whether
-- a standard app may have it. Every refusal reads the same and costs the same, one row and one commit; a wrong start
-- password counts, and the last one that the policy allows voids the issue.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE app_install_token(
	IN p_service_id VARCHAR(64), IN p_app_user_id VARCHAR(64), IN p_start_digest VARBINARY(64),
	IN p_envelope VARBINARY(8001)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_until DATETIME(6);
	DECLARE v_token, v_user, v_live BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_failures, v_limit INT;
	DECLARE v_digest BINARY(32);
	DECLARE v_gone, v_open BOOLEAN;
	DECLARE v_refusal VARCHAR(16);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(LENGTH(p_envelope), 0) NOT BETWEEN 64 AND 8000 THEN
		CALL refuse('envelope', NULL);
	END IF;
	CALL service_demand();
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT id, user_id INTO v_token, v_user FROM token WHERE app_user_id = p_app_user_id;
	SELECT contract_id, closed_at IS NOT NULL OR otp_locked_at IS NOT NULL, live_token
	INTO v_contract, v_gone, v_live FROM user WHERE id = v_user FOR UPDATE;
	SET v_now = clock_now();
	SELECT state = 'issued' AND service_id = p_service_id AND start_password_until > v_now,
	       start_password_digest, start_password_failures
	INTO v_open, v_digest, v_failures FROM token WHERE id = v_token FOR UPDATE;
	SELECT v_gone OR c.closed_at IS NOT NULL, p.start_password_failure_limit INTO v_gone, v_limit
	FROM policy_now p JOIN contract c ON c.id = v_contract;

	IF IFNULL(v_gone, TRUE) OR NOT v_live <=> v_token OR NOT IFNULL(v_open, FALSE) THEN
		SET v_refusal = 'install';
		UPDATE decoy SET failures = (failures + 1) MOD 10
		WHERE id = IFNULL(CRC32(p_app_user_id), 0) MOD 256;
	ELSEIF NOT IFNULL(v_digest = p_start_digest, FALSE) THEN
		SET v_refusal = 'install';
		UPDATE token SET start_password_failures = v_failures + 1 WHERE id = v_token;
		IF v_failures + 1 >= v_limit THEN
			CALL token_end(v_token, v_now, v_now, 'too many wrong start passwords');
			UPDATE user SET live_token = NULL, otp_drift = 0 WHERE id = v_user;
			CALL audit_append(v_contract, v_now, 'void', NULL, v_user, 'phone', NULL, '');
		END IF;
	ELSE
		UPDATE token SET state = 'installed', installed_at = v_now, envelope = p_envelope,
			start_password_digest = NULL WHERE id = v_token;
		CALL audit_append(v_contract, v_now, 'install', v_user, v_user, 'phone', NULL, '');
	END IF;
	COMMIT;
	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, NULL);
	END IF;
	SELECT t.algorithm, t.digits, 60 AS period, p.standard_apps = 'yes' AS standard_apps
	FROM token t JOIN policy_now p WHERE t.id = v_token;
END //

DELIMITER ;
