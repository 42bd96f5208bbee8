-- SPDX-License-Identifier: GPL-2.0-only
-- Service stays closed after a restore until an operator has said what becomes of what was lost. No account but the
-- operators' may call any of these itself.

DELIMITER //

-- Begins to take an exported trail: what an earlier try over this connection has left goes. Another operator's stays;
-- what a connection has left that is gone goes when somebody has recovered.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_recover_begin() MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	DELETE FROM recover_row WHERE run = CONNECTION_ID();
	DELETE FROM recover_head WHERE run = CONNECTION_ID();
	COMMIT;
END //

-- True if the lines of an export have a number that cannot be counted on from: contracts to 2^31 - 1, half of their
-- numbers, users to 2^53, which every reader of JSON has exactly. How far from ours, recover_pass_numbers judges.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION recover_large(p_lines LONGTEXT)
	RETURNS BOOLEAN DETERMINISTIC NO SQL
	RETURN EXISTS (SELECT 1
		FROM JSON_TABLE(p_lines, '$[*]' COLUMNS (contract_id BIGINT PATH '$.contract_id',
			by_user BIGINT PATH '$.by_user', on_user BIGINT PATH '$.on_user')) j
		WHERE contract_id > 2147483647 OR by_user > 9007199254740992 OR on_user > 9007199254740992) //

-- Takes rows of an exported trail, or heads: a JSON array of its lines. Nothing else is judged here.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_recover_take(IN p_lines LONGTEXT)
	MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR 1048, 1062, 1264, 1292, 1366, 1406 BEGIN ROLLBACK; CALL refuse('trail-form', NULL); END;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	IF NOT IFNULL(JSON_TYPE(p_lines) = 'ARRAY', FALSE) THEN
		CALL refuse('trail-form', NULL);
	END IF;
	IF recover_large(p_lines) THEN
		CALL refuse('trail-number', NULL);
	END IF;
	START TRANSACTION;
	INSERT INTO recover_row (run, contract_id, number, contract_number, at, act, actor, by_user, on_user, on_login_id,
	                         origin, paper, detail, hash)
	SELECT CONNECTION_ID(), contract_id, number, contract, us_time(at), act, actor, by_user, on_user, on_login_id,
	       origin, paper, detail, UNHEX(hash)
	FROM JSON_TABLE(p_lines, '$[*]' COLUMNS (kind VARCHAR(10) PATH '$.kind', contract_id BIGINT PATH '$.contract_id',
		contract VARCHAR(21) PATH '$.contract', number BIGINT PATH '$.number', at BIGINT PATH '$.at',
		act VARCHAR(31) PATH '$.act', actor VARCHAR(301) PATH '$.actor', by_user BIGINT PATH '$.by_user',
		on_user BIGINT PATH '$.on_user', on_login_id VARCHAR(300) PATH '$.on_login_id',
		origin VARCHAR(65) PATH '$.origin', paper VARCHAR(51) PATH '$.paper', detail VARCHAR(501) PATH '$.detail',
		hash VARCHAR(65) PATH '$.hash')) j
	WHERE kind = 'row';
	INSERT INTO recover_head (run, contract_id, contract_number, number, hash)
	SELECT CONNECTION_ID(), contract_id, contract, number, UNHEX(hash)
	FROM JSON_TABLE(p_lines, '$[*]' COLUMNS (kind VARCHAR(10) PATH '$.kind', contract_id BIGINT PATH '$.contract_id',
		contract VARCHAR(21) PATH '$.contract', number BIGINT PATH '$.number', hash VARCHAR(65) PATH '$.hash')) j
	WHERE kind = 'head';
	COMMIT;
END //

-- Where the trail that was taken does not go on from this database's own, the first such place in words; else NULL.
-- Each row's hash holds the one before it: rows that go on from a head prove all that stands before.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION recover_break(p_run BIGINT UNSIGNED)
	RETURNS VARCHAR(500) READS SQL DATA
