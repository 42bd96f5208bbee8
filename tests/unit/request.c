/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <stdio_ext.h>
#include <stdlib.h>
#include <unistd.h>

#include "console/request.h"

#define COOKIE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char *const variables[] = {
	"REQUEST_METHOD",  "REQUEST_URI",	"CONTENT_LENGTH", "CONTENT_TYPE",
	"HTTP_COOKIE",	   "HTTP_ORIGIN",	"REMOTE_ADDR",	  "HTTP_ACCEPT_LANGUAGE",
	"SSL_CLIENT_CERT", "SSL_CLIENT_VERIFY",
};

static struct seikyo_request request;
static struct seikyo_channel *channel;

/* A CGI program's environment: a login page's GET. */
static int begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(variables); i++)
		unsetenv(variables[i]);
	setenv("REQUEST_METHOD", "GET", 1);
	setenv("REQUEST_URI", "/login", 1);
	channel = seikyo_channel_open();
	return channel ? 0 : -1;
}

static int end(void **state)
{
	seikyo_request_wipe(&request);
	assert_true(unit_wiped(&request, sizeof(request)));
	seikyo_channel_close(channel);
	return unit_no_errors_left(state);
}

static enum seikyo_request_result read_request(void)
{
	seikyo_request_wipe(&request);
	return seikyo_request_read(&request, channel);
}

/* Makes the len bytes at body the standard input of a POST that says it has said bytes. */
static enum seikyo_request_result post(const char *body, size_t len, const char *said)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(body, 1, len, file), len);
	rewind(file);
	assert_true(dup2(fileno(file), 0) == 0);
	fclose(file);
	/* Nothing of the one before may be left. */
	__fpurge(stdin);
	clearerr(stdin);
	setenv("REQUEST_METHOD", "POST", 1);
	if (said)
		setenv("CONTENT_LENGTH", said, 1);
	else
		unsetenv("CONTENT_LENGTH");
	return read_request();
}

