-- SPDX-License-Identifier: GPL-2.0-only
-- Puts the database back to what it was when the faults began, and tells in a line what a login has left
-- in it. Only tests/inject calls these; the stack is its own.

CREATE DATABASE inject CHARACTER SET utf8mb4;
USE inject;

CREATE TABLE user AS SELECT * FROM seikyo_otp.user;
CREATE TABLE token AS SELECT * FROM seikyo_otp.token;
CREATE TABLE decoy AS SELECT * FROM seikyo_otp.decoy;
CREATE TABLE audit_head AS SELECT * FROM seikyo_otp.audit_head;
CREATE TABLE certificate AS SELECT * FROM seikyo_otp.certificate;
CREATE TABLE policy_now AS SELECT * FROM seikyo_otp.policy_now;
CREATE TABLE clock AS SELECT seikyo_otp.clock_now() AS at, seikyo_otp.clock_now() AS first;

-- The clock stands still where a flow has put it.
GRANT SELECT ON inject.clock TO seikyo_definer@localhost;
USE seikyo_otp;
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION clock_now() RETURNS DATETIME(6)
	NOT DETERMINISTIC READS SQL DATA RETURN (SELECT at FROM inject.clock);
USE inject;

DELIMITER //

CREATE PROCEDURE reset()
BEGIN
	SET foreign_key_checks = 0, sql_mode = '';
	START TRANSACTION;
	DELETE FROM seikyo_otp.user;
	INSERT INTO seikyo_otp.user SELECT * FROM user;
	DELETE FROM seikyo_otp.token;
	INSERT INTO seikyo_otp.token SELECT * FROM token;
	UPDATE seikyo_otp.decoy SET failures = 0, attempts = '' WHERE attempts <> '';
	DELETE FROM seikyo_otp.audit_event;
	DELETE FROM seikyo_otp.audit_head;
	INSERT INTO seikyo_otp.audit_head SELECT * FROM audit_head;
	DELETE FROM seikyo_otp.certificate;
	INSERT INTO seikyo_otp.certificate SELECT * FROM certificate;
	REPLACE INTO seikyo_otp.policy_now SELECT * FROM policy_now;
	UPDATE clock SET at = first;
	DELETE FROM seikyo_otp.retired_key;
	DELETE FROM seikyo_otp.ticket;
	DELETE FROM seikyo_otp.login_event;
	DELETE FROM seikyo_otp.mail_outbox;
	COMMIT;
END //

-- What random bytes are in is told by its length. Refusals that change nothing are no settled attempts: they leave
-- an event each time.
CREATE PROCEDURE told()
	SELECT CONCAT_WS(' ',
		(SELECT CONCAT('users ', GROUP_CONCAT(CONCAT_WS('/', login_id, password_failures,
			IFNULL(password_locked_until, '-'), otp_failures, IFNULL(otp_locked_at, '-'),
			confirmation_failures, IFNULL(confirmation_locked_until, '-'), IFNULL(live_token, '-'),
			otp_last_step, otp_drift, states_from, HEX(attempts), IFNULL(login_1_at, '-'),
			IFNULL(login_2_at, '-'), IFNULL(HEX(renewed_from), '-'), LENGTH(password_hash))
			ORDER BY id SEPARATOR ' ')) FROM seikyo_otp.user),
		(SELECT CONCAT('tokens ', GROUP_CONCAT(CONCAT_WS('/', state, IFNULL(LENGTH(safe), '-'),
			IFNULL(LENGTH(envelope), '-'), IFNULL(activated_at, '-')) ORDER BY id SEPARATOR ' '))
			FROM seikyo_otp.token),
		(SELECT CONCAT('events ', IFNULL(GROUP_CONCAT(CONCAT_WS('/', HEX(request_id), leg, verdict, reason,
			IF(reason IN ('stale', 'locked', 'used', 'retired-key'), 'n', times)) SEPARATOR ' '), '-'))
			FROM (SELECT request_id, leg, verdict, reason, COUNT(*) AS times FROM seikyo_otp.login_event
				GROUP BY request_id, leg, verdict, reason ORDER BY MIN(id)) e),
		(SELECT CONCAT('tickets ', IFNULL(GROUP_CONCAT(CONCAT_WS('/', purpose, HEX(digest)) ORDER BY digest
			SEPARATOR ' '), '-')) FROM seikyo_otp.ticket),
		(SELECT CONCAT('audit ', IFNULL(GROUP_CONCAT(act ORDER BY contract_id, number), '-'))
			FROM seikyo_otp.audit_event),
		(SELECT CONCAT('mails ', IFNULL(GROUP_CONCAT(kind ORDER BY id), '-')) FROM seikyo_otp.mail_outbox),
		(SELECT CONCAT('decoys ', COUNT(*)) FROM seikyo_otp.decoy WHERE attempts <> '')) AS told,
		(SELECT COUNT(*) FROM seikyo_otp.login_event WHERE verdict = 'accepted') AS accepted //

DELIMITER ;
