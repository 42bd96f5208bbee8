-- SPDX-License-Identifier: GPL-2.0-only
-- What the service's operators do through the operator command (role seikyo_operator).

DELIMITER //

CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_list_policy() READS SQL DATA
BEGIN
	SELECT name, value, default_value, unit,
	       CASE kind WHEN 'integer' THEN CONCAT(minimum, ' to ', maximum) WHEN 'choice' THEN choices
	                 WHEN 'time' THEN '00:00 to 23:59' ELSE 'a safe key''s ID' END AS bounds, meaning
	FROM policy ORDER BY name;
END //

-- Sets a policy, within its bounds.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_set_policy(
	IN p_name VARCHAR(300), IN p_value VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_kind VARCHAR(10);
	DECLARE v_old, v_choices VARCHAR(60);
	DECLARE v_minimum, v_maximum BIGINT;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT kind, minimum, maximum, choices, value INTO v_kind, v_minimum, v_maximum, v_choices, v_old
	FROM policy WHERE name = p_name FOR UPDATE;
	IF v_kind IS NULL THEN
		CALL refuse('policy-name', NULL);
	END IF;
	IF NOT policy_value_good(v_kind, v_minimum, v_maximum, v_choices, p_value) THEN
		CALL refuse('policy-value', CASE v_kind
			WHEN 'integer' THEN CONCAT(p_name, ' takes ', v_minimum, ' to ', v_maximum, '.')
			WHEN 'choice' THEN CONCAT(p_name, ' takes one of: ', v_choices, '.')
			WHEN 'time' THEN CONCAT(p_name, ' takes a time of day, as 20:50.')
			ELSE CONCAT(p_name, ' takes the ID of a safe key: up to 16 letters, digits, - or _.') END);
	END IF;
	IF v_kind = 'key' AND p_value <> '' THEN
		CALL key_check(p_value);
	END IF;
	UPDATE policy SET value = p_value WHERE name = p_name;
	CALL policy_apply();
	CALL audit_append(0, clock_now(), 'policy', NULL, NULL, 'operator', NULL,
		CONCAT(p_name, ': ', v_old, ' -> ', p_value));
	COMMIT;
END //

-- One row of facts for a person or a monitoring system. node_state and cluster_size: of a Galera node, else NULL.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_status() READS SQL DATA
BEGIN
	SELECT clock_now() AS now,
	       (SELECT MAX(version) FROM schema_version) AS schema_version,
	       service_open() AS service_open,
	       (SELECT COUNT(*) FROM contract WHERE closed_at IS NULL) AS contracts,
	       (SELECT COUNT(*) FROM user WHERE closed_at IS NULL) AS users,
	       (SELECT COUNT(*) FROM user WHERE closed_at IS NULL AND otp_locked_at IS NOT NULL) AS locked_users,
	       (SELECT COUNT(*) FROM token WHERE live_user IS NOT NULL) AS live_tokens,
	       (SELECT COUNT(*) FROM mail_outbox WHERE sent_at IS NULL AND failed_at IS NULL) AS waiting_mails,
	       (SELECT COUNT(*) FROM mail_outbox WHERE failed_at IS NOT NULL) AS failed_mails,
	       (SELECT MAX(login_1_at) FROM user) AS last_login_at,
	       (SELECT GROUP_CONCAT(VARIABLE_VALUE ORDER BY VARIABLE_NAME SEPARATOR ', ')
	        FROM information_schema.GLOBAL_STATUS
	        WHERE VARIABLE_NAME IN ('WSREP_CLUSTER_STATUS', 'WSREP_LOCAL_STATE_COMMENT')
	              AND EXISTS (SELECT 1 FROM information_schema.GLOBAL_VARIABLES
	                          WHERE VARIABLE_NAME = 'WSREP_ON' AND VARIABLE_VALUE = 'ON')) AS node_state,
	       (SELECT CAST(VARIABLE_VALUE AS UNSIGNED) FROM information_schema.GLOBAL_STATUS
	        WHERE VARIABLE_NAME = 'WSREP_CLUSTER_SIZE'
	              AND EXISTS (SELECT 1 FROM information_schema.GLOBAL_VARIABLES
	                          WHERE VARIABLE_NAME = 'WSREP_ON' AND VARIABLE_VALUE = 'ON')) AS cluster_size;
END //

-- How much one import may hold: users, and bytes of JSON, since a call is one packet.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_import_bounds() READS SQL DATA
	SELECT 100000 AS users, CAST(@@GLOBAL.max_allowed_packet AS SIGNED) - 65536 AS bytes //

-- Registers many users at once, all or none: a JSON array of objects with contract, login_id, role, name, mail,
-- password_hash, and confirmation_hash or null; 1 to 100,000. Where a line is bad, nothing is done and every bad
-- one comes back as a row: its place in the array (from 1) and the refusal's name. No row: done, or, with dry_run,
-- it would be.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_import_users(
	IN p_users LONGTEXT, IN p_dry_run BOOLEAN) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_bad LONGTEXT;
	DECLARE v_contract INT UNSIGNED;
	DECLARE v_count INT;
	DECLARE v_end BOOLEAN DEFAULT FALSE;
	DECLARE v_contracts CURSOR FOR
		SELECT c.id, COUNT(*) FROM JSON_TABLE(p_users, '$[*]' COLUMNS (contract VARCHAR(300) PATH '$.contract')) j
		JOIN contract c ON c.number = j.contract GROUP BY c.id ORDER BY c.id;
	DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = TRUE;
	DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; CALL refuse('exists', NULL); END;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF NOT IFNULL(JSON_TYPE(p_users) = 'ARRAY' AND JSON_LENGTH(p_users) BETWEEN 1 AND 100000, FALSE) THEN
		CALL refuse('users', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT COUNT(c.closed_at) INTO v_count FROM contract c
	WHERE c.number IN (SELECT j.contract FROM JSON_TABLE(p_users, '$[*]' COLUMNS (contract VARCHAR(300) PATH '$.contract')) j)
	LOCK IN SHARE MODE;
	SET v_now = clock_now();
	-- JSON_ARRAYAGG is cut at this length.
	SET STATEMENT group_concat_max_len = 16777216 FOR
		WITH line AS (
			SELECT * FROM JSON_TABLE(p_users, '$[*]' COLUMNS (number FOR ORDINALITY,
				contract VARCHAR(300) PATH '$.contract', login_id VARCHAR(300) PATH '$.login_id',
				role VARCHAR(300) PATH '$.role', name VARCHAR(300) PATH '$.name',
				mail VARCHAR(300) PATH '$.mail', password_hash VARCHAR(300) PATH '$.password_hash',
				confirmation_hash VARCHAR(300) PATH '$.confirmation_hash' DEFAULT '-' ON ERROR)) j),
		judged AS (
			SELECT line.number, CASE
				WHEN c.id IS NULL THEN 'contract-unknown'
				WHEN c.closed_at IS NOT NULL THEN 'closed'
				WHEN IFNULL(LENGTH(line.login_id), 0) NOT BETWEEN 1 AND 128
				     OR line.login_id REGEXP '[\\x00-\\x1f\\x7f]' THEN 'login-id'
				WHEN COUNT(*) OVER (PARTITION BY CAST(line.login_id AS BINARY)) > 1 THEN 'twice'
				WHEN u.id IS NOT NULL THEN 'exists'
				WHEN IFNULL(line.role, '') NOT IN ('master', 'general') THEN 'role'
				WHEN IFNULL(CHAR_LENGTH(line.name), 0) NOT BETWEEN 1 AND 100
				     OR line.name REGEXP '[[:cntrl:]]' THEN 'name'
				WHEN NOT mail_address_valid(line.mail) THEN 'mail-address'
				WHEN hash_problem(line.password_hash) IS NOT NULL THEN hash_problem(line.password_hash)
				WHEN line.confirmation_hash IS NOT NULL AND line.role <> 'master' THEN 'not-master'
				WHEN line.confirmation_hash IS NOT NULL THEN hash_problem(line.confirmation_hash) END AS problem
			FROM line
			LEFT JOIN contract c ON c.number = line.contract
			LEFT JOIN user u ON u.login_id = CAST(line.login_id AS BINARY))
		SELECT JSON_ARRAYAGG(JSON_OBJECT('line', number, 'problem', problem)) INTO v_bad
		FROM judged WHERE problem IS NOT NULL;
	IF v_bad IS NULL AND NOT p_dry_run THEN
		INSERT INTO user (login_id, contract_id, role, display_name, mail_address, password_hash, confirmation_hash,
		                  created_at, states_from)
		SELECT CAST(j.login_id AS BINARY), c.id, j.role, j.name, j.mail, j.password_hash, j.confirmation_hash, v_now,
		       v_now
		FROM JSON_TABLE(p_users, '$[*]' COLUMNS (contract VARCHAR(300) PATH '$.contract',
			login_id VARCHAR(300) PATH '$.login_id', role VARCHAR(300) PATH '$.role',
			name VARCHAR(300) PATH '$.name', mail VARCHAR(300) PATH '$.mail',
			password_hash VARCHAR(300) PATH '$.password_hash',
			confirmation_hash VARCHAR(300) PATH '$.confirmation_hash' DEFAULT '-' ON ERROR)) j
		JOIN contract c ON c.number = j.contract;
		INSERT INTO hash_format (format)
		SELECT DISTINCT hash_format(j.hash) FROM JSON_TABLE(p_users, '$[*]' COLUMNS (
			hash VARCHAR(300) PATH '$.password_hash')) j
		UNION
		SELECT DISTINCT hash_format(j.hash) FROM JSON_TABLE(p_users, '$[*]' COLUMNS (
			hash VARCHAR(300) PATH '$.confirmation_hash' DEFAULT '-' ON ERROR)) j WHERE j.hash IS NOT NULL
		ON DUPLICATE KEY UPDATE format = hash_format.format;
		CALL policy_apply();
		OPEN v_contracts;
		rows_loop: LOOP
			FETCH v_contracts INTO v_contract, v_count;
			IF v_end THEN
				LEAVE rows_loop;
			END IF;
			CALL audit_append(v_contract, v_now, 'user-import', NULL, NULL, 'operator', NULL,
				CONCAT(v_count, ' users'));
		END LOOP;
		CLOSE v_contracts;
	END IF;
	COMMIT;
	SELECT line, problem FROM JSON_TABLE(IFNULL(v_bad, JSON_ARRAY()), '$[*]' COLUMNS (
		line INT PATH '$.line', problem VARCHAR(30) PATH '$.problem')) r ORDER BY line;
END //

-- Checks the audit chains, contract by contract (NULL: all; '-': the service's own; else as operator_list_audit_heads
-- names it), and gives a row for the first break in each: which row, and what is wrong there. No row: all are whole.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_verify_audit(IN p_contract_number VARCHAR(300))
	READS SQL DATA
BEGIN
	CALL check_contract(p_contract_number);
	WITH link AS (
		SELECT a.contract_id, a.number, a.hash, ROW_NUMBER() OVER w AS place,
		       UNHEX(audit_hash(IFNULL(LAG(a.hash) OVER w, UNHEX(REPEAT('00', 32))), a.contract_id, a.number, a.at,
		                        a.act, a.actor, a.by_user, a.on_user, a.origin, a.paper, a.detail)) AS expected
		FROM audit_event a WINDOW w AS (PARTITION BY a.contract_id ORDER BY a.number)),
	break AS (
		SELECT contract_id, number, IF(number <> place, 'a row before it is missing', 'it was changed') AS problem,
		       ROW_NUMBER() OVER (PARTITION BY contract_id ORDER BY number) AS nth
		FROM link WHERE number <> place OR hash <> expected),
	tail AS (
		SELECT h.contract_id, h.number, 'the newest row is not the one of the head' AS problem
		FROM audit_head h LEFT JOIN audit_event a ON a.contract_id = h.contract_id AND a.number = h.number
		WHERE (h.number > 0 AND NOT h.hash <=> a.hash)
		      OR EXISTS (SELECT 1 FROM audit_event m WHERE m.contract_id = h.contract_id AND m.number > h.number)),
	headless AS (
		SELECT k.contract_id, 0 AS number, 'the chain has no head' AS problem
		FROM (SELECT 0 AS contract_id UNION SELECT id FROM contract UNION SELECT contract_id FROM audit_event) k
		WHERE NOT EXISTS (SELECT 1 FROM audit_head h WHERE h.contract_id = k.contract_id)
		UNION ALL
		SELECT h.contract_id, 0, 'the chain is empty' FROM audit_head h
		WHERE h.contract_id > 0 AND h.number = 0
		      AND NOT EXISTS (SELECT 1 FROM audit_event a WHERE a.contract_id = h.contract_id))
	SELECT f.contract_id, IFNULL(c.number, lost_number(f.contract_id)) AS contract_number, f.number, f.problem
	FROM (SELECT contract_id, number, problem FROM break WHERE nth = 1
	      UNION ALL SELECT contract_id, number, problem FROM tail
	                WHERE contract_id NOT IN (SELECT contract_id FROM break)
	      UNION ALL SELECT contract_id, number, problem FROM headless) f
	LEFT JOIN contract c ON c.id = f.contract_id
	WHERE p_contract_number IS NULL OR p_contract_number = IFNULL(c.number, lost_number(f.contract_id))
	ORDER BY contract_number, f.number;
END //

-- The newest link of every chain: what an export keeps outside of the database.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_list_audit_heads() READS SQL DATA
	SELECT h.contract_id, IFNULL(c.number, lost_number(h.contract_id)) AS contract_number, h.number,
	       LOWER(HEX(h.hash)) AS hash
	FROM audit_head h LEFT JOIN contract c ON c.id = h.contract_id ORDER BY h.contract_id //

-- Rows of a chain, called as operator_list_audit_heads names it (NULL: all), oldest first, after the given number.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_list_audit(
	IN p_contract_number VARCHAR(300), IN p_after INT UNSIGNED, IN p_most INT UNSIGNED) READS SQL DATA
BEGIN
	CALL check_contract(p_contract_number);
	SELECT a.contract_id, IFNULL(c.number, lost_number(a.contract_id)) AS contract_number, a.number, a.at, a.act,
	       a.actor, a.by_user, a.on_user,
	       b.login_id AS by_login_id, o.login_id AS on_login_id, a.origin, a.paper, a.detail, LOWER(HEX(a.hash)) AS hash
	FROM audit_event a
	LEFT JOIN contract c ON c.id = a.contract_id
	LEFT JOIN user b ON b.id = a.by_user LEFT JOIN user o ON o.id = a.on_user
	WHERE (p_contract_number IS NULL OR p_contract_number = IFNULL(c.number, lost_number(a.contract_id)))
	      AND a.number > p_after
	ORDER BY a.contract_id, a.number LIMIT p_most;
END //

-- What operator_prune would delete by now.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_count_prunable() READS SQL DATA
BEGIN
	DECLARE v_now, v_before DATETIME(6);
	SET v_now = clock_now();
	SELECT v_now - INTERVAL login_event_months MONTH INTO v_before FROM policy_now;
	SELECT (SELECT COUNT(*) FROM login_event WHERE at < v_before) AS events,
	       (SELECT COUNT(*) FROM ticket WHERE expires_at < v_now - INTERVAL 1 DAY) AS tickets,
	       (SELECT COUNT(*) FROM console_session WHERE ends_at < v_now - INTERVAL 1 DAY) AS sessions,
	       (SELECT at FROM login_event ORDER BY id LIMIT 1) AS oldest, v_before AS retained_from;
END //

-- Deletes the oldest login events beyond the retention, and tickets and sessions that ended long ago, 1,000 rows of
-- each at most. Gives how many went, and how old the oldest event left is; call it again until none went. The audit
-- trail says so, once an hour at most.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_prune() MODIFIES SQL DATA
BEGIN
	DECLARE v_now, v_before DATETIME(6);
	DECLARE v_first BIGINT UNSIGNED;
	DECLARE v_events, v_tickets, v_sessions INT;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SET v_now = clock_now();
	SELECT v_now - INTERVAL login_event_months MONTH INTO v_before FROM policy_now;
	SELECT MIN(id) INTO v_first FROM login_event;
	DELETE FROM login_event WHERE id >= v_first AND id < v_first + 1000 AND at < v_before ORDER BY id;
	SET v_events = ROW_COUNT();
	DELETE FROM ticket WHERE expires_at < v_now - INTERVAL 1 DAY ORDER BY expires_at LIMIT 1000;
	SET v_tickets = ROW_COUNT();
	DELETE FROM console_session WHERE ends_at < v_now - INTERVAL 1 DAY ORDER BY ends_at LIMIT 1000;
	SET v_sessions = ROW_COUNT();
	IF v_events > 0 AND NOT EXISTS (SELECT 1 FROM audit_event WHERE contract_id = 0 AND act = 'prune'
	                                AND at > v_now - INTERVAL 1 HOUR) THEN
		CALL audit_append(0, v_now, 'prune', NULL, NULL, 'operator', NULL,
			CONCAT('login events before ', DATE_FORMAT(v_before, '%Y-%m-%d %H:%i:%s'), ' UTC'));
	END IF;
	COMMIT;
	SELECT v_events AS events, v_tickets AS tickets, v_sessions AS sessions, (SELECT at FROM login_event ORDER BY id LIMIT 1) AS oldest, v_before AS retained_from;
END //

-- What is known of a login id, and his newest login events (20 at most): for `login explain`.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_list_logins(IN p_login_id VARBINARY(300))
	READS SQL DATA
	SELECT e.at, LOWER(HEX(e.request_id)) AS request_id, LOWER(HEX(e.first_request)) AS first_request, e.client,
	       e.leg, e.verdict, e.reason
	FROM login_event e JOIN user u ON u.id = e.user_id
	WHERE u.login_id = p_login_id ORDER BY e.id DESC LIMIT 20 //

-- The login event of a request id (16 hexadecimal digits), as first or second request; no row: not settled, or pruned.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_find_request(IN p_request_id VARCHAR(300))
	READS SQL DATA
	SELECT e.at, LOWER(HEX(e.request_id)) AS request_id, LOWER(HEX(e.first_request)) AS first_request, e.client,
	       e.leg, e.verdict, e.reason, u.login_id
	FROM login_event e LEFT JOIN user u ON u.id = e.user_id
	WHERE UNHEX(p_request_id) IN (e.request_id, e.first_request) ORDER BY e.id DESC LIMIT 20 //

-- What `login explain` says of a user's present state: the columns of branch_show_user that bear on a login.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_show_user(IN p_login_id VARBINARY(300))
	READS SQL DATA
BEGIN
	DECLARE v_now DATETIME(6) DEFAULT clock_now();
	IF NOT EXISTS (SELECT 1 FROM user WHERE login_id = p_login_id) THEN
		CALL refuse('not-found', NULL);
	END IF;
	SELECT v_now AS now, u.login_id, u.role, c.number AS contract_number, c.otp_starts_on,
	       IFNULL(c.otp_starts_on <= DATE(v_now + INTERVAL 9 HOUR), 0) AS started, c.closed_at AS contract_closed_at,
	       u.closed_at, u.password_failures, u.password_locked_until, u.otp_failures, u.otp_locked_at,
	       (SELECT COUNT(*) FROM certificate ce WHERE ce.user_id = u.id AND ce.valid_until > v_now) AS certificates,
	       p.require_certificate, p.before_start,
	       IFNULL(t.state, IF(r.reissue_at IS NULL, 'none', 'revoked')) AS token_state, r.reissue_at,
	       u.login_1_at AS last_login_1
	FROM policy_now p JOIN user u ON u.login_id = p_login_id JOIN contract c ON c.id = u.contract_id
	LEFT JOIN token t ON t.id = u.live_token
	LEFT JOIN (SELECT user_id, MAX(reissue_at) AS reissue_at FROM token WHERE state = 'revoked' GROUP BY user_id) r
	       ON r.user_id = u.id;
END //

-- Counters for a monitoring system, as name and value; last_* are seconds since 1970, 0: never.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_metrics() READS SQL DATA
BEGIN
	DECLARE v_now DATETIME(6) DEFAULT clock_now();
	SELECT name, CAST(value AS SIGNED) AS value FROM (
		SELECT 'contracts' AS name, COUNT(*) AS value FROM contract WHERE closed_at IS NULL
		UNION ALL SELECT 'users', COUNT(*) FROM user WHERE closed_at IS NULL
		UNION ALL SELECT 'users_locked', COUNT(*) FROM user WHERE closed_at IS NULL AND otp_locked_at IS NOT NULL
		UNION ALL SELECT 'tokens_issued', COUNT(*) FROM token WHERE state = 'issued'
		UNION ALL SELECT 'tokens_installed', COUNT(*) FROM token WHERE state = 'installed'
		UNION ALL SELECT 'tokens_active', COUNT(*) FROM token WHERE state = 'active'
		UNION ALL SELECT 'mails_waiting', COUNT(*) FROM mail_outbox WHERE sent_at IS NULL AND failed_at IS NULL
		UNION ALL SELECT 'mails_failed', COUNT(*) FROM mail_outbox WHERE failed_at IS NOT NULL
		UNION ALL SELECT 'sessions_open', COUNT(*) FROM console_session WHERE closed_at IS NULL AND ends_at > v_now
		UNION ALL SELECT 'login_events_newest_id', IFNULL(MAX(id), 0) FROM login_event
		UNION ALL SELECT 'last_login_seconds', IFNULL(MAX(time_us(login_1_at)) DIV 1000000, 0) FROM user) m;
END //

DELIMITER ;
