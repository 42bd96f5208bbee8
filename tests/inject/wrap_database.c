/* SPDX-License-Identifier: GPL-2.0-only */
/* libmariadb. A statement on which a fault has struck tells of it as of any other error. */
#include "wrap.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <mariadb/mysqld_error.h>

#include "store/call.h"

static struct {
	const MYSQL_STMT *statement; /* NULL: none has failed */
	unsigned number;
} failed;

/* Notes which statement has failed, and gives what says so. */
static int fail(const MYSQL_STMT *statement)
{
	failed.statement = statement;
	failed.number = fault_is_deadlock() ? ER_LOCK_DEADLOCK : CR_SERVER_LOST;
	return 1;
}

/* A call that gives 0 or an error, and forgets the error before. */
#define WRAP_STATEMENT(type, name, parameters, arguments)                                          \
	WRAP_DECLARE(type, name, parameters);                                                      \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		const enum fault_way way = fault_way_of_call(#name);                               \
		type result = 1;                                                                   \
                                                                                                   \
		if (way != FAULT_WAY_FAIL)                                                         \
			result = __real_##name arguments;                                          \
		if (way != FAULT_WAY_GO)                                                           \
			return (type)fail(statement);                                              \
		if (failed.statement == statement)                                                 \
			failed.statement = NULL;                                                   \
		return result;                                                                     \
	}

WRAP_STATEMENT(int, mysql_stmt_prepare,
	       (MYSQL_STMT * statement, const char *text, unsigned long len),
	       (statement, text, len))
WRAP_STATEMENT(my_bool, mysql_stmt_bind_param, (MYSQL_STMT * statement, MYSQL_BIND *binds),
	       (statement, binds))
WRAP_STATEMENT(my_bool, mysql_stmt_bind_result, (MYSQL_STMT * statement, MYSQL_BIND *binds),
	       (statement, binds))
WRAP_STATEMENT(int, mysql_stmt_execute, (MYSQL_STMT * statement), (statement))
WRAP_STATEMENT(int, mysql_stmt_fetch, (MYSQL_STMT * statement), (statement))
WRAP_STATEMENT(int, mysql_stmt_fetch_column,
	       (MYSQL_STMT * statement, MYSQL_BIND *bind, unsigned column, unsigned long offset),
	       (statement, bind, column, offset))
WRAP_STATEMENT(int, mysql_stmt_next_result, (MYSQL_STMT * statement), (statement))

WRAP(MYSQL *, mysql_init, (MYSQL * mysql), (mysql), NULL)
WRAP(int, mysql_server_init, (int count, char **words, char **groups), (count, words, groups), 1)
WRAP(int, mysql_options, (MYSQL * mysql, enum mysql_option option, const void *value),
     (mysql, option, value), 1)
WRAP(my_bool, mysql_ssl_set,
     (MYSQL * mysql, const char *key, const char *certificate, const char *ca, const char *folder,
      const char *cipher),
     (mysql, key, certificate, ca, folder, cipher), 1)
WRAP(MYSQL *, mysql_real_connect,
     (MYSQL * mysql, const char *host, const char *user, const char *password, const char *database,
      unsigned port, const char *socket, unsigned long flags),
     (mysql, host, user, password, database, port, socket, flags), NULL)
WRAP(MYSQL_STMT *, mysql_stmt_init, (MYSQL * mysql), (mysql), NULL)
WRAP(MYSQL_RES *, mysql_stmt_result_metadata, (MYSQL_STMT * statement), (statement), NULL)

/* What is freed is freed all the same. */
WRAP_DECLARE(my_bool, mysql_stmt_free_result, (MYSQL_STMT * statement));

my_bool __wrap_mysql_stmt_free_result(MYSQL_STMT *statement)
{
	my_bool result = __real_mysql_stmt_free_result(statement);

	return fault_strikes("mysql_stmt_free_result") ? 1 : result;
}

WRAP_DECLARE(unsigned, mysql_stmt_errno, (MYSQL_STMT * statement));
WRAP_DECLARE(const char *, mysql_stmt_error, (MYSQL_STMT * statement));
WRAP_DECLARE(const char *, mysql_stmt_sqlstate, (MYSQL_STMT * statement));

unsigned __wrap_mysql_stmt_errno(MYSQL_STMT *statement)
{
	return failed.statement == statement ? failed.number : __real_mysql_stmt_errno(statement);
}

const char *__wrap_mysql_stmt_error(MYSQL_STMT *statement)
{
	return failed.statement == statement ? "a fault to order"
					     : __real_mysql_stmt_error(statement);
}

const char *__wrap_mysql_stmt_sqlstate(MYSQL_STMT *statement)
{
	return failed.statement == statement ? "HY000" : __real_mysql_stmt_sqlstate(statement);
}

/* Ours, wrapped to know in which procedure a fault strikes. */
WRAP_DECLARE(enum seikyo_call_result, seikyo_call,
	     (struct seikyo_store * store, const struct seikyo_procedure *procedure,
	      const struct seikyo_value *arguments, seikyo_row_fn row, void *context));

enum seikyo_call_result __wrap_seikyo_call(struct seikyo_store *store,
					   const struct seikyo_procedure *procedure,
					   const struct seikyo_value *arguments, seikyo_row_fn row,
					   void *context)
{
	enum seikyo_call_result result;

	fault_procedure(procedure->name);
	result = __real_seikyo_call(store, procedure, arguments, row, context);
	fault_procedure("");
	return result;
}
