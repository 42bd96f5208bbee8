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
	DECLARE v_good BOOLEAN;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	START TRANSACTION;
	SELECT kind, minimum, maximum, choices, value INTO v_kind, v_minimum, v_maximum, v_choices, v_old
	FROM policy WHERE name = p_name FOR UPDATE;
	IF v_kind IS NULL THEN
		CALL refuse('policy-name', NULL);
	END IF;
	SET v_good = CASE v_kind
		WHEN 'integer' THEN p_value REGEXP '^(0|[1-9][0-9]{0,10})$'
		WHEN 'time' THEN p_value REGEXP '^([01][0-9]|2[0-3]):[0-5][0-9]$'
		WHEN 'choice' THEN p_value <> '' AND p_value NOT LIKE '% %'
			AND LOCATE(CONCAT(' ', p_value, ' '), CONCAT(' ', v_choices, ' ')) > 0
		ELSE p_value REGEXP '^[A-Za-z0-9_-]{0,16}$' END;
	IF v_good AND v_kind = 'integer' THEN
		SET v_good = CAST(p_value AS SIGNED) BETWEEN v_minimum AND v_maximum;
	END IF;
	IF NOT IFNULL(v_good, FALSE) THEN
		CALL refuse('policy-value', CASE v_kind
			WHEN 'integer' THEN CONCAT(p_name, ' takes ', v_minimum, ' to ', v_maximum, '.')
			WHEN 'choice' THEN CONCAT(p_name, ' takes one of: ', v_choices, '.')
			WHEN 'time' THEN CONCAT(p_name, ' takes a time of day, as 20:50.')
			ELSE CONCAT(p_name, ' takes the ID of a safe key: up to 16 letters, digits, - or _.') END);
	END IF;
	UPDATE policy SET value = p_value WHERE name = p_name;
	CALL policy_apply();
	CALL audit_append(0, clock_now(), 'policy', NULL, NULL, 'operator', NULL,
		CONCAT(p_name, ': ', v_old, ' -> ', p_value));
	COMMIT;
END //

-- One row of facts for a person or a monitoring system.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_status() READS SQL DATA
BEGIN
	SELECT clock_now() AS now,
	       (SELECT MAX(version) FROM schema_version) AS schema_version,
	       (SELECT COUNT(*) FROM contract WHERE closed_at IS NULL) AS contracts,
	       (SELECT COUNT(*) FROM user WHERE closed_at IS NULL) AS users,
	       (SELECT COUNT(*) FROM user WHERE closed_at IS NULL AND otp_locked_at IS NOT NULL) AS locked_users,
	       (SELECT COUNT(*) FROM token WHERE live_user IS NOT NULL) AS live_tokens,
	       (SELECT COUNT(*) FROM mail_outbox WHERE sent_at IS NULL AND failed_at IS NULL) AS waiting_mails,
	       (SELECT COUNT(*) FROM mail_outbox WHERE failed_at IS NOT NULL) AS failed_mails,
	       (SELECT MAX(login_1_at) FROM user) AS last_login_at;
END //

DELIMITER ;
