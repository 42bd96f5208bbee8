-- SPDX-License-Identifier: GPL-2.0-only
-- Rolling the RADIUS servers' keys (account seikyo_keys, used on a RADIUS server): load the new key everywhere,
-- activate it, re-seal, retire the old one.

DELIMITER //

-- Every safe key that is loaded somewhere, active, retired, or that a token is sealed under.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_list() READS SQL DATA
BEGIN
	WITH sealed AS (
		SELECT safe_key_id(safe) AS id, COUNT(*) AS tokens FROM token WHERE safe IS NOT NULL GROUP BY 1),
	known AS (
		SELECT id FROM sealed UNION SELECT id FROM radius_server_key WHERE kind = 'safe'
		UNION SELECT id FROM retired_key UNION SELECT active_safe_key FROM policy_now WHERE active_safe_key <> '')
	SELECT k.id, k.id = p.active_safe_key AS active, IFNULL(s.tokens, 0) AS tokens,
	       (SELECT COUNT(*) FROM radius_server_key l WHERE l.kind = 'safe' AND l.id = k.id) AS loaded_on,
	       (SELECT COUNT(*) FROM radius_server) AS servers, r.retired_at
	FROM policy_now p JOIN known k LEFT JOIN sealed s ON s.id = k.id LEFT JOIN retired_key r ON r.id = k.id
	ORDER BY k.id;
END //

-- Every RADIUS server that has connected, with the keys that it has loaded.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_list_servers() READS SQL DATA
	SELECT s.name, s.seen_at,
	       (SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR ' ') FROM radius_server_key k
	        WHERE k.server = s.name AND k.kind = 'safe') AS safe_keys,
	       (SELECT GROUP_CONCAT(id ORDER BY id SEPARATOR ' ') FROM radius_server_key k
	        WHERE k.server = s.name AND k.kind = 'envelope') AS envelope_keys
	FROM radius_server s ORDER BY s.name //

-- What is still sealed to the envelope keys: the tokens that are installed and wait for their first code.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_count_envelopes() READS SQL DATA
	SELECT COUNT(*) AS tokens, MIN(installed_at) AS oldest_at FROM token WHERE state = 'installed' //

-- Forgets a RADIUS server that is no longer in use, so that it holds no key back.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_forget_server(IN p_name VARCHAR(300))
	MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	DELETE FROM radius_server_key WHERE server = p_name;
	DELETE FROM radius_server WHERE name = p_name;
	IF ROW_COUNT() = 0 THEN
		CALL refuse('not-found', NULL);
	END IF;
	CALL audit_append(0, clock_now(), 'server-forget', NULL, NULL, 'operator', NULL, p_name);
	COMMIT;
END //

-- Makes a safe key the one that new secrets are sealed under. Refused unless every RADIUS server has loaded it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_activate(IN p_id VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_active VARCHAR(40);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(p_id, '') NOT REGEXP '^[A-Za-z0-9_-]{1,16}\\z' THEN
		CALL refuse('key-id', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	-- Whoever activates, re-seals or retires decides while nobody else does.
	SELECT value INTO v_active FROM policy WHERE name = 'active_safe_key' FOR UPDATE;
	CALL key_check(p_id);
	UPDATE policy SET value = p_id WHERE name = 'active_safe_key';
	CALL policy_apply();
	CALL audit_append(0, clock_now(), 'key-activate', NULL, NULL, 'operator', NULL, p_id);
	COMMIT;
END //

-- Tokens whose secret is sealed under another than the active safe key, after the given token, 1,000 at most.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_list_safes(IN p_after BIGINT UNSIGNED)
	READS SQL DATA
	SELECT t.id AS token_id, t.user_id, t.safe, u.login_id
	FROM token t JOIN policy_now p JOIN user u ON u.id = t.user_id
	WHERE t.id > p_after AND t.safe IS NOT NULL AND p.active_safe_key <> ''
	      AND safe_key_id(t.safe) <> p.active_safe_key
	ORDER BY t.id LIMIT 1000 //

-- Puts the same secret, sealed anew, in the place of the safe that was read: refused where that has changed since.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_reseal(
	IN p_token BIGINT UNSIGNED, IN p_old VARBINARY(122), IN p_new VARBINARY(122)) MODIFIES SQL DATA
BEGIN
	DECLARE v_user BIGINT UNSIGNED;
	DECLARE v_active VARCHAR(40);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL service_demand();
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT user_id INTO v_user FROM token WHERE id = p_token;
	SELECT id INTO v_user FROM user WHERE id = v_user FOR UPDATE;
	SELECT value INTO v_active FROM policy WHERE name = 'active_safe_key' LOCK IN SHARE MODE;
	IF NOT safe_key_id(p_new) <=> v_active THEN
		CALL refuse('retired-key', CONCAT('Another safe key was made active meanwhile: ', v_active, '.'));
	END IF;
	UPDATE token SET safe = p_new WHERE id = p_token AND safe = p_old;
	IF ROW_COUNT() = 0 THEN
		CALL refuse('changed', NULL);
	END IF;
	COMMIT;
END //

-- Retires a safe key: nothing may be sealed under it any more. Refused while it is active or a token needs it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE keys_retire(IN p_id VARCHAR(300)) MODIFIES SQL DATA
BEGIN
	DECLARE v_active VARCHAR(40);
	DECLARE v_tokens INT;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	IF IFNULL(p_id, '') NOT REGEXP '^[A-Za-z0-9_-]{1,16}\\z' THEN
		CALL refuse('key-id', NULL);
	END IF;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SELECT value INTO v_active FROM policy WHERE name = 'active_safe_key' FOR UPDATE;
	IF EXISTS (SELECT 1 FROM retired_key WHERE id = p_id) THEN
		CALL refuse('retired-key', CONCAT('Safe key ', p_id, ' is retired already.'));
	END IF;
	INSERT INTO retired_key (id, retired_at) VALUES (p_id, clock_now());
	SELECT COUNT(*) INTO v_tokens FROM token WHERE safe IS NOT NULL AND safe_key_id(safe) = p_id FOR UPDATE;
	IF v_tokens = 0 AND NOT EXISTS (SELECT 1 FROM radius_server_key WHERE kind = 'safe' AND id = p_id)
	   AND NOT EXISTS (SELECT 1 FROM audit_event WHERE contract_id = 0 AND act = 'key-activate' AND detail = p_id) THEN
		CALL refuse('not-found', CONCAT('There is no safe key ', p_id, '.'));
	END IF;
	IF v_tokens > 0 OR p_id = v_active THEN
		CALL refuse('key-in-use', CONCAT('Safe key ', p_id, ' is ',
			IF(p_id = v_active, 'the active one.', CONCAT('needed by ', v_tokens, ' tokens: run key reseal.'))));
	END IF;
	CALL audit_append(0, clock_now(), 'key-retire', NULL, NULL, 'operator', NULL, p_id);
	COMMIT;
END //

DELIMITER ;
