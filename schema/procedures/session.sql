-- SPDX-License-Identifier: GPL-2.0-only
-- Tickets and sessions of the console (DESIGN section 4). No account may call any of these itself.

DELIMITER //

-- Takes a ticket and burns it: right purpose, not burned, not late, its user open and not locked, and nothing
-- since it was opened that makes States stale. session_digest is compared where the ticket has one. Locks the
-- user's row, then the ticket's. p_user is NULL if the ticket is not good.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE ticket_take(
	IN p_ticket VARBINARY(64), IN p_purpose VARCHAR(8), IN p_session_digest BINARY(32), OUT p_user BIGINT UNSIGNED,
	OUT p_certificate BINARY(32), OUT p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_digest BINARY(32) DEFAULT UNHEX(SHA2(p_ticket, 256));
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_states_from DATETIME(6);
	DECLARE v_gone, v_good BOOLEAN;
	CALL service_demand();
	SELECT user_id INTO v_user FROM ticket WHERE digest = v_digest;
	SELECT closed_at IS NOT NULL OR otp_locked_at IS NOT NULL, states_from INTO v_gone, v_states_from
	FROM user WHERE id = v_user FOR UPDATE;
	SET p_now = clock_now();
	SELECT purpose = p_purpose AND burned_at IS NULL AND expires_at > p_now AND opened_at >= v_states_from
	       AND session_digest <=> p_session_digest, certificate
	INTO v_good, p_certificate FROM ticket WHERE digest = v_digest FOR UPDATE;
	SELECT v_gone OR c.closed_at IS NOT NULL INTO v_gone
	FROM user u JOIN contract c ON c.id = u.contract_id WHERE u.id = v_user;
	IF IFNULL(v_good, FALSE) AND NOT IFNULL(v_gone, TRUE) THEN
		UPDATE ticket SET burned_at = p_now WHERE digest = v_digest;
		UPDATE user SET decisions = decisions + 1 WHERE id = v_user;
		SET p_user = v_user;
	END IF;
END //

-- Whose session this is: not closed, not idle or old beyond the policies, shown with the certificate that it was
-- opened with, its user and contract open, the user not locked. Notes the use. p_user is NULL if it is not good.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE session_use(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32), OUT p_user BIGINT UNSIGNED,
	OUT p_contract INT UNSIGNED, OUT p_master BOOLEAN, OUT p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_digest BINARY(32) DEFAULT UNHEX(SHA2(p_session, 256));
	CALL service_demand();
	SET p_now = clock_now();
	SELECT u.id, u.contract_id, u.role = 'master' INTO p_user, p_contract, p_master
	FROM console_session s
	JOIN user u ON u.id = s.user_id
	JOIN contract c ON c.id = u.contract_id
	JOIN policy_now p
	WHERE s.digest = v_digest AND s.closed_at IS NULL AND s.ends_at > p_now
	      AND s.last_used_at > p_now - INTERVAL p.session_idle_minutes MINUTE
	      AND s.certificate <=> p_certificate
	      AND NOT certificate_refused(p.require_certificate, u.id, p_certificate, p_now)
	      AND u.closed_at IS NULL AND u.otp_locked_at IS NULL AND c.closed_at IS NULL;
	IF p_user IS NOT NULL THEN
		UPDATE console_session SET last_used_at = p_now WHERE digest = v_digest;
	END IF;
END //

-- The same in a transaction of its own, for what only reads; refuses where there is no such session, or, with
-- p_masters_only, where it is not a master's.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE session_demand(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32), IN p_masters_only BOOLEAN, OUT p_user BIGINT UNSIGNED,
	OUT p_contract INT UNSIGNED, OUT p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_master BOOLEAN;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL session_use(p_session, p_certificate, p_user, p_contract, v_master, p_now);
	COMMIT;
	IF p_user IS NULL THEN
		CALL refuse('session', NULL);
	END IF;
	IF p_masters_only AND NOT v_master THEN
		CALL refuse('not-master', NULL);
	END IF;
END //

-- Ends every session of a user: he was locked, revoked, closed, or his password was changed.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE sessions_end(
	IN p_user BIGINT UNSIGNED, IN p_now DATETIME(6)) MODIFIES SQL DATA
	UPDATE console_session SET closed_at = p_now WHERE user_id = p_user AND closed_at IS NULL //

-- Takes the lock of codes from a user whose row the caller holds (R7), in the open transaction.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE user_unlock(
	IN p_user BIGINT UNSIGNED, IN p_by_user BIGINT UNSIGNED, IN p_origin VARCHAR(64), IN p_paper VARCHAR(50),
	IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_mail VARCHAR(254);
	SELECT contract_id, mail_address INTO v_contract, v_mail FROM user WHERE id = p_user;
	UPDATE user SET otp_locked_at = NULL, otp_failures = 0, otp_drift = 0,
		states_from = GREATEST(states_from, p_now) WHERE id = p_user;
	CALL audit_append(v_contract, p_now, 'unlock', p_by_user, p_user, p_origin, p_paper, '');
	CALL mail_queue('unlocked', v_contract, p_user, v_mail, NULL, p_now);
END //

-- Revokes the live token of a user whose row the caller holds (R8), in the open transaction; gives from when a new
-- one can be issued (R9), or NULL if there was none.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE user_revoke(
	IN p_user BIGINT UNSIGNED, IN p_by_user BIGINT UNSIGNED, IN p_origin VARCHAR(64), IN p_paper VARCHAR(50),
	IN p_reason VARCHAR(200), IN p_now DATETIME(6), OUT p_reissue_at DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_token BIGINT UNSIGNED;
	DECLARE v_mail VARCHAR(254);
	SELECT contract_id, live_token, mail_address INTO v_contract, v_token, v_mail FROM user WHERE id = p_user;
	IF v_token IS NOT NULL THEN
		SET p_reissue_at = reissue_at(p_now);
		CALL token_end(v_token, p_now, p_reissue_at, p_reason);
		UPDATE user SET live_token = NULL, otp_drift = 0, states_from = GREATEST(states_from, p_now)
		WHERE id = p_user;
		CALL sessions_end(p_user, p_now);
		CALL audit_append(v_contract, p_now, 'revoke', p_by_user, p_user, p_origin, p_paper, p_reason);
		CALL mail_queue('revoked', v_contract, p_user, v_mail, p_reissue_at, p_now);
	END IF;
END //

DELIMITER ;