BEGIN
	DECLARE v_problem VARCHAR(500);
	WITH chain AS (
		SELECT contract_id FROM audit_head UNION SELECT contract_id FROM recover_head WHERE run = p_run
		UNION SELECT contract_id FROM recover_row WHERE run = p_run),
	known AS (
		SELECT k.contract_id, IFNULL(h.number, 0) AS own, IFNULL(h.hash, UNHEX(REPEAT('00', 32))) AS own_hash,
		       e.number AS newest, e.hash AS newest_hash,
		       COALESCE(c.number, e.contract_number, lost_number(k.contract_id)) AS name
		FROM chain k LEFT JOIN audit_head h ON h.contract_id = k.contract_id
		LEFT JOIN recover_head e ON e.run = p_run AND e.contract_id = k.contract_id
		LEFT JOIN contract c ON c.id = k.contract_id),
	link AS (
		SELECT r.contract_id, r.number, r.hash, k.own + ROW_NUMBER() OVER w AS place,
		       UNHEX(audit_hash(IFNULL(LAG(r.hash) OVER w, k.own_hash), r.contract_id, r.number, r.at, r.act, r.actor,
		                        r.by_user, r.on_user, r.origin, r.paper, r.detail)) AS expected
		FROM recover_row r JOIN known k ON k.contract_id = r.contract_id WHERE r.run = p_run
		WINDOW w AS (PARTITION BY r.contract_id ORDER BY r.number)),
	tail AS (
		SELECT contract_id, MAX(number) AS number FROM link GROUP BY contract_id),
	problem AS (
		SELECT k.contract_id, k.name, 0 AS number, 'the export does not have this chain' AS what FROM known k
		WHERE k.newest IS NULL AND (k.own > 0 OR EXISTS (SELECT 1 FROM tail t WHERE t.contract_id = k.contract_id))
		UNION ALL
		SELECT k.contract_id, k.name, k.newest + 1, 'the export ends before it: it is older than the backup'
		FROM known k WHERE k.newest < k.own
		UNION ALL
		SELECT k.contract_id, k.name, k.own, 'it is another one in the export'
		FROM known k WHERE k.newest = k.own AND k.own > 0 AND k.newest_hash <> k.own_hash
		UNION ALL
		SELECT k.contract_id, k.name, l.number,
		       IF(l.number = k.own + 1, 'it does not go on from this database''s', 'it was changed')
		FROM link l JOIN known k ON k.contract_id = l.contract_id WHERE l.number = l.place AND l.hash <> l.expected
		UNION ALL
		SELECT k.contract_id, k.name, l.place, 'the export does not have it'
		FROM link l JOIN known k ON k.contract_id = l.contract_id WHERE l.number <> l.place
		UNION ALL
		SELECT k.contract_id, k.name, IFNULL(t.number, k.own) + 1, 'the export does not have it, but a newer one'
		FROM known k LEFT JOIN tail t ON t.contract_id = k.contract_id WHERE IFNULL(t.number, k.own) < k.newest
		UNION ALL
		SELECT k.contract_id, k.name, t.number, 'it is not the one that the export calls the newest'
		FROM tail t JOIN known k ON k.contract_id = t.contract_id
		JOIN link l ON l.contract_id = t.contract_id AND l.number = t.number
		WHERE t.number > k.newest OR (l.number = k.newest AND l.hash <> k.newest_hash))
	SELECT CONCAT('chain ', name, ', row ', number, ': ', what, '.') INTO v_problem
	FROM problem ORDER BY contract_id, number, what LIMIT 1;
	RETURN v_problem;
END //

-- What a chain is called that belongs to no contract: the service's own, or one whose contract was lost in a restore.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION lost_number(p_contract INT UNSIGNED)
	RETURNS VARCHAR(20) DETERMINISTIC NO SQL
	RETURN IF(p_contract = 0, '-', CONCAT('#', p_contract)) //