static void methods_are_get_head_and_post(void **state)
{
	static const char *const others[] = {"PUT",   "DELETE", "TRACE", "OPTIONS", "get",
					     "POST ", "GETS",	"",	 "PATCH"};

	(void)state;
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_int_equal(request.method, SEIKYO_METHOD_GET);
	setenv("REQUEST_METHOD", "HEAD", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_int_equal(request.method, SEIKYO_METHOD_GET);
	for (size_t i = 0; i < COUNT(others); i++) {
		setenv("REQUEST_METHOD", others[i], 1);
		assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
		assert_int_equal(request.method, SEIKYO_METHOD_OTHER);
	}
	unsetenv("REQUEST_METHOD");
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_int_equal(request.method, SEIKYO_METHOD_OTHER);
}

static void path_and_query_are_parted_at_the_question_mark(void **state)
{
	(void)state;
	setenv("REQUEST_URI", "/works/users?a=b?c&d=%20", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.path, "/works/users");
	assert_string_equal(request.query, "a=b?c&d=%20");
	setenv("REQUEST_URI", "/login", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.path, "/login");
	assert_string_equal(request.query, "");
}

static void a_path_with_other_bytes_than_ours_is_none(void **state)
{
	static const char *const targets[] = {
		"/%6cogin", "/login%00", "/login;x",   "/Login",
		"/lo gin",  "/login\\",	 "/lo\xe3gin", "https://console.example.jp/login",
		"*",	    "",		 "/login#x",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++) {
		setenv("REQUEST_URI", targets[i], 1);
		assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
		assert_string_equal(request.path, "");
	}
	/* Of our bytes, and still no page's. */
	setenv("REQUEST_URI", "//login/../x", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.path, "//login/../x");
}

static void path_and_query_have_their_greatest_lengths(void **state)
{
	char target[SEIKYO_PATH_MAX + SEIKYO_QUERY_MAX + 8];

	(void)state;
	memset(target, 'a', sizeof(target));
	target[0] = '/';
	target[SEIKYO_PATH_MAX] = '\0';
	setenv("REQUEST_URI", target, 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.path, target);
	target[SEIKYO_PATH_MAX] = 'a';
	target[SEIKYO_PATH_MAX + 1] = '\0';
	setenv("REQUEST_URI", target, 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.path, "");
	memset(target, 'a', sizeof(target));
	memcpy(target, "/?", 2);
	target[SEIKYO_QUERY_MAX + 2] = '\0';
	setenv("REQUEST_URI", target, 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_int_equal(strlen(request.query), SEIKYO_QUERY_MAX);
	target[SEIKYO_QUERY_MAX + 2] = 'a';
	target[SEIKYO_QUERY_MAX + 3] = '\0';
	setenv("REQUEST_URI", target, 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_LONG);
}

static void a_body_is_read_as_long_as_it_says(void **state)
{
	(void)state;
	setenv("CONTENT_TYPE", "application/x-www-form-urlencoded", 1);
	assert_int_equal(post("code=1", 6, "6"), SEIKYO_REQUEST_GOOD);
	assert_int_equal(request.body_len, 6);
	assert_memory_equal(request.body, "code=1", 7);
	assert_false(request.is_json);
	assert_int_equal(post("code=1&more", 11, "6"), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.body, "code=1");
	assert_int_equal(post("", 0, "0"), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.body, "");
	assert_int_equal(post("a\0b", 3, "3"), SEIKYO_REQUEST_GOOD);
	assert_memory_equal(request.body, "a\0b", 4);
}

static void a_body_shorter_than_it_says_is_refused(void **state)
{
	(void)state;
	setenv("CONTENT_TYPE", "application/x-www-form-urlencoded", 1);
	assert_int_equal(post("code=1", 6, "7"), SEIKYO_REQUEST_BAD);
	assert_int_equal(post("", 0, "1"), SEIKYO_REQUEST_BAD);
}

static void a_length_that_is_no_number_is_refused(void **state)
{
	static const char *const lengths[] = {"",
					      "-1",
					      "+1",
					      "1x",
					      "0x1",
					      " 1",
					      "1 ",
					      "1,1",
					      "1.",
					      "1234567890",
					      "18446744073709551622"};

	(void)state;
	setenv("CONTENT_TYPE", "application/x-www-form-urlencoded", 1);
	for (size_t i = 0; i < COUNT(lengths); i++)
		assert_int_equal(post("code=1", 6, lengths[i]), SEIKYO_REQUEST_BAD);
	assert_int_equal(post("code=1", 6, NULL), SEIKYO_REQUEST_BAD);
}

static void a_body_has_its_greatest_length(void **state)
{
	char *body = calloc(1, SEIKYO_BODY_MAX + 1);

	(void)state;
	assert_non_null(body);
	setenv("CONTENT_TYPE", "application/x-www-form-urlencoded", 1);
	assert_int_equal(post(body, SEIKYO_BODY_MAX, "65536"), SEIKYO_REQUEST_GOOD);
	assert_int_equal(request.body_len, SEIKYO_BODY_MAX);
	assert_int_equal(post(body, SEIKYO_BODY_MAX + 1, "65537"), SEIKYO_REQUEST_LARGE);
	assert_null(request.body);
	assert_int_equal(post(body, 1, "999999999"), SEIKYO_REQUEST_LARGE);
	free(body);
}

static void a_body_of_another_type_is_refused(void **state)
{
	static const char *const others[] = {"",
					     "text/plain",
					     "multipart/form-data; boundary=x",
					     "application/x-www-form-urlencodedx",
					     "application/x-www-form-urlencode",
					     " application/json",
					     "application/jsonp",
					     "application/json,text/plain"};
	static const char *const forms[] = {
		"application/x-www-form-urlencoded;charset=UTF-8",
		"Application/X-WWW-Form-URLEncoded",
		"application/x-www-form-urlencoded ; charset=utf-8",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		setenv("CONTENT_TYPE", others[i], 1);
		assert_int_equal(post("code=1", 6, "6"), SEIKYO_REQUEST_TYPE);
	}
	for (size_t i = 0; i < COUNT(forms); i++) {
		setenv("CONTENT_TYPE", forms[i], 1);
		assert_int_equal(post("code=1", 6, "6"), SEIKYO_REQUEST_GOOD);
		assert_false(request.is_json);
	}
	setenv("CONTENT_TYPE", "application/json", 1);
	assert_int_equal(post("{}", 2, "2"), SEIKYO_REQUEST_GOOD);
	assert_true(request.is_json);
}

static void a_get_has_no_body(void **state)
{
	(void)state;
	setenv("CONTENT_LENGTH", "99999999999", 1);
	setenv("CONTENT_TYPE", "text/plain", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_null(request.body);
}

/* A Cookie header, and what the cookie a is there. */
struct jar {
	const char *header;
	const char *value; /* NULL: none */
};

static void cookies_are_found_by_their_whole_name(void **state)
{
	static const struct jar jars[] = {
		{"a=1", "1"},	      {"b=2; a=1", "1"},
		{"b=2;a=1;c=3", "1"}, {"a=", ""},
		{"a=1 ; b=2", "1"},   {"  a=1\t", "1"},
		{"b=a=2; a=1", "1"},  {"a=1=2", "1=2"},
		{";;a=1;;", "1"},     {"a=\"1\"", "\"1\""},
		{"", NULL},	      {"a", NULL},
		{"aa=1", NULL},	      {"A=1", NULL},
		{"b=a", NULL},	      {"a =1", NULL},
		{"ba=1", NULL},	      {"b=2, a=1", NULL},
		{"a=1; a=1", NULL},   {"a=1; b=2; a=", NULL},
		{"a=1;a=2", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(jars); i++) {
		size_t len = 0;
		const char *value = seikyo_request_cookie(jars[i].header, "a", &len);

		if (!jars[i].value) {
			if (value)
				fail_msg("'%s' has a cookie", jars[i].header);
			continue;
		}
		if (!value || len != strlen(jars[i].value) ||
		    memcmp(value, jars[i].value, len) != 0)
			fail_msg("'%s' has '%.*s'", jars[i].header, (int)len, value ? value : "");
	}
}

static void the_session_is_64_digits_and_the_only_one(void **state)
{
	static const char *const bad[] = {
		"",
		"__Host-seikyo=",
		"__Host-seikyo=" COOKIE "0",
		"__Host-seikyo=" COOKIE "00",
		"__Host-seikyo=0123456789abcdef",
		"__Host-seikyo=x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"__Host-seikyo=01:3456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"__Host-seikyo=\"" COOKIE "\"",
		"seikyo=" COOKIE,
		"__host-seikyo=" COOKIE,
		"__Host-seikyo-lang=" COOKIE,
		"__Host-seikyo=" COOKIE "; __Host-seikyo=" COOKIE,
		"__Host-seikyo=" COOKIE "; __Host-seikyo=",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		setenv("HTTP_COOKIE", bad[i], 1);
		assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
		if (request.has_cookie)
			fail_msg("'%s' is a session", bad[i]);
	}
	setenv("HTTP_COOKIE", "x=y; __Host-seikyo=" COOKIE "; __Host-seikyo-lang=en", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_true(request.has_cookie);
	assert_memory_equal(request.cookie, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	assert_int_equal(request.cookie_language, SEIKYO_LANGUAGE_EN);
}

static void a_language_cookie_of_another_language_is_none(void **state)
{
	static const char *const bad[] = {"fr", "", "e", "enx", "en-US", "EN", ",e", "j\xe3"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		char header[64];

		snprintf(header, sizeof(header), "__Host-seikyo-lang=%s", bad[i]);
		setenv("HTTP_COOKIE", header, 1);
		assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
		assert_int_equal(request.cookie_language, SEIKYO_LANGUAGE_NONE);
	}
}

static void the_first_language_of_ours_counts(void **state)
{
	(void)state;
	assert_int_equal(seikyo_request_language("ja"), SEIKYO_LANGUAGE_JA);
	assert_int_equal(seikyo_request_language("en-US,en;q=0.9,ja;q=0.8"), SEIKYO_LANGUAGE_EN);
	assert_int_equal(seikyo_request_language("fr, JA-jp;q=0.8, en"), SEIKYO_LANGUAGE_JA);
	assert_int_equal(seikyo_request_language(" ,\t,en"), SEIKYO_LANGUAGE_EN);
	assert_int_equal(seikyo_request_language("fr;en, de"), SEIKYO_LANGUAGE_NONE);
	assert_int_equal(seikyo_request_language("eng, jav, e, j, *"), SEIKYO_LANGUAGE_NONE);
	assert_int_equal(seikyo_request_language(""), SEIKYO_LANGUAGE_NONE);
}

static void an_unverified_certificate_is_none(void **state)
{
	static const char *const verdicts[] = {
		"",	    "NONE",    "FAILED:self-signed certificate", "SUCCESS:not", "success",
		" SUCCESS", "GENEROUS"};

	(void)state;
	/* It would be refused if anyone read it. */
	setenv("SSL_CLIENT_CERT", "garbage", 1);
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		setenv("SSL_CLIENT_VERIFY", verdicts[i], 1);
		assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
		assert_false(request.has_certificate);
	}
	unsetenv("SSL_CLIENT_VERIFY");
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_false(request.has_certificate);
	setenv("SSL_CLIENT_VERIFY", "SUCCESS", 1);
	setenv("SSL_CLIENT_CERT", "", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_false(request.has_certificate);
}

static void a_verified_certificate_that_cannot_be_read_is_refused(void **state)
{
	(void)state;
	setenv("SSL_CLIENT_VERIFY", "SUCCESS", 1);
	setenv("SSL_CLIENT_CERT", "garbage", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_BAD);
	assert_false(request.has_certificate);
}

static void the_peers_address_is_cut(void **state)
{
	char address[SEIKYO_ADDRESS_MAX + 10];

	(void)state;
	memset(address, 'a', sizeof(address));
	address[sizeof(address) - 1] = '\0';
	setenv("REMOTE_ADDR", address, 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_int_equal(strlen(request.address), SEIKYO_ADDRESS_MAX);
	setenv("REMOTE_ADDR", "2001:db8::1", 1);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_string_equal(request.address, "2001:db8::1");
}

static void without_any_variable_it_is_no_request_of_ours(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(variables); i++)
		unsetenv(variables[i]);
	assert_int_equal(read_request(), SEIKYO_REQUEST_GOOD);
	assert_int_equal(request.method, SEIKYO_METHOD_OTHER);
	assert_string_equal(request.path, "");
	assert_string_equal(request.origin, "");
	assert_false(request.has_cookie);
	assert_false(request.has_certificate);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(methods_are_get_head_and_post),
		TEST(path_and_query_are_parted_at_the_question_mark),
		TEST(a_path_with_other_bytes_than_ours_is_none),
		TEST(path_and_query_have_their_greatest_lengths),
		TEST(a_body_is_read_as_long_as_it_says),
		TEST(a_body_shorter_than_it_says_is_refused),
		TEST(a_length_that_is_no_number_is_refused),
		TEST(a_body_has_its_greatest_length),
		TEST(a_body_of_another_type_is_refused),
		TEST(a_get_has_no_body),
		TEST(cookies_are_found_by_their_whole_name),
		TEST(the_session_is_64_digits_and_the_only_one),
		TEST(a_language_cookie_of_another_language_is_none),
		TEST(the_first_language_of_ours_counts),
		TEST(an_unverified_certificate_is_none),
		TEST(a_verified_certificate_that_cannot_be_read_is_refused),
		TEST(the_peers_address_is_cut),
		TEST(without_any_variable_it_is_no_request_of_ours),
	};

	/* A socket as standard input would make it a FastCGI program. */
	if (!freopen("/dev/null", "r", stdin))
		return 1;
	return UNIT_RUN(tests);
}
