-- SPDX-License-Identifier: GPL-2.0-only
-- What the FreeRADIUS module calls (account seikyo_radius). The module reports facts, these procedures return
-- the verdict: OK, or a refusal of refusals.tsv. Each commits inside. Times that it passes are microseconds since 1970.

DELIMITER //

-- What a new connection and Status-Server ask: proves that the database works, and gives its time.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_hello() MODIFIES SQL DATA
BEGIN
	CALL service_greet();
	SELECT time_us(clock_now()) AS now_us FROM policy_now;
END //

-- A RADIUS server says which keys it has loaded, whenever it opens a connection: ids parted by blanks. As long
-- as no safe key was made active, a server's only one becomes it, so that a second key can be loaded beside it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_report_keys(
	IN p_server VARCHAR(64), IN p_safe_ids VARCHAR(400), IN p_envelope_ids VARCHAR(400)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SET v_now = clock_now();
	INSERT INTO radius_server (name, seen_at) VALUES (p_server, v_now) ON DUPLICATE KEY UPDATE seen_at = v_now;
	DELETE FROM radius_server_key WHERE server = p_server
		AND LOCATE(CONCAT(' ', id, ' '), CONCAT(' ', IF(kind = 'safe', p_safe_ids, p_envelope_ids), ' ')) = 0;
	INSERT IGNORE INTO radius_server_key (server, kind, id)
	SELECT p_server, 'safe', id FROM JSON_TABLE(CONCAT('["', REPLACE(p_safe_ids, ' ', '","'), '"]'),
		'$[*]' COLUMNS (id VARCHAR(16) PATH '$')) s WHERE id <> ''
	UNION ALL
	SELECT p_server, 'envelope', id FROM JSON_TABLE(CONCAT('["', REPLACE(p_envelope_ids, ' ', '","'), '"]'),
		'$[*]' COLUMNS (id VARCHAR(16) PATH '$')) e WHERE id <> '';
	IF (SELECT active_safe_key FROM policy_now) = '' AND p_safe_ids REGEXP '^[A-Za-z0-9_-]{1,16}\\z'
	   AND NOT EXISTS (SELECT 1 FROM retired_key WHERE id = p_safe_ids) THEN
		UPDATE policy SET value = p_safe_ids WHERE name = 'active_safe_key' AND value = '';
		IF ROW_COUNT() > 0 THEN
			CALL policy_apply();
			CALL audit_append(0, v_now, 'key-activate', NULL, NULL, p_server, NULL, p_safe_ids);
		END IF;
	END IF;
	COMMIT;
END //

