-- SPDX-License-Identifier: GPL-2.0-only
-- What the console calls for its pages (account seikyo_console). Each takes a ticket or a session, never a bare
-- user: whoever holds this account can do nothing that a person has not just proved the right to.

DELIMITER //

-- Issues a token to the user of a setup ticket (R4, R5a to c). A live token that has had no code yet is void at
-- once; an active one, or a revocation's wait (R9), refuses. start_digest: HMAC-SHA-256 of the start password
-- under the console's key. Gives the app's user id and the end of the start password, and burns the ticket.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_issue_token(
	IN p_ticket BINARY(16), IN p_service_id VARCHAR(64), IN p_mail_address VARCHAR(300),
	IN p_start_digest VARBINARY(64)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_reissue_at DATETIME(6);
	DECLARE v_digest BINARY(32) DEFAULT UNHEX(SHA2(p_ticket, 256));
	DECLARE v_user, v_token BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_mail VARCHAR(254);
	DECLARE v_state VARCHAR(16);
	DECLARE v_gone, v_locked, v_good BOOLEAN;
	DECLARE v_app_user_id CHAR(10);
	DECLARE v_refusal VARCHAR(16);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	SELECT user_id INTO v_user FROM ticket WHERE digest = v_digest;
	SELECT contract_id, closed_at IS NOT NULL, otp_locked_at IS NOT NULL, live_token, mail_address
	INTO v_contract, v_gone, v_locked, v_token, v_mail FROM user WHERE id = v_user FOR UPDATE;
	SET v_now = clock_now();
	SELECT purpose = 'setup' AND burned_at IS NULL AND expires_at > v_now INTO v_good
	FROM ticket WHERE digest = v_digest FOR UPDATE;
	SELECT v_gone OR closed_at IS NOT NULL INTO v_gone FROM contract WHERE id = v_contract;
	SELECT state INTO v_state FROM token WHERE id = v_token;
	SELECT MAX(reissue_at) INTO v_reissue_at FROM token WHERE user_id = v_user;

	SET v_refusal = CASE
		WHEN NOT IFNULL(v_good, FALSE) THEN 'ticket'
		WHEN v_gone THEN 'closed'
		WHEN v_locked THEN 'locked'
		WHEN v_state = 'active' THEN 'token-active'
		WHEN v_token IS NULL AND v_reissue_at > v_now THEN 'wait'
		WHEN IFNULL(p_service_id, '') NOT REGEXP '^[A-Za-z0-9-]{1,20}$' THEN 'service-id'
		WHEN IFNULL(LENGTH(p_start_digest), 0) <> 32 THEN 'digest'
		WHEN NOT mail_address_valid(p_mail_address) THEN 'mail-address'
		WHEN NOT mail_address_mobile(p_mail_address) THEN 'mail-domain' END;

	IF v_refusal IS NULL THEN
		IF v_token IS NOT NULL THEN
			CALL token_end(v_token, v_now, v_now, 'replaced before its first code');
		END IF;
		REPEAT
			SET v_app_user_id = LPAD(CONV(HEX(RANDOM_BYTES(7)), 16, 10) MOD 10000000000, 10, '0');
		UNTIL NOT EXISTS (SELECT 1 FROM token WHERE app_user_id = v_app_user_id) END REPEAT;
		INSERT INTO token (user_id, state, service_id, app_user_id, mail_address, start_password_digest,
		                   start_password_until, algorithm, digits, issued_at)
		SELECT v_user, 'issued', p_service_id, v_app_user_id, p_mail_address, p_start_digest,
		       v_now + INTERVAL start_password_hours HOUR, token_algorithm, token_digits, v_now
		FROM policy_now;
		UPDATE user SET live_token = LAST_INSERT_ID(), otp_drift = 0 WHERE id = v_user;
		UPDATE ticket SET burned_at = v_now WHERE digest = v_digest;
		CALL audit_append(v_contract, v_now, 'issue', v_user, v_user, 'console', NULL, '');
		CALL mail_queue('app', v_contract, v_user, p_mail_address, NULL, v_now);
		CALL mail_queue('issued', v_contract, v_user, v_mail, NULL, v_now);
	END IF;
	COMMIT;
	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, NULL);
	END IF;
	SELECT app_user_id, start_password_until FROM token WHERE app_user_id = v_app_user_id;
END //

DELIMITER ;
