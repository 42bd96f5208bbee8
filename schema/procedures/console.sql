-- SPDX-License-Identifier: GPL-2.0-only
-- What the console calls for its pages (account seikyo_console). Each takes a ticket or a session, never a bare
-- user: whoever holds this account can do nothing that a person has not just proved the right to.

DELIMITER //

-- Issues a token to the user of a setup ticket (R4, R5a to c). A live token that has had no code yet is void at
-- once; an active one, or a revocation's wait (R9), refuses. start_digest: HMAC-SHA-256 of the start password
-- under the console's key; certificate: the same as with the password. Burns the ticket and gives the app's user
-- id, the end of the start password, the form of the codes, and whether standard apps may be offered.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_issue_token(
	IN p_ticket BINARY(16), IN p_service_id VARCHAR(64), IN p_mail_address VARCHAR(300),
	IN p_start_digest VARBINARY(64), IN p_certificate BINARY(32)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_reissue_at DATETIME(6);
	DECLARE v_user, v_token BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_certificate BINARY(32);
	DECLARE v_mail VARCHAR(254);
	DECLARE v_state VARCHAR(16);
	DECLARE v_app_user_id CHAR(10);
	DECLARE v_refusal VARCHAR(16);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL ticket_take(p_ticket, 'setup', NULL, v_user, v_certificate, v_now);
	SELECT u.contract_id, u.live_token, u.mail_address, t.state INTO v_contract, v_token, v_mail, v_state
	FROM user u LEFT JOIN token t ON t.id = u.live_token WHERE u.id = v_user;
	SELECT MAX(reissue_at) INTO v_reissue_at FROM token WHERE user_id = v_user;

	SET v_refusal = CASE
		WHEN v_user IS NULL OR NOT v_certificate <=> p_certificate THEN 'ticket'
		WHEN v_state = 'active' THEN 'token-active'
		WHEN v_token IS NULL AND v_reissue_at > v_now THEN 'wait'
		WHEN IFNULL(p_service_id, '') NOT REGEXP '^[A-Za-z0-9-]{1,20}\\z' THEN 'service-id'
		WHEN IFNULL(LENGTH(p_start_digest), 0) <> 32 THEN 'digest'
		WHEN NOT mail_address_valid(p_mail_address) THEN 'mail-address'
		WHEN NOT mail_address_mobile(p_mail_address) THEN 'mail-domain' END;

	IF v_refusal IS NOT NULL THEN
		CALL refuse(v_refusal, NULL);
	END IF;
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
	CALL audit_append(v_contract, v_now, 'issue', v_user, v_user, 'console', NULL, '');
	CALL mail_queue('app', v_contract, v_user, p_mail_address, NULL, v_now);
	CALL mail_queue('issued', v_contract, v_user, v_mail, NULL, v_now);
	COMMIT;
	SELECT t.app_user_id, t.start_password_until, t.algorithm, t.digits, p.standard_apps = 'yes' AS standard_apps,
	       is_lone_master(v_user) AS lone_master
	FROM token t JOIN policy_now p WHERE t.app_user_id = v_app_user_id;
END //

-- The console turns a login's ticket into a session (R2), shown with the same certificate. session: 32 random
-- bytes that only the browser keeps. Gives who it is, and whether he is the contract's only master.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_open_session(
	IN p_ticket VARBINARY(64), IN p_session VARBINARY(64), IN p_certificate BINARY(32)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_certificate BINARY(32);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(LENGTH(p_session), 0) <> 32 THEN
		CALL refuse('digest', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL ticket_take(p_ticket, 'session', NULL, v_user, v_certificate, v_now);
	IF v_user IS NULL OR NOT v_certificate <=> p_certificate THEN
		CALL refuse('ticket', NULL);
	END IF;
	INSERT INTO console_session (digest, user_id, certificate, opened_at, last_used_at, ends_at)
	SELECT UNHEX(SHA2(p_session, 256)), v_user, p_certificate, v_now, v_now, v_now + INTERVAL session_hours HOUR
	FROM policy_now;
	COMMIT;
	CALL session_row(v_user);
END //

-- Who has this session, as console_open_session gives it; for every page after the first.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_use_session(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;

	CALL session_demand(p_session, p_certificate, FALSE, v_user, v_contract, v_now);
	CALL session_row(v_user);
END //

-- Log-out; a session that is none any more is no error.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_close_session(IN p_session VARBINARY(64))
	MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	UPDATE console_session SET closed_at = clock_now()
	WHERE digest = UNHEX(SHA2(p_session, 256)) AND closed_at IS NULL;
	COMMIT;
END //

-- The last three logins of the session's user (R10), newest first.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_history(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;

	CALL session_demand(p_session, p_certificate, FALSE, v_user, v_contract, v_now);
	SELECT login_2_at AS login_at FROM user WHERE id = v_user AND login_2_at IS NOT NULL
	UNION ALL SELECT login_3_at FROM user WHERE id = v_user AND login_3_at IS NOT NULL
	UNION ALL SELECT login_4_at FROM user WHERE id = v_user AND login_4_at IS NOT NULL;
END //

-- A master's list of his contract's users (R7a, R8a), by login id. search: part of a login id or name, or NULL;
-- which: 'all', 'locked', 'revocable', 'waiting'. Every row says how many there are in all.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_list_users(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32), IN p_search VARCHAR(300), IN p_which VARCHAR(300),
	IN p_from INT UNSIGNED, IN p_most INT UNSIGNED) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;

	CALL session_demand(p_session, p_certificate, TRUE, v_user, v_contract, v_now);
	WITH matching AS (
		SELECT u.id, u.login_id
		FROM user u
		WHERE u.contract_id = v_contract AND u.closed_at IS NULL
		      AND CASE p_which
		          WHEN 'locked' THEN u.otp_locked_at IS NOT NULL
		          WHEN 'revocable' THEN u.live_token IS NOT NULL AND (u.role = 'general' OR u.id = v_user)
		          WHEN 'waiting' THEN u.live_token IS NULL AND EXISTS (
		              SELECT 1 FROM token w WHERE w.user_id = u.id AND w.reissue_at > v_now)
		          ELSE TRUE END
		      AND (p_search IS NULL OR p_search = ''
		           OR LOCATE(CONVERT(p_search USING utf8mb4), u.display_name) > 0
		           OR LOCATE(CAST(p_search AS BINARY), u.login_id) > 0)),
	page AS (SELECT id, COUNT(*) OVER () AS total FROM matching ORDER BY login_id LIMIT p_from, p_most),
	listed AS (
		SELECT u.id, u.login_id, u.role, u.display_name, u.otp_locked_at, u.live_token, page.total,
		       (SELECT MAX(r.revoked_at) FROM token r WHERE r.user_id = u.id) AS revoked_at,
		       (SELECT MAX(r.reissue_at) FROM token r WHERE r.user_id = u.id) AS reissue_at
		FROM page JOIN user u ON u.id = page.id)
	SELECT l.login_id, l.role, l.display_name, l.otp_locked_at,
	       IFNULL(t.state, IF(l.revoked_at IS NULL, 'none', 'revoked')) AS token_state,
	       CASE t.state WHEN 'issued' THEN t.issued_at WHEN 'installed' THEN t.installed_at
	                    WHEN 'active' THEN t.activated_at ELSE l.revoked_at END AS token_since,
	       IF(t.id IS NULL AND l.reissue_at > v_now, l.reissue_at, NULL) AS reissue_at,
	       l.otp_locked_at IS NOT NULL AND l.role = 'general' AS may_unlock,
	       t.id IS NOT NULL AND (l.role = 'general' OR l.id = v_user) AS may_revoke,
	       l.total
	FROM listed l LEFT JOIN token t ON t.id = l.live_token
	ORDER BY l.login_id;
END //

-- A master frees general users of his contract from the lock (R7a), with a confirmation ticket of this session.
-- users: a JSON array of login ids, 1 to 1,000. Gives a row for each: done, not-locked, not-allowed, or not-found,
-- which says the same of other contracts' users and of none.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_unlock(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32), IN p_ticket VARBINARY(64), IN p_users LONGTEXT)
	MODIFIES SQL DATA
	CALL console_act('unlock', p_session, p_certificate, p_ticket, p_users, '') //

-- A master revokes tokens of general users of his contract, or his own (R8a), in the same way. Results: done, with
-- from when a new one can be issued (R9); no-live-token; not-allowed; not-found.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_revoke(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32), IN p_ticket VARBINARY(64), IN p_users LONGTEXT,
	IN p_reason VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	IF IFNULL(CHAR_LENGTH(p_reason), 0) NOT BETWEEN 1 AND 200 THEN
		CALL refuse('reason', NULL);
	END IF;
	CALL console_act('revoke', p_session, p_certificate, p_ticket, p_users, p_reason);
END //

-- What both acts share. First the rows of the session's user and of all whom he names are locked, by id; only then is
-- anything decided. The result grows as JSON and is given after the commit.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_act(
	IN p_act VARCHAR(10), IN p_session VARBINARY(64), IN p_certificate BINARY(32), IN p_ticket VARBINARY(64),
	IN p_users LONGTEXT, IN p_reason VARCHAR(200)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_reissue_at, v_locked_at DATETIME(6);
	DECLARE v_user, v_by, v_target, v_token BIGINT UNSIGNED;
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_master, v_general, v_end BOOLEAN DEFAULT FALSE;
	DECLARE v_certificate BINARY(32);
	DECLARE v_login_id VARCHAR(300);
	DECLARE v_result VARCHAR(16);
	DECLARE v_results LONGTEXT DEFAULT JSON_ARRAY();
	DECLARE v_locks CURSOR FOR
		SELECT user_id AS id FROM console_session WHERE digest = UNHEX(SHA2(p_session, 256))
		UNION
		SELECT u.id FROM JSON_TABLE(p_users, '$[*]' COLUMNS (login_id VARCHAR(300) PATH '$')) j
		JOIN user u ON u.login_id = CAST(j.login_id AS BINARY) AND u.contract_id =
			(SELECT o.contract_id FROM console_session s JOIN user o ON o.id = s.user_id
			 WHERE s.digest = UNHEX(SHA2(p_session, 256)))
		ORDER BY id;
	DECLARE v_targets CURSOR FOR
		SELECT DISTINCT j.login_id, u.id
		FROM JSON_TABLE(p_users, '$[*]' COLUMNS (login_id VARCHAR(300) PATH '$')) j
		LEFT JOIN user u ON u.login_id = CAST(j.login_id AS BINARY) AND u.contract_id = v_contract
		                    AND u.closed_at IS NULL
		ORDER BY u.id, j.login_id;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF NOT IFNULL(JSON_TYPE(p_users) = 'ARRAY' AND JSON_LENGTH(p_users) BETWEEN 1 AND 1000, FALSE) THEN
		CALL refuse('users', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	OPEN v_locks;
	locks_loop: LOOP
		FETCH v_locks INTO v_target;
		IF v_end THEN
			LEAVE locks_loop;
		END IF;
		SELECT id INTO v_target FROM user WHERE id = v_target FOR UPDATE;
	END LOOP;
	CLOSE v_locks;
	CALL session_use(p_session, p_certificate, v_user, v_contract, v_master, v_now);
	IF v_user IS NULL THEN
		CALL refuse('session', NULL);
	END IF;
	IF NOT v_master THEN
		CALL refuse('not-master', NULL);
	END IF;
	CALL ticket_take(p_ticket, 'confirm', UNHEX(SHA2(p_session, 256)), v_by, v_certificate, v_now);
	IF NOT v_by <=> v_user THEN
		CALL refuse('ticket', NULL);
	END IF;
	SET v_end = FALSE;
	OPEN v_targets;
	rows_loop: LOOP
		FETCH v_targets INTO v_login_id, v_target;
		IF v_end THEN
			LEAVE rows_loop;
		END IF;
		SET v_reissue_at = NULL, v_result = 'not-found';
		IF v_target IS NOT NULL THEN
			SELECT role = 'general', otp_locked_at, live_token INTO v_general, v_locked_at, v_token
			FROM user WHERE id = v_target FOR UPDATE;
			SET v_now = clock_now();
			SET v_result = CASE
				WHEN p_act = 'unlock' AND NOT v_general THEN 'not-allowed'
				WHEN p_act = 'revoke' AND NOT v_general AND v_target <> v_user THEN 'not-allowed'
				WHEN p_act = 'unlock' AND v_locked_at IS NULL THEN 'not-locked'
				WHEN p_act = 'revoke' AND v_token IS NULL THEN 'no-live-token'
				ELSE 'done' END;
			IF v_result = 'done' AND p_act = 'unlock' THEN
				CALL user_unlock(v_target, v_user, 'console', NULL, v_now);
			ELSEIF v_result = 'done' THEN
				CALL user_revoke(v_target, v_user, 'console', NULL, p_reason, v_now, v_reissue_at);
			END IF;
		END IF;
		SET v_results = JSON_ARRAY_APPEND(v_results, '$', JSON_OBJECT('login_id', v_login_id,
			'result', v_result, 'reissue_at', v_reissue_at));
		SET v_end = FALSE;
	END LOOP;
	CLOSE v_targets;
	COMMIT;
	SELECT login_id, result, reissue_at
	FROM JSON_TABLE(v_results, '$[*]' COLUMNS (login_id VARCHAR(300) PATH '$.login_id',
		result VARCHAR(16) PATH '$.result', reissue_at DATETIME(6) PATH '$.reissue_at')) r;
END //

-- A master's view of his contract's audit trail, newest first. on: login id of the user acted on, or NULL; act: one
-- act, or NULL.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE console_audit(
	IN p_session VARBINARY(64), IN p_certificate BINARY(32), IN p_on VARCHAR(300), IN p_act VARCHAR(300),
	IN p_from INT UNSIGNED, IN p_most INT UNSIGNED) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_user, v_on BIGINT UNSIGNED;
	DECLARE v_contract, v_newest, v_total INT UNSIGNED;

	CALL session_demand(p_session, p_certificate, TRUE, v_user, v_contract, v_now);
	SELECT number INTO v_newest FROM audit_head WHERE contract_id = v_contract;
	IF p_on IS NULL AND p_act IS NULL THEN
		-- Numbers have no gaps: nothing need be counted, or read and left out.
		SET v_total = v_newest, v_newest = v_newest - LEAST(p_from, v_newest), p_from = 0;
	ELSE
		SELECT id INTO v_on FROM user WHERE login_id = CAST(p_on AS BINARY);
		SELECT COUNT(*) INTO v_total FROM audit_event a
		WHERE a.contract_id = v_contract AND (p_act IS NULL OR a.act = p_act)
		      AND (p_on IS NULL OR a.on_user = v_on);
	END IF;
	WITH page AS (
		SELECT a.number FROM audit_event a
		WHERE a.contract_id = v_contract AND a.number <= v_newest AND (p_act IS NULL OR a.act = p_act)
		      AND (p_on IS NULL OR a.on_user = v_on)
		ORDER BY a.number DESC LIMIT p_from, p_most)
	SELECT a.number, a.at, a.act, b.login_id AS by_login_id, o.login_id AS on_login_id, a.origin, a.paper, a.detail,
	       v_total AS total
	FROM page JOIN audit_event a ON a.contract_id = v_contract AND a.number = page.number
	LEFT JOIN user b ON b.id = a.by_user LEFT JOIN user o ON o.id = a.on_user
	ORDER BY a.number DESC;
END //

-- True for a contract's only master user, whom only the branch can free (R7b).
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION is_lone_master(p_user BIGINT UNSIGNED) RETURNS BOOLEAN
	READS SQL DATA
	RETURN EXISTS (SELECT 1 FROM user u WHERE u.id = p_user AND u.role = 'master' AND NOT EXISTS (
		SELECT 1 FROM user o WHERE o.contract_id = u.contract_id AND o.role = 'master' AND o.id <> u.id
		                           AND o.closed_at IS NULL)) //

-- What console_open_session and console_use_session give.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE session_row(IN p_user BIGINT UNSIGNED) READS SQL DATA
	SELECT u.login_id, CAST(u.role AS UNSIGNED) AS role, u.display_name, c.name AS contract_name, u.mail_address,
	       is_lone_master(u.id) AS lone_master,
	       IF(u.confirmation_locked_until > clock_now(), u.confirmation_locked_until, NULL)
	               AS confirmation_locked_until
	FROM user u JOIN contract c ON c.id = u.contract_id WHERE u.id = p_user //

DELIMITER ;