-- Adds a line to what a recovery tells.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_tell(
	IN p_part VARCHAR(4), IN p_what VARCHAR(30), IN p_amount BIGINT, IN p_detail VARCHAR(500)) MODIFIES SQL DATA
	INSERT INTO recover_report (part, what, amount, detail) VALUES (p_part, p_what, p_amount, p_detail) //

-- Puts a hash in the place of a user's that has its form and is nobody's: he costs what he did, and does not get in.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_forget_password(IN p_user BIGINT UNSIGNED)
	MODIFIES SQL DATA
	UPDATE user SET renewed_from = NULL, password_hash = CONCAT(LEFT(password_hash, LENGTH(password_hash) - 22),
		LEFT(REPLACE(TO_BASE64(RANDOM_BYTES(17)), '+', '.'), 22)) WHERE id = p_user //

-- Takes a user's live token, if the restored database has one.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_end_token(
	IN p_user BIGINT UNSIGNED, IN p_at DATETIME(6), IN p_reissue_at DATETIME(6), IN p_by VARCHAR(300),
	IN p_reason VARCHAR(200)) MODIFIES SQL DATA
BEGIN
	DECLARE v_token BIGINT UNSIGNED;
	SELECT live_token INTO v_token FROM user WHERE id = p_user;
	IF v_token IS NOT NULL THEN
		CALL token_end(v_token, p_at, p_reissue_at, p_reason);
		UPDATE token SET revoked_by = p_by WHERE id = v_token;
		UPDATE user SET live_token = NULL, otp_drift = 0 WHERE id = p_user;
	END IF;
END //

-- The wait after a revocation holds for a token that this database never had, too (R9): a revoked one stands for it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_wait(
	IN p_user BIGINT UNSIGNED, IN p_at DATETIME(6), IN p_by VARCHAR(300), IN p_reason VARCHAR(200))
	MODIFIES SQL DATA
BEGIN
	INSERT INTO token (user_id, state, service_id, app_user_id, mail_address, start_password_until, algorithm, digits,
	                   issued_at, revoked_at, reissue_at, revoked_by, reason)
	SELECT u.id, 'revoked', '-', CONCAT('L', LEFT(HEX(RANDOM_BYTES(5)), 9)), '', p_at, p.token_algorithm,
	       p.token_digits, p_at, p_at, reissue_at(p_at), p_by, p_reason
	FROM user u JOIN policy_now p
	WHERE u.id = p_user AND NOT EXISTS (SELECT 1 FROM token t WHERE t.user_id = u.id
	                                    AND t.reissue_at >= reissue_at(p_at));
	CALL user_wait(p_user, reissue_at(p_at));
END //

-- Sets a policy as the trail has it. One that this version does not have, or whose value it does not take, is left to
-- people, with the row's words.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_policy(
	IN p_name VARCHAR(500), IN p_value VARCHAR(500), IN p_detail VARCHAR(500)) MODIFIES SQL DATA
BEGIN
	IF EXISTS (SELECT 1 FROM policy WHERE name = p_name
	           AND policy_value_good(kind, minimum, maximum, choices, p_value)) THEN
		UPDATE policy SET value = p_value WHERE name = p_name;
	ELSE
		CALL recover_tell('left', 'policy', NULL, p_detail);
	END IF;
END //

