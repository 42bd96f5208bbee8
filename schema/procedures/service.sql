-- SPDX-License-Identifier: GPL-2.0-only
-- Whether there is service: not in a database that was restored, until an operator has recovered it (recover.sql), and
-- not where it was closed by hand.

DELIMITER //

-- Which database this is: the making of its files, or of its cluster, and since when it holds its rows. A restart or a
-- crash changes nothing of it; files that were copied, a dump that was loaded and a cluster made anew do. NULL: it
-- can't be told now.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION service_identity() RETURNS VARCHAR(120) READS SQL DATA
BEGIN
	DECLARE v_made VARCHAR(64);
	DECLARE v_since DATETIME(6);
	IF @@GLOBAL.wsrep_on THEN
		SELECT CONCAT('cluster ', VARIABLE_VALUE) INTO v_made FROM information_schema.GLOBAL_STATUS
		WHERE VARIABLE_NAME = 'WSREP_CLUSTER_STATE_UUID' AND VARIABLE_VALUE REGEXP '[1-9a-f]';
	ELSE
		SET STATEMENT time_zone = '+00:00' FOR
			SELECT CONCAT('files ', CREATE_TIME) INTO v_made FROM information_schema.TABLES
			WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'witness';
	END IF;
	SET STATEMENT time_zone = '+00:00' FOR SELECT ROW_START INTO v_since FROM witness WHERE one = 1;
	RETURN CONCAT(v_made, ', rows ', v_since);
END //

-- True if there is service: not closed, and in the database that it was opened in.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost FUNCTION service_open() RETURNS BOOLEAN READS SQL DATA
	RETURN IFNULL((SELECT closed_at IS NULL AND identity = service_identity() FROM service WHERE one = 1), FALSE) //

-- Refuses where there is no service: for whatever changes anything.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE service_demand() READS SQL DATA
BEGIN
	-- What a transaction is told that another node of a cluster aborts while it opens a table: it is to be tried again.
	DECLARE EXIT HANDLER FOR 1146 SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'another node was first';
	IF NOT service_open() THEN
		CALL refuse('closed-for-recovery', NULL);
	END IF;
END //

-- The same for whoever comes with a new connection. A database that is found to be another one is closed for those,
-- too, who have had their connection since before.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE service_greet() MODIFIES SQL DATA
BEGIN
	IF NOT service_open() THEN
		IF EXISTS (SELECT 1 FROM service WHERE closed_at IS NULL AND NOT identity <=> service_identity())
		   AND service_identity() IS NOT NULL THEN
			CALL service_close('its database was restored', TRUE);
		END IF;
		CALL refuse('closed-for-recovery', NULL);
	END IF;
END //

-- What everybody but a RADIUS server (radius_hello) asks on a new connection, outside of any transaction: proves that
-- the node answers from its tables, and loads here what service_demand asks. MariaDB leaves a routine that is loaded
-- first in a transaction which another node aborts without its tables, for as long as the connection lasts.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE service_hello() READS SQL DATA
	SELECT service_open() AS open //

-- Closes service, if it is open; with p_restored only while it is another database's: a recovery may have just opened it.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE service_close(
	IN p_by VARCHAR(300), IN p_restored BOOLEAN) MODIFIES SQL DATA
BEGIN
	DECLARE v_identity VARCHAR(120) DEFAULT service_identity();
	DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
	START TRANSACTION;
	UPDATE service SET closed_at = clock_now(), closed_by = p_by
	WHERE closed_at IS NULL AND NOT (p_restored AND identity <=> v_identity);
	CALL service_shut();
	COMMIT;
END //

-- Puts policies in force that no login gets past, where service is closed: a row that no RADIUS server can read, and
-- no step that is high enough.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE service_shut() MODIFIES SQL DATA
	UPDATE policy_now SET hash_formats = REPEAT('-', 1001), step_floor = 9000000000000000000, before_start = 'refuse'
	WHERE EXISTS (SELECT 1 FROM service WHERE closed_at IS NOT NULL) //

-- Closes service by hand: for a restore that leaves no trace, as a snapshot of a whole disk. What stays of it in the
-- audit trail comes with the recovery: until then the trail must stay what the export goes on from.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_close_service() MODIFIES SQL DATA
	CALL service_close(USER(), FALSE) //

-- What a recovery would begin from.
CREATE OR REPLACE DEFINER = seikyo_definer@localhost PROCEDURE operator_show_service() READS SQL DATA
	SELECT clock_now() AS now, service_open() AS open, s.closed_at, s.closed_by,
	       (SELECT COUNT(*) FROM token WHERE live_user IS NOT NULL) AS live_tokens,
	       (SELECT MAX(at) FROM audit_event) AS newest_act_at, (SELECT MAX(login_1_at) FROM user) AS newest_login_at
	FROM service s //

DELIMITER ;

-- A new database is the one that service is opened in.
UPDATE service SET identity = service_identity() WHERE identity IS NULL;
