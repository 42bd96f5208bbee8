-- SPDX-License-Identifier: GPL-2.0-only
-- What the mailer calls (account seikyo_mailer). A mail is claimed for some minutes, sent, and settled; a mailer that
-- dies in between leaves it to be claimed again, with the same Message-ID.

DELIMITER //

-- Claims the next mail that is due, for 5 minutes, and gives what it says; no row: none is due. tries counts the
-- claims. Texts are the mailer's; here are only facts.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE mail_claim() MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE v_id BIGINT UNSIGNED;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

	CALL service_greet();
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SET v_now = clock_now();
	SELECT id INTO v_id FROM mail_outbox WHERE next_try_at <= v_now ORDER BY next_try_at, id LIMIT 1
	FOR UPDATE SKIP LOCKED;
	UPDATE mail_outbox SET next_try_at = v_now + INTERVAL 5 MINUTE, tries = tries + 1 WHERE id = v_id;
	COMMIT;
	SELECT m.id, m.kind, m.recipient, m.about, m.created_at, m.tries, c.name AS contract_name,
	       IFNULL(u.display_name, '') AS display_name, IFNULL(u.role, '') AS role
	FROM mail_outbox m JOIN contract c ON c.id = m.contract_id LEFT JOIN user u ON u.id = m.user_id
	WHERE m.id = v_id;
END //

-- The server has taken the mail: it is never sent again.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE mail_sent(
	IN p_id BIGINT UNSIGNED, IN p_answer VARCHAR(500)) MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	UPDATE mail_outbox SET sent_at = clock_now(), failed_at = NULL, next_try_at = NULL, answer = p_answer
	WHERE id = p_id AND sent_at IS NULL;
	COMMIT;
END //

-- Not now: tries again after a pause that doubles from one minute to an hour; after 3 days, and a dozen tries (a mailer
-- that stood still for days tries first), it has failed. Changes nothing that another mailer has settled meanwhile.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE mail_defer(
	IN p_id BIGINT UNSIGNED, IN p_answer VARCHAR(500)) MODIFIES SQL DATA
BEGIN
	DECLARE v_now DATETIME(6);
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	SET v_now = clock_now();
	UPDATE mail_outbox SET answer = p_answer,
		failed_at = IF(created_at < v_now - INTERVAL 3 DAY AND tries > 12, v_now, NULL),
		next_try_at = IF(created_at < v_now - INTERVAL 3 DAY AND tries > 12, NULL,
		                 v_now + INTERVAL LEAST(60, POW(2, LEAST(tries, 10) - 1)) MINUTE)
	WHERE id = p_id AND sent_at IS NULL AND failed_at IS NULL;
	COMMIT;
END //

-- Never: the server refused it for good, in these words.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE mail_fail(
	IN p_id BIGINT UNSIGNED, IN p_answer VARCHAR(500)) MODIFIES SQL DATA
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	START TRANSACTION;
	UPDATE mail_outbox SET failed_at = clock_now(), next_try_at = NULL, answer = p_answer
	WHERE id = p_id AND sent_at IS NULL;
	COMMIT;
END //

DELIMITER ;