-- Everything that either leg of a login needs, in one row. An unknown user's has a NULL user_id, and only the time
-- and the formats of hashes: what the module needs to treat him like any other. Every table is reached by a
-- whole unique key, for him too (0 is nobody's): the time it takes must not tell him from others. Written out
-- where a function would be nicer: each call of one costs as much as a join.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_find(
	IN p_login_id VARBINARY(128), IN p_certificate BINARY(32)) READS SQL DATA
BEGIN
	DECLARE v_now DATETIME(6) DEFAULT clock_now();
	DECLARE v_today DATE DEFAULT DATE(v_now + INTERVAL 9 HOUR);
	SELECT u.id AS user_id,
	       v_now AS now_us,
	       p.hash_formats,
	       u.role + 0 AS role,
	       u.closed_at IS NOT NULL OR c.closed_at IS NOT NULL AS closed,
	       u.password_locked_until > v_now AS password_locked,
	       u.password_failures <> 0 OR u.password_locked_until IS NOT NULL AS password_dirty,
	       u.confirmation_locked_until > v_now AS confirmation_locked,
	       u.otp_locked_at IS NOT NULL AS otp_locked,
	       c.otp_starts_on <= v_today AS started,
	       p.before_start = 'password' AS password_before_start,
	       p.require_certificate <> 'none' AND (p.require_certificate = 'all' OR u.certified)
	               AND NOT IFNULL(r.valid_until > v_now, FALSE) AS certificate_refused,
	       u.states_from AS states_from_us,
	       t.id AS token_id,
	       t.state + 0 AS token_state,
	       t.algorithm + 0 AS algorithm,
	       IFNULL(t.digits, p.token_digits) AS digits,
	       u.otp_drift AS drift,
	       p.drift_limit,
	       p.state_seconds,
	       p.setup_minutes * 60 AS setup_seconds,
	       p.hash_cost,
	       u.wait_until AS reissue_us,
	       u.login_1_at AS login_1_us,
	       u.login_2_at AS login_2_us,
	       u.login_3_at AS login_3_us,
	       u.login_4_at AS login_4_us,
	       u.attempts,
	       u.password_hash,
	       u.confirmation_hash,
	       p.hash_prefix,
	       p.active_safe_key,
	       t.service_id,
	       t.app_user_id,
	       IF(t.state = 'active', t.safe, t.envelope) AS sealed,
	       u.display_name,
	       c.name AS contract_name,
	       u.mail_address
	FROM policy_now p
	LEFT JOIN user u ON u.login_id = p_login_id
	LEFT JOIN contract c ON c.id = IFNULL(u.contract_id, 0)
	LEFT JOIN token t ON t.id = IFNULL(u.live_token, 0)
	LEFT JOIN certificate r ON r.user_id = IFNULL(u.id, 0) AND r.sha256 = p_certificate
	WHERE p.one = 1;
END //

-- A password's verdict (R2). Right: OK, and the count begins anew; hash_digest is SHA-256 of the hash it was
-- verified against, and where the user has another by now, the verdict is wrong, uncounted. Wrong: counted,
-- and the last one that the policy allows locks for some minutes. Right is NULL where a certificate was missing:
-- uncounted. That, unknown (user NULL), closed and locked write a row of the same shape. ends_with: why the login
-- ends here though the password is right, for the event; NULL: a code will be asked for, and settling that leaves
-- the event. cleared: TRUE where radius_find, asked for this request, had user and contract open, and no wrong password
-- counted: who is locked must not see by the time that his password was right. A contract that is closed later closes
-- its users.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_settle_password(
	IN p_user BIGINT UNSIGNED, IN p_name_mac BINARY(16), IN p_right BOOLEAN, IN p_hash_digest BINARY(32),
	IN p_renewed VARBINARY(255), IN p_ends_with VARCHAR(16), IN p_attempt BINARY(16), IN p_request BINARY(8),
	IN p_client VARBINARY(64), IN p_cleared BOOLEAN)
	MODIFIES SQL DATA
BEGIN
	DECLARE v_usual BOOLEAN;
	IF p_cleared AND p_right AND p_renewed IS NULL AND p_ends_with IS NULL THEN
		SELECT TRUE INTO v_usual FROM user
		WHERE id = p_user AND closed_at IS NULL AND password_failures = 0 AND password_locked_until IS NULL
			AND LOCATE(p_attempt, attempts) = 0 AND UNHEX(SHA2(password_hash, 256)) = p_hash_digest LOCK IN SHARE MODE;
	END IF;
	IF v_usual IS NULL THEN
		CALL password_settle(p_user, p_name_mac, p_right, p_hash_digest, p_renewed, p_ends_with, p_attempt, p_request,
			p_client);
	END IF;
END //

-- The same for any password. The usual one, right and with nothing to reset, has nothing to write.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE password_settle(
	IN p_user BIGINT UNSIGNED, IN p_name_mac BINARY(16), IN p_right BOOLEAN, IN p_hash_digest BINARY(32),
	IN p_renewed VARBINARY(255), IN p_ends_with VARCHAR(16), IN p_attempt BINARY(16), IN p_request BINARY(8),
	IN p_client VARBINARY(64))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_locked_until, v_lock_until DATETIME(6);
	DECLARE v_hash VARBINARY(255);
	DECLARE v_renewed_from BINARY(32);
	DECLARE v_failures, v_decoy_failures, v_limit, v_minutes, v_settled INT;
	DECLARE v_closed BOOLEAN;
	DECLARE v_attempts, v_decoy_attempts VARBINARY(104);
	DECLARE v_reason VARCHAR(16);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	settle: BEGIN
		-- Asked of an unknown user too (0 is nobody's), so that he takes as long.
		SELECT password_hash, renewed_from, password_failures, password_locked_until, attempts,
		       closed_at IS NOT NULL
		INTO v_hash, v_renewed_from, v_failures, v_locked_until, v_attempts, v_closed
		FROM user WHERE id = IFNULL(p_user, 0) FOR UPDATE;
		SET v_now = clock_now();
		SET v_settled = attempt_settled(v_attempts, p_attempt, v_now);
		IF v_settled > 0 THEN
			SET v_reason = IF(v_settled DIV 256 = 3, 'locked', 'wrong');
			LEAVE settle;
		END IF;
		SELECT v_closed OR c.closed_at IS NOT NULL, p.password_failure_limit, p.password_lock_minutes
		INTO v_closed, v_limit, v_minutes
		FROM policy_now p LEFT JOIN user u ON u.id = IFNULL(p_user, 0)
		LEFT JOIN contract c ON c.id = IFNULL(u.contract_id, 0)
		WHERE p.one = 1;
		SET v_reason = CASE
			WHEN p_user IS NULL THEN 'unknown'
			WHEN IFNULL(v_closed, TRUE) THEN 'closed'
			WHEN v_locked_until > v_now THEN 'locked'
			WHEN p_right IS NULL THEN 'certificate'
			WHEN NOT p_right THEN IF(v_failures + 1 < v_limit, 'wrong', 'wrong-now-locked')
			WHEN p_hash_digest IN (UNHEX(SHA2(v_hash, 256)), v_renewed_from) THEN 'right'
			ELSE 'changed' END;
		SET p_renewed = IF(p_hash_digest = UNHEX(SHA2(v_hash, 256)), p_renewed, NULL);

		IF v_reason = 'right' THEN
			IF v_failures <> 0 OR v_locked_until IS NOT NULL OR p_renewed IS NOT NULL THEN
				UPDATE user SET password_failures = 0, password_locked_until = NULL,
					renewed_from = IF(p_renewed IS NULL, renewed_from, p_hash_digest),
					password_hash = IFNULL(p_renewed, password_hash)
				WHERE id = p_user;
				IF p_renewed IS NOT NULL THEN
					CALL note_hash_format(p_renewed);
				END IF;
			END IF;
			IF p_ends_with IS NULL OR v_settled IS NOT NULL THEN
				LEAVE settle;
			END IF;
			UPDATE user SET attempts = attempts_with(v_attempts, p_attempt, 0, 0, v_now) WHERE id = p_user;
			CALL event_append(v_now, p_request, NULL, p_user, p_name_mac, p_client, 'password', 'refused',
				p_ends_with);
			LEAVE settle;
		END IF;

		-- Also where it is not written, for the time that it takes; and once more in place of a user who is not there.
		IF p_user IS NULL THEN
			SELECT failures, attempts INTO v_decoy_failures, v_decoy_attempts FROM decoy
			WHERE id = ASCII(p_name_mac);
		END IF;
		SELECT failures, attempts INTO v_decoy_failures, v_decoy_attempts FROM decoy
		WHERE id = ASCII(p_name_mac) FOR UPDATE;
		IF v_reason IN ('wrong', 'wrong-now-locked') THEN
			SET v_lock_until = IF(v_reason = 'wrong', NULL, v_now + INTERVAL v_minutes MINUTE);
			UPDATE user SET
				password_failures = IF(v_lock_until IS NULL, v_failures + 1, 0),
				password_locked_until = v_lock_until,
				states_from = IF(v_lock_until IS NULL, states_from, GREATEST(states_from, v_now)),
				attempts = attempts_with(v_attempts, p_attempt, IF(v_lock_until IS NULL, 1, 3), 0, v_now)
			WHERE id = p_user;
		ELSE
			SET v_now = clock_now();
			IF attempt_settled(v_decoy_attempts, p_attempt, v_now) IS NOT NULL THEN
				LEAVE settle;
			END IF;
			UPDATE decoy SET failures = (v_decoy_failures + 1) MOD 10,
				attempts = attempts_with(v_decoy_attempts, p_attempt, 1, 0, v_now)
			WHERE id = ASCII(p_name_mac);
		END IF;
		CALL event_append(v_now, p_request, NULL, p_user, p_name_mac, p_client, 'password', 'refused', v_reason);
	END;
	COMMIT;
	IF v_reason IN ('locked', 'wrong-now-locked') THEN
		CALL refuse('locked', NULL);
	ELSEIF v_reason <> 'right' THEN
		CALL refuse('wrong', NULL);
	END IF;
END //

-- A code's verdict (R1, R4, R7, R8): OK only if this step was never accepted before and nothing since the
-- State's issue says no. step NULL: the code matches no step. first_request: the request that began the login,
-- NULL if this is it. hash_digest: SHA-256 of the hash that the login's password was right for; a password that
-- was changed or locked since leads nowhere. safe: the secret sealed anew, with the first code. ticket_digest: opens a
-- session ticket. The usual login, against which nothing stands, is told by two reads; all others are judged by
-- code_settle. The row is locked before the clock and everything else are looked at: what was decided until then
-- counts.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_settle_code(
	IN p_user BIGINT UNSIGNED, IN p_token BIGINT UNSIGNED, IN p_state_us BIGINT, IN p_step BIGINT,
	IN p_drift TINYINT, IN p_attempt BINARY(16), IN p_request BINARY(8), IN p_first_request BINARY(8),
	IN p_client VARBINARY(64), IN p_certificate BINARY(32), IN p_hash_digest BINARY(32),
	IN p_safe VARBINARY(122), IN p_ticket_digest BINARY(32))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_usual BOOLEAN;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	IF p_step IS NOT NULL THEN
		SELECT contract_id INTO v_contract FROM user
		WHERE id = p_user AND live_token = p_token AND active_token = p_token
			AND closed_at IS NULL AND otp_locked_at IS NULL AND password_locked_until IS NULL
			AND UNHEX(SHA2(password_hash, 256)) = p_hash_digest
			AND states_from <= '1970-01-01' + INTERVAL p_state_us MICROSECOND
			AND LOCATE(p_attempt, attempts) = 0 AND otp_last_step < p_step FOR UPDATE;
		SET v_now = clock_now();
		SELECT TRUE INTO v_usual FROM policy_now p JOIN contract c ON c.id = v_contract
		LEFT JOIN certificate r ON r.user_id = p_user AND r.sha256 = p_certificate
		WHERE p.one = 1 AND p.step_floor < p_step AND c.closed_at IS NULL
			AND c.otp_starts_on <= DATE(v_now + INTERVAL 9 HOUR)
			AND (p.require_certificate = 'none' OR r.valid_until > v_now);
	END IF;
	IF v_usual THEN
		UPDATE user SET otp_last_step = p_step, otp_drift = p_drift, otp_failures = 0, password_failures = 0,
			states_from = GREATEST(states_from, v_now),
			attempts = CONCAT(p_attempt, '\0\0', UNHEX(LPAD(HEX(
				TIMESTAMPDIFF(MICROSECOND, '1970-01-01', v_now)), 16, '0')), LEFT(attempts, 78)),
			login_4_at = login_3_at, login_3_at = login_2_at, login_2_at = login_1_at, login_1_at = v_now
		WHERE id = p_user;
		INSERT INTO login_event (at, request_id, first_request, user_id, client, leg, verdict, reason)
		VALUES (v_now, p_request, p_first_request, p_user, p_client, 'code', 'accepted', 'code');
		IF p_ticket_digest IS NOT NULL THEN
			CALL ticket_open(p_ticket_digest, p_user, 'session', NULL, p_certificate, v_now);
		END IF;
		COMMIT;
	ELSE
		CALL code_settle(p_user, p_token, p_state_us, p_step, p_drift, p_attempt, p_request, p_first_request,
			p_client, p_certificate, p_hash_digest, p_safe, p_ticket_digest);
	END IF;
END //

-- The same for any login, in the open transaction, which it ends.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE code_settle(
	IN p_user BIGINT UNSIGNED, IN p_token BIGINT UNSIGNED, IN p_state_us BIGINT, IN p_step BIGINT,
	IN p_drift TINYINT, IN p_attempt BINARY(16), IN p_request BINARY(8), IN p_first_request BINARY(8),
	IN p_client VARBINARY(64), IN p_certificate BINARY(32), IN p_hash_digest BINARY(32),
	IN p_safe VARBINARY(122), IN p_ticket_digest BINARY(32))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_locked_at, v_locked_until, v_states_from DATETIME(6);
	DECLARE v_hash VARBINARY(255);
	DECLARE v_renewed_from BINARY(32);
	DECLARE v_contract, v_settled, v_failures, v_limit INT;
	DECLARE v_live BIGINT UNSIGNED;
	DECLARE v_last_step, v_floor BIGINT;
	DECLARE v_attempts VARBINARY(104);
	DECLARE v_gone, v_shown BOOLEAN;
	DECLARE v_require, v_state, v_reason VARCHAR(16);
	DECLARE v_mail VARCHAR(254);
	DECLARE v_refusal VARCHAR(16) DEFAULT NULL;
	DECLARE v_tries INT DEFAULT 0;

	SELECT contract_id, closed_at IS NOT NULL, otp_locked_at, otp_failures, live_token, otp_last_step,
	       states_from, attempts, mail_address, password_hash, renewed_from, password_locked_until
	INTO v_contract, v_gone, v_locked_at, v_failures, v_live, v_last_step, v_states_from, v_attempts, v_mail,
	     v_hash, v_renewed_from, v_locked_until
	FROM user WHERE id = p_user FOR UPDATE;
	SET v_now = clock_now();
	IF LOCATE(p_attempt, v_attempts) > 0 THEN
		SET v_settled = attempt_settled(v_attempts, p_attempt, v_now);
	END IF;
	SELECT v_gone OR c.closed_at IS NOT NULL OR c.otp_starts_on IS NULL
	       OR c.otp_starts_on > DATE(v_now + INTERVAL 9 HOUR),
	       p.require_certificate, r.valid_until > v_now, t.state, p.otp_failure_limit, p.step_floor
	INTO v_gone, v_require, v_shown, v_state, v_limit, v_floor
	FROM policy_now p JOIN contract c ON c.id = v_contract LEFT JOIN token t ON t.id = p_token
	LEFT JOIN certificate r ON r.user_id = p_user AND r.sha256 = p_certificate
	WHERE p.one = 1;
	IF v_require <> 'none' AND NOT IFNULL(v_shown, FALSE) THEN
		SET v_gone = v_gone OR certificate_refused(v_require, p_user, p_certificate, v_now);
	END IF;

	SET v_refusal = CASE
		WHEN v_settled IS NULL AND (IFNULL(v_locked_until > v_now, FALSE)
		     OR NOT IFNULL(p_hash_digest IN (UNHEX(SHA2(v_hash, 256)), v_renewed_from), FALSE)) THEN 'stale'
		WHEN v_locked_at IS NOT NULL THEN 'locked'
		WHEN IFNULL(v_gone, TRUE) OR v_require IS NULL OR v_live IS NULL OR NOT v_live <=> p_token OR v_state IN ('issued', 'revoked')
		     OR (v_state = 'installed' AND p_step IS NOT NULL AND p_safe IS NULL) THEN 'stale'
		WHEN v_settled IS NULL AND NOT IFNULL(
		     p_state_us >= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', v_states_from), FALSE) THEN 'stale'
		WHEN v_settled IS NOT NULL THEN 'settled'
		WHEN p_step IS NULL THEN 'wrong'
		WHEN p_step <= v_last_step OR p_step <= v_floor THEN 'used'
		END;
	IF v_refusal IS NULL AND v_state = 'installed' THEN
		SET v_refusal = (SELECT 'retired-key' FROM retired_key
		                 WHERE id = safe_key_id(p_safe) LOCK IN SHARE MODE);
	END IF;

	IF v_refusal IS NULL THEN
		UPDATE user SET otp_last_step = p_step, otp_drift = p_drift, otp_failures = 0, password_failures = 0,
			states_from = GREATEST(states_from, v_now),
			attempts = CONCAT(p_attempt, '\0\0', UNHEX(LPAD(HEX(
				TIMESTAMPDIFF(MICROSECOND, '1970-01-01', v_now)), 16, '0')), LEFT(v_attempts, 78)),
			login_4_at = login_3_at, login_3_at = login_2_at, login_2_at = login_1_at, login_1_at = v_now
		WHERE id = p_user;
		IF v_state = 'installed' THEN
			UPDATE token SET state = 'active', activated_at = v_now, safe = p_safe, envelope = NULL
			WHERE id = p_token;
			UPDATE user SET active_token = p_token WHERE id = p_user;
			CALL audit_append(v_contract, v_now, 'first-code', p_user, p_user, p_client, NULL, '');
			CALL mail_queue('activated', v_contract, p_user, v_mail, NULL, v_now);
		END IF;
		IF p_ticket_digest IS NOT NULL THEN
			CALL ticket_open(p_ticket_digest, p_user, 'session', NULL, p_certificate, v_now);
		END IF;
		INSERT INTO login_event (at, request_id, first_request, user_id, client, leg, verdict, reason)
		VALUES (v_now, p_request, p_first_request, p_user, p_client, 'code', 'accepted',
		        IF(v_state = 'installed', 'first-code', 'code'));
	ELSEIF v_refusal = 'wrong' THEN
		SET v_tries = v_limit - v_failures - 1, v_reason = 'wrong';
		IF v_tries <= 0 THEN
			SET v_refusal = 'locked', v_tries = 0, v_reason = 'wrong-now-locked';
			CALL sessions_end(p_user, v_now);
			CALL audit_append(v_contract, v_now, 'lock', NULL, p_user, p_client, NULL, '');
			CALL mail_queue('locked', v_contract, p_user, v_mail, NULL, v_now);
		END IF;
		UPDATE user SET otp_failures = v_failures + 1,
			otp_locked_at = IF(v_tries = 0, v_now, NULL),
			states_from = IF(v_tries = 0, GREATEST(states_from, v_now), states_from),
			attempts = attempts_with(v_attempts, p_attempt, IF(v_tries = 0, 3, 1), v_tries, v_now)
		WHERE id = p_user;
	ELSEIF v_refusal = 'settled' THEN
		SET v_tries = v_settled MOD 256, v_refusal = ELT(v_settled DIV 256, 'wrong', 'used', 'locked');
	ELSE
		SET v_reason = v_refusal;
	END IF;
	IF v_reason IS NOT NULL AND NOT (v_refusal = 'locked' AND v_settled IS NOT NULL) THEN
		CALL event_append(v_now, p_request, p_first_request, p_user, NULL, p_client, 'code', 'refused',
			v_reason);
	END IF;
	COMMIT;
	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, IF(v_refusal = 'wrong', v_tries, NULL));
	END IF;
END //

-- A login without a code, where the contract has not started and the policy before_start lets the password do
-- (R3). hash_digest as in radius_settle_code: a password that was changed or locked since leads nowhere.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_settle_login(
	IN p_user BIGINT UNSIGNED, IN p_state_us BIGINT, IN p_attempt BINARY(16), IN p_request BINARY(8),
	IN p_client VARBINARY(64), IN p_certificate BINARY(32), IN p_hash_digest BINARY(32),
	IN p_ticket_digest BINARY(32))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_locked_until, v_states_from DATETIME(6);
	DECLARE v_hash VARBINARY(255);
	DECLARE v_renewed_from BINARY(32);
	DECLARE v_contract, v_settled INT;
	DECLARE v_attempts VARBINARY(104);
	DECLARE v_locked, v_gone BOOLEAN;
	DECLARE v_refusal VARCHAR(16) DEFAULT NULL;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	SELECT contract_id, closed_at IS NOT NULL, otp_locked_at IS NOT NULL, states_from, attempts, password_hash,
	       renewed_from, password_locked_until
	INTO v_contract, v_gone, v_locked, v_states_from, v_attempts, v_hash, v_renewed_from, v_locked_until
	FROM user WHERE id = p_user FOR UPDATE;
	SET v_now = clock_now();
	SET v_settled = attempt_settled(v_attempts, p_attempt, v_now);
	SELECT v_gone OR c.closed_at IS NOT NULL
	       OR certificate_refused(p.require_certificate, p_user, p_certificate, v_now)
	       OR IFNULL(c.otp_starts_on <= DATE(v_now + INTERVAL 9 HOUR), FALSE) OR p.before_start <> 'password'
	INTO v_gone
	FROM policy_now p JOIN contract c ON c.id = v_contract;
	SET v_refusal = CASE
		WHEN v_settled IS NULL AND (IFNULL(v_locked_until > v_now, FALSE)
		     OR NOT IFNULL(p_hash_digest IN (UNHEX(SHA2(v_hash, 256)), v_renewed_from), FALSE)) THEN 'stale'
		WHEN v_locked THEN 'locked'
		WHEN IFNULL(v_gone, TRUE) THEN 'stale'
		WHEN v_settled IS NULL AND NOT IFNULL(p_state_us >= time_us(v_states_from), FALSE) THEN 'stale'
		WHEN v_settled > 255 THEN ELT(v_settled DIV 256, 'wrong', 'used', 'locked') END;

	IF v_refusal IS NULL AND v_settled IS NULL THEN
		UPDATE user SET password_failures = 0, states_from = GREATEST(states_from, v_now),
			attempts = attempts_with(v_attempts, p_attempt, 0, 0, v_now),
			login_4_at = login_3_at, login_3_at = login_2_at, login_2_at = login_1_at, login_1_at = v_now
		WHERE id = p_user;
		CALL ticket_open(p_ticket_digest, p_user, 'session', NULL, p_certificate, v_now);
	END IF;
	IF v_settled IS NULL THEN
		CALL event_append(v_now, p_request, NULL, p_user, NULL, p_client, 'login',
			IF(v_refusal IS NULL, 'accepted', 'refused'), IFNULL(v_refusal, 'not-started'));
	END IF;
	COMMIT;
	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, NULL);
	END IF;
END //

-- Opens a setup ticket for a user whose password was right and who has no active token (R5). hash_digest as in
-- radius_settle_code: a password that was changed or locked since opens none.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_open_setup(
	IN p_user BIGINT UNSIGNED, IN p_state_us BIGINT, IN p_certificate BINARY(32), IN p_hash_digest BINARY(32),
	IN p_attempt BINARY(16), IN p_ticket_digest BINARY(32)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_gone BOOLEAN;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	SELECT closed_at IS NOT NULL OR otp_locked_at IS NOT NULL
	       OR NOT IFNULL(p_hash_digest IN (UNHEX(SHA2(password_hash, 256)), renewed_from), FALSE)
	INTO v_gone
	FROM user WHERE id = p_user FOR UPDATE;
	SET v_now = clock_now();
	SELECT v_gone OR c.closed_at IS NOT NULL OR t.state <=> 'active'
	       OR IFNULL(u.password_locked_until > v_now, FALSE)
	       OR NOT IFNULL(p_state_us >= time_us(u.states_from), FALSE)
	       OR certificate_refused(p.require_certificate, p_user, p_certificate, v_now)
	INTO v_gone
	FROM policy_now p JOIN user u JOIN contract c ON c.id = u.contract_id LEFT JOIN token t ON t.id = u.live_token
	WHERE u.id = p_user;
	SET v_gone = IFNULL(v_gone, TRUE);
	IF NOT v_gone THEN
		UPDATE user SET decisions = decisions + 1
		WHERE id = p_user AND NOT EXISTS (SELECT 1 FROM ticket WHERE digest = p_ticket_digest);
		CALL ticket_open(p_ticket_digest, p_user, 'setup', NULL, p_certificate, v_now);
	END IF;
	COMMIT;
	IF v_gone THEN
		CALL refuse('stale', NULL);
	END IF;
END //

-- A confirmation password's verdict (R7a, R8a): masters only, with a counter and a lock of its own. Right: OK,
-- and a ticket bound to the console session opens. Same arguments as radius_settle_password.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE radius_settle_confirmation(
	IN p_user BIGINT UNSIGNED, IN p_name_mac BINARY(16), IN p_right BOOLEAN, IN p_hash_digest BINARY(32),
	IN p_session_digest BINARY(32), IN p_attempt BINARY(16), IN p_request BINARY(8), IN p_client VARBINARY(64),
	IN p_ticket_digest BINARY(32))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_locked_until, v_lock_until DATETIME(6);
	DECLARE v_hash VARBINARY(255);
	DECLARE v_failures, v_limit, v_minutes, v_settled INT;
	DECLARE v_gone BOOLEAN;
	DECLARE v_attempts VARBINARY(104);
	DECLARE v_reason VARCHAR(16);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	settle: BEGIN
		SELECT confirmation_hash, confirmation_failures, confirmation_locked_until, attempts,
		       closed_at IS NOT NULL OR role <> 'master' OR otp_locked_at IS NOT NULL
		INTO v_hash, v_failures, v_locked_until, v_attempts, v_gone
		FROM user WHERE id = IFNULL(p_user, 0) FOR UPDATE;
		SET v_now = clock_now();
		SET v_settled = attempt_settled(v_attempts, p_attempt, v_now);
		IF v_settled IS NOT NULL THEN
			SET v_reason = ELT(v_settled DIV 256 + 1, 'right', 'wrong', 'wrong', 'locked');
			LEAVE settle;
		END IF;
		SELECT v_gone OR c.closed_at IS NOT NULL OR v_hash IS NULL, p.confirmation_failure_limit,
		       p.confirmation_lock_minutes
		INTO v_gone, v_limit, v_minutes
		FROM policy_now p LEFT JOIN user u ON u.id = IFNULL(p_user, 0)
		LEFT JOIN contract c ON c.id = IFNULL(u.contract_id, 0)
		WHERE p.one = 1;
		SET v_reason = CASE
			WHEN p_user IS NULL THEN 'unknown'
			WHEN IFNULL(v_gone, TRUE) THEN 'closed'
			WHEN v_locked_until > v_now THEN 'locked'
			WHEN p_right IS NULL THEN 'certificate'
			WHEN NOT p_right THEN IF(v_failures + 1 < v_limit, 'wrong', 'wrong-now-locked')
			WHEN p_hash_digest = UNHEX(SHA2(v_hash, 256)) THEN 'right'
			ELSE 'changed' END;

		IF v_reason IN ('right', 'wrong', 'wrong-now-locked') THEN
			SET v_lock_until = IF(v_reason = 'wrong-now-locked', v_now + INTERVAL v_minutes MINUTE, NULL);
			UPDATE user SET
				confirmation_failures = IF(v_reason = 'wrong', v_failures + 1, 0),
				confirmation_locked_until = v_lock_until,
				attempts = attempts_with(v_attempts, p_attempt,
					CASE v_reason WHEN 'right' THEN 0 WHEN 'wrong' THEN 1 ELSE 3 END, 0, v_now)
			WHERE id = p_user;
			IF v_reason = 'right' THEN
				CALL ticket_open(p_ticket_digest, p_user, 'confirm', p_session_digest, NULL, v_now);
			END IF;
		ELSE
			SELECT failures, attempts INTO v_failures, v_attempts FROM decoy
			WHERE id = ASCII(p_name_mac) FOR UPDATE;
			SET v_now = clock_now();
			IF attempt_settled(v_attempts, p_attempt, v_now) IS NOT NULL THEN
				LEAVE settle;
			END IF;
			UPDATE decoy SET failures = (v_failures + 1) MOD 10,
				attempts = attempts_with(v_attempts, p_attempt, 1, 0, v_now)
			WHERE id = ASCII(p_name_mac);
		END IF;
		CALL event_append(v_now, p_request, NULL, p_user, p_name_mac, p_client, 'confirmation',
			IF(v_reason = 'right', 'accepted', 'refused'), IF(v_reason = 'right', 'confirmed', v_reason));
	END;
	COMMIT;
	IF v_reason IN ('locked', 'wrong-now-locked') THEN
		CALL refuse('locked', NULL);
	ELSEIF v_reason <> 'right' THEN
		CALL refuse('wrong', NULL);
	END IF;
END //

DELIMITER ;