-- Does again what a row of the trail says was done to a user, unless it lets somebody in: an export is believed only
-- where it takes away. That, and what the trail does not hold, is left to people.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_act_on_user(
	IN p_user BIGINT UNSIGNED, IN p_at DATETIME(6), IN p_act VARCHAR(30), IN p_actor VARCHAR(300),
	IN p_detail VARCHAR(500), IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	CASE
	WHEN p_act = 'lock' THEN
		UPDATE user SET otp_locked_at = p_at WHERE id = p_user;
	WHEN p_act = 'revoke' THEN
		CALL recover_end_token(p_user, p_at, reissue_at(p_at), p_actor, LEFT(p_detail, 200));
		CALL recover_wait(p_user, p_at, p_actor, LEFT(p_detail, 200));
	WHEN p_act = 'void' THEN
		CALL recover_end_token(p_user, p_at, p_at, p_actor, 'too many wrong start passwords');
	WHEN p_act IN ('issue', 'install', 'first-code') THEN
		CALL recover_end_token(p_user, p_now, reissue_at(p_now), USER(), 'lost in a restore');
	WHEN p_act = 'password' THEN
		CALL recover_forget_password(p_user);
	WHEN p_act = 'confirmation-password' THEN
		UPDATE user SET confirmation_hash = NULL WHERE id = p_user;
	WHEN p_act IN ('certificate-add', 'certificate-remove') THEN
		DELETE FROM certificate WHERE user_id = p_user AND sha256 = UNHEX(p_detail);
		CALL user_certify(p_user);
	WHEN p_act = 'user-close' THEN
		CALL recover_end_token(p_user, p_at, reissue_at(p_at), p_actor, 'closed');
		UPDATE user SET closed_at = p_at WHERE id = p_user;
	WHEN p_act IN ('user-add', 'user-change', 'unlock') THEN
		DO 0;
	ELSE
		CALL refuse('trail-act', CONCAT('This version does not know the act ''', p_act, ''' of the export.'));
	END CASE;
END //

-- The same for a row that tells of no user: of a contract, or of the service itself.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_act(
	IN p_contract INT UNSIGNED, IN p_at DATETIME(6), IN p_act VARCHAR(30), IN p_detail VARCHAR(500))
	MODIFIES SQL DATA
BEGIN
	CASE p_act
	WHEN 'contract-start' THEN
		UPDATE contract SET otp_starts_on = LEAST(IFNULL(otp_starts_on, p_detail), p_detail) WHERE id = p_contract;
	WHEN 'contract-close' THEN
		UPDATE contract SET closed_at = p_at WHERE id = p_contract;
	WHEN 'policy' THEN
		CALL recover_policy(SUBSTRING_INDEX(p_detail, ': ', 1), SUBSTRING_INDEX(p_detail, ' -> ', -1), p_detail);
	WHEN 'key-activate' THEN
		CALL recover_policy('active_safe_key', p_detail, CONCAT('active_safe_key: ', p_detail));
	WHEN 'key-retire' THEN
		IF EXISTS (SELECT 1 FROM token WHERE safe IS NOT NULL AND safe_key_id(safe) = p_detail) THEN
			CALL recover_tell('left', 'retire-key', NULL, p_detail);
		ELSE
			INSERT INTO retired_key (id, retired_at) VALUES (p_detail, p_at) ON DUPLICATE KEY UPDATE id = p_detail;
		END IF;
	WHEN 'server-forget' THEN
		DELETE FROM radius_server_key WHERE server = p_detail;
		DELETE FROM radius_server WHERE name = p_detail;
	WHEN 'mail-domain-add' THEN
		INSERT INTO mail_domain (domain) VALUES (p_detail) ON DUPLICATE KEY UPDATE domain = p_detail;
	WHEN 'mail-domain-remove' THEN
		DELETE FROM mail_domain WHERE domain = p_detail;
	WHEN 'contract-add' THEN DO 0;
	WHEN 'user-import' THEN DO 0;
	WHEN 'prune' THEN DO 0;
	WHEN 'recover' THEN DO 0;
	ELSE
		CALL refuse('trail-act', CONCAT('This version does not know the act ''', p_act, ''' of the export.'));
	END CASE;
END //

-- No user or contract that is registered from now on gets the number of one who was lost: the trail tells of those.
-- An import has 100,000 users at most (operator_import_bounds). Numbers far beyond ours are none that were given since
-- the backup, and going on from them would use them up.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_pass_numbers(IN p_run BIGINT UNSIGNED)
	MODIFIES SQL DATA
BEGIN
	DECLARE v_contract, v_user, v_imported BIGINT UNSIGNED;
	SELECT IFNULL(MAX(contract_id), 0), GREATEST(IFNULL(MAX(on_user), 0), IFNULL(MAX(by_user), 0)),
	       IFNULL(SUM(IF(act = 'user-import', GREATEST(LEAST(SUBSTRING_INDEX(detail, ' ', 1) + 0, 100000), 0), 0)), 0)
	INTO v_contract, v_user, v_imported FROM recover_row WHERE run = p_run;
	IF v_contract > (SELECT IFNULL(MAX(id), 0) FROM contract) + 1000000
	   OR v_user > (SELECT IFNULL(MAX(id), 0) FROM user) + 1000000000 THEN
		CALL refuse('trail-number', NULL);
	END IF;
	SET v_contract = GREATEST(v_contract, (SELECT IFNULL(MAX(id), 0) FROM contract)) + 1,
	    v_user = GREATEST(v_user, (SELECT IFNULL(MAX(id), 0) FROM user)) + v_imported + 1;
	INSERT INTO contract (id, number, name, mail_address, created_at)
	VALUES (v_contract, '-', '-', '-', clock_now());
	INSERT INTO user (id, login_id, contract_id, role, display_name, mail_address, password_hash, created_at, states_from)
	VALUES (v_user, RANDOM_BYTES(32), v_contract, 'general', '-', '-', '-', clock_now(), clock_now());
	DELETE FROM user WHERE id = v_user;
	DELETE FROM contract WHERE id = v_contract;
END //

-- Appends the rows of the trail that was taken, and does again what they say, in their order.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_trail(
	IN p_run BIGINT UNSIGNED, IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_at DATETIME(6);
	DECLARE v_act VARCHAR(30);
	DECLARE v_actor VARCHAR(300);
	DECLARE v_detail VARCHAR(500);
	DECLARE v_end BOOLEAN DEFAULT FALSE;
	DECLARE v_rows CURSOR FOR
		SELECT contract_id, on_user, at, act, actor, detail FROM recover_row WHERE run = p_run
		ORDER BY contract_id, number;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;

	OPEN v_rows;
	rows_loop: LOOP
		FETCH v_rows INTO v_contract, v_user, v_at, v_act, v_actor, v_detail;
		IF v_end THEN
			LEAVE rows_loop;
		END IF;
		IF v_user IS NULL THEN
			CALL recover_act(v_contract, v_at, v_act, v_detail);
		ELSE
			CALL recover_act_on_user(v_user, v_at, v_act, v_actor, v_detail, p_now);
		END IF;
		SET v_end = FALSE;
	END LOOP;
	CLOSE v_rows;
	CALL recover_pass_numbers(p_run);
	INSERT INTO audit_event (contract_id, number, at, act, actor, by_user, on_user, origin, paper, detail, hash)
	SELECT contract_id, number, at, act, actor, by_user, on_user, origin, paper, detail, hash
	FROM recover_row WHERE run = p_run;
	CALL recover_tell('done', 'rows', ROW_COUNT(), '');
	INSERT INTO audit_head (contract_id, number, hash)
	SELECT contract_id, number, hash FROM recover_head WHERE run = p_run
	ON DUPLICATE KEY UPDATE number = VALUES(number), hash = VALUES(hash);
END //

-- Puts under the rows that were brought to a contract's chain who brought them: they are told from others for ever.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_mark(
	IN p_run BIGINT UNSIGNED, IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_detail VARCHAR(500);
	DECLARE v_end BOOLEAN DEFAULT FALSE;
	DECLARE v_chains CURSOR FOR
		SELECT contract_id, CONCAT('rows ', MIN(number), ' to ', MAX(number), ' are from an export') FROM recover_row
		WHERE run = p_run GROUP BY contract_id ORDER BY contract_id;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;

	OPEN v_chains;
	chains_loop: LOOP
		FETCH v_chains INTO v_contract, v_detail;
		IF v_end THEN
			LEAVE chains_loop;
		END IF;
		CALL audit_append(v_contract, p_now, 'recover', NULL, NULL, 'operator', NULL, v_detail);
		SET v_end = FALSE;
	END LOOP;
	CLOSE v_chains;
END //

-- What the trail tells of that it does not hold: for people to do. A user who is closed, or was lost himself, needs
-- nothing; of several acts the last one counts.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_list(IN p_run BIGINT UNSIGNED)
	MODIFIES SQL DATA
BEGIN
	INSERT INTO recover_report (part, what, contract_number, login_id, detail)
	WITH told AS (
		SELECT r.contract_id, r.number, r.contract_number, r.act, r.on_user, r.on_login_id, r.detail,
		       ROW_NUMBER() OVER (PARTITION BY r.contract_id, r.on_user, CASE r.act
		                          WHEN 'certificate-remove' THEN 'certificate-add' WHEN 'lock' THEN 'unlock' ELSE r.act END, IF(r.act LIKE 'certificate-%', r.detail, '')
		                          ORDER BY r.number DESC) AS nth
		FROM recover_row r WHERE r.run = p_run)
	SELECT 'left', CASE t.act WHEN 'contract-add' THEN 'register-contract' WHEN 'user-add' THEN 'register-user'
	                          WHEN 'user-import' THEN 'import-users' WHEN 'password' THEN 'set-password'
	                          WHEN 'confirmation-password' THEN 'set-confirmation' WHEN 'user-change' THEN 'change-user'
	                          WHEN 'unlock' THEN 'unlock-user' ELSE 'add-certificate' END AS what,
	       t.contract_number, IF(u.id IS NULL, CAST(t.on_login_id AS BINARY), u.login_id), t.detail
	FROM told t LEFT JOIN user u ON u.id = t.on_user LEFT JOIN contract c ON c.id = t.contract_id
	WHERE (t.nth = 1 OR t.act = 'user-import') AND c.closed_at IS NULL
	      AND NOT EXISTS (SELECT 1 FROM told e WHERE e.contract_id = t.contract_id
	                      AND (e.act = 'contract-close' OR e.act = 'user-close' AND e.on_user = t.on_user))
	      AND (t.act IN ('contract-add', 'user-add', 'user-import')
	           OR (u.id IS NOT NULL AND t.act IN ('password', 'confirmation-password', 'user-change', 'certificate-add'))
	           OR (u.otp_locked_at IS NOT NULL AND t.act = 'unlock'))
	ORDER BY FIELD(what, 'register-contract', 'import-users', 'register-user', 'unlock-user', 'set-password',
	               'set-confirmation', 'add-certificate', 'change-user'), t.contract_number, t.on_login_id, t.number;
END //

-- Who had a token by the trail's end that this database never had: he needs a new one, and is told so.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_lost_tokens(
	IN p_run BIGINT UNSIGNED, IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_mail VARCHAR(254);
	DECLARE v_login_id VARBINARY(128);
	DECLARE v_number VARCHAR(20);
	DECLARE v_end BOOLEAN DEFAULT FALSE;
	DECLARE v_users CURSOR FOR
		SELECT u.id, u.contract_id, u.mail_address, u.login_id, c.number
		FROM (SELECT on_user, act, ROW_NUMBER() OVER (PARTITION BY on_user ORDER BY number DESC) AS nth
		      FROM recover_row WHERE run = p_run AND act IN ('issue', 'install', 'first-code', 'void', 'revoke')) r
		JOIN user u ON u.id = r.on_user JOIN contract c ON c.id = u.contract_id
		WHERE r.nth = 1 AND r.act NOT IN ('void', 'revoke') AND u.closed_at IS NULL AND c.closed_at IS NULL
		ORDER BY u.id;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;

	OPEN v_users;
	rows_loop: LOOP
		FETCH v_users INTO v_user, v_contract, v_mail, v_login_id, v_number;
		IF v_end THEN
			LEAVE rows_loop;
		END IF;
		CALL recover_wait(v_user, p_now, USER(), 'lost in a restore');
		CALL audit_append(v_contract, p_now, 'revoke', NULL, v_user, 'operator', NULL, 'lost in a restore');
		CALL mail_queue('revoked', v_contract, v_user, v_mail, reissue_at(p_now), p_now);
		INSERT INTO recover_report (part, what, contract_number, login_id, detail)
		VALUES ('left', 'issue-token', v_number, v_login_id, '');
		SET v_end = FALSE;
	END LOOP;
	CLOSE v_users;
END //

-- Revokes every live token, for nobody can say which of them were revoked since.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_without_trail(IN p_now DATETIME(6))
	MODIFIES SQL DATA
BEGIN
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_count INT DEFAULT 0;
	DECLARE v_reissue_at DATETIME(6);
	DECLARE v_end BOOLEAN DEFAULT FALSE;
	DECLARE v_users CURSOR FOR SELECT id FROM user WHERE live_token IS NOT NULL ORDER BY id;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;

	OPEN v_users;
	rows_loop: LOOP
		FETCH v_users INTO v_user;
		IF v_end THEN
			LEAVE rows_loop;
		END IF;
		CALL user_revoke(v_user, NULL, 'operator', NULL, 'not vouched for after a restore', p_now, v_reissue_at);
		SET v_count = v_count + 1, v_end = FALSE;
	END LOOP;
	CLOSE v_users;
	CALL recover_tell('done', 'tokens', v_count, '');
END //

-- No code up to now, and as far ahead as any policy lets a phone's clock be, is good any more: they may have been used.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_floor(IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	DECLARE v_floor BIGINT;
	SELECT GREATEST(f.value, time_us(p_now) DIV 60000000 + d.maximum + 1) INTO v_floor
	FROM policy f JOIN policy d ON d.name = 'drift_limit' WHERE f.name = 'step_floor';
	UPDATE policy SET value = v_floor WHERE name = 'step_floor';
	CALL recover_tell('done', 'codes', v_floor, us_time((v_floor + 1) * 60000000));
END //

-- What somebody has proved before is nothing any more: States, sessions, tickets, attempts.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_proofs(IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	UPDATE user SET states_from = GREATEST(states_from, p_now), attempts = '' ORDER BY id;
	UPDATE decoy SET attempts = '';
	UPDATE ticket SET burned_at = p_now WHERE burned_at IS NULL;
	UPDATE console_session SET closed_at = p_now WHERE closed_at IS NULL;
	CALL recover_tell('done', 'sessions', ROW_COUNT(), '');
END //

-- Gives up the mails that waited when the backup was made: they may have gone out since.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_mails(IN p_now DATETIME(6)) MODIFIES SQL DATA
BEGIN
	UPDATE mail_outbox SET failed_at = p_now, next_try_at = NULL,
		answer = 'not sent: it waited when the backup was made, and may have been sent since'
	WHERE next_try_at IS NOT NULL;
	CALL recover_tell('done', 'mails', ROW_COUNT(), '');
END //

-- What the last recovery did, and what it left to people.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_show_recovery() READS SQL DATA
	SELECT part, what, amount, contract_number, login_id, detail FROM recover_report ORDER BY id //

-- Takes the row of the service for a recovery, or refuses where another one has it: that may take an hour.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE recover_lock(
	OUT p_closed_at DATETIME(6), OUT p_closed_by VARCHAR(300), OUT p_open BOOLEAN) MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR 1205 CALL refuse('recover-running', NULL);
	SET STATEMENT innodb_lock_wait_timeout = 1 FOR
		SELECT closed_at, closed_by, service_open() INTO p_closed_at, p_closed_by, p_open FROM service FOR UPDATE;
END //

-- Opens service after a restore, all or nothing; with p_check nothing, but it tells what would be. mode: 'trail', with
-- what operator_recover_take has taken; 'no-trail'; 'nothing-lost', for files that were moved. Gives what was done and
-- what is left to people.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_recover(
	IN p_mode VARCHAR(20), IN p_check BOOLEAN) MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_newest, v_closed_at DATETIME(6);
	DECLARE v_run BIGINT UNSIGNED DEFAULT CONNECTION_ID();
	DECLARE v_problem VARCHAR(500);
	DECLARE v_closed_by VARCHAR(300);
	DECLARE v_open BOOLEAN;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	CALL recover_lock(v_closed_at, v_closed_by, v_open);
	SET v_now = clock_now();
	SELECT MAX(at) INTO v_newest FROM (SELECT MAX(at) AS at FROM audit_event
		UNION ALL SELECT MAX(login_1_at) FROM user
		UNION ALL SELECT MAX(at) FROM recover_row WHERE run = v_run AND p_mode = 'trail') t;
	IF v_open THEN
		CALL refuse('service-open', NULL);
	END IF;
	IF IFNULL(p_mode, '') NOT IN ('trail', 'no-trail', 'nothing-lost') THEN
		CALL refuse('recover-mode', NULL);
	END IF;
	IF service_identity() IS NULL THEN
		CALL refuse('no-identity', NULL);
	END IF;
	IF v_newest > v_now + INTERVAL 1 MINUTE THEN
		CALL refuse('clock-behind', CONCAT('The database''s clock is at ', v_now,
			' UTC, but the newest act or login was at ', v_newest, '. Set the clock right first.'));
	END IF;
	DELETE FROM recover_report;
	UPDATE service SET closed_at = NULL, closed_by = NULL, identity = service_identity();
	CALL recover_proofs(v_now);
	SELECT MAX(number) INTO v_problem FROM audit_head FOR UPDATE;
	SET v_problem = NULL;
	CASE p_mode
	WHEN 'trail' THEN
		SET v_problem = recover_break(v_run);
		IF v_problem IS NOT NULL THEN
			CALL refuse('trail-differs', CONCAT('The export does not go on from this database: ', v_problem));
		END IF;
		CALL recover_mails(v_now);
		CALL recover_tell('left', 'later-acts', NULL, (SELECT IFNULL(MAX(at), '') FROM (
			SELECT MAX(at) AS at FROM audit_event UNION ALL SELECT MAX(at) FROM recover_row WHERE run = v_run) t));
		CALL recover_trail(v_run, v_now);
		CALL recover_mark(v_run, v_now);
		CALL recover_list(v_run);
		CALL recover_lost_tokens(v_run, v_now);
	WHEN 'no-trail' THEN
		CALL recover_mails(v_now);
		CALL recover_without_trail(v_now);
	ELSE
		DO 0;
	END CASE;
	CALL recover_floor(v_now);
	CALL policy_apply();
	CALL audit_append(0, v_now, 'recover', NULL, NULL, 'operator', NULL, LEFT(CONCAT(p_mode,
		IF(v_newest IS NULL, '', CONCAT(', newest act or login known: ', v_newest, ' UTC')),
		IF(v_closed_at IS NULL, '', CONCAT(', closed: ', v_closed_at, ' UTC, ', v_closed_by))), 500));
	DELETE FROM recover_row;
	DELETE FROM recover_head;
	IF p_check THEN
		SELECT part, what, amount, contract_number, login_id, detail FROM recover_report ORDER BY id;
		ROLLBACK;
	ELSE
		COMMIT;
		SELECT part, what, amount, contract_number, login_id, detail FROM recover_report ORDER BY id;
	END IF;
END //

DELIMITER ;
