/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <stdlib.h>

#include "common/csv.h"

/* A text of the test's own, on the heap so that a read beyond it is found by valgrind. */
struct sheet {
	char *text;
	struct seikyo_csv csv;
	struct seikyo_csv_row row;
};

static void open_bytes(struct sheet *sheet, const char *bytes, size_t len)
{
	sheet->text = malloc(len + 1);
	assert_non_null(sheet->text);
	memcpy(sheet->text, bytes, len);
	sheet->text[len] = '\0';
	seikyo_csv_open(&sheet->csv, sheet->text, len);
}

static void open_text(struct sheet *sheet, const char *text)
{
	open_bytes(sheet, text, strlen(text));
}

static void check_row(struct sheet *sheet, unsigned line, size_t count, const char *const *fields)
{
	assert_int_equal(seikyo_csv_next(&sheet->csv, &sheet->row), SEIKYO_CSV_ROW);
	assert_int_equal(sheet->row.problem, SEIKYO_CSV_FINE);
	assert_int_equal(sheet->row.line, line);
	assert_int_equal(sheet->row.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(sheet->row.fields[i], fields[i]);
}

#define ROW(sheet, line, ...)                                                                      \
	check_row(sheet, line, COUNT(((const char *const[]){__VA_ARGS__})),                        \
		  (const char *const[]){__VA_ARGS__})

static void check_bad(struct sheet *sheet, unsigned line, enum seikyo_csv_problem problem)
{
	assert_int_equal(seikyo_csv_next(&sheet->csv, &sheet->row), SEIKYO_CSV_BAD);
	assert_int_equal(sheet->row.problem, problem);
	assert_int_equal(sheet->row.line, line);
}

static void check_end(struct sheet *sheet)
{
	assert_int_equal(seikyo_csv_next(&sheet->csv, &sheet->row), SEIKYO_CSV_END);
	assert_int_equal(seikyo_csv_next(&sheet->csv, &sheet->row), SEIKYO_CSV_END);
	free(sheet->text);
}

static void rows_and_fields_are_those_of_rfc_4180(void **state)
{
	struct sheet sheet;

	(void)state;
	/* RFC 4180 section 2, 1 to 7. */
	open_text(&sheet, "aaa,bbb,ccc\r\nzzz,yyy,xxx");
	ROW(&sheet, 1, "aaa", "bbb", "ccc");
	ROW(&sheet, 2, "zzz", "yyy", "xxx");
	check_end(&sheet);
	open_text(&sheet, "\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx\r\n");
	ROW(&sheet, 1, "aaa", "b \r\nbb", "ccc");
	ROW(&sheet, 3, "zzz", "yyy", "xxx");
	check_end(&sheet);
	open_text(&sheet, "\"aaa\",\"b\"\"bb\",\"c,cc\"\r\n");
	ROW(&sheet, 1, "aaa", "b\"bb", "c,cc");
	check_end(&sheet);
}

static void line_feeds_alone_end_rows_too(void **state)
{
	struct sheet sheet;

	(void)state;
	open_text(&sheet, "a,b\nc,d\r\ne,f");
	ROW(&sheet, 1, "a", "b");
	ROW(&sheet, 2, "c", "d");
	ROW(&sheet, 3, "e", "f");
	check_end(&sheet);
}

static void empty_fields_are_fields_and_empty_lines_are_none(void **state)
{
	struct sheet sheet;

	(void)state;
	open_text(&sheet, "\r\n\n,\n\"\"\n\n\"\",x,\"\"\n,,\n\n");
	ROW(&sheet, 3, "", "");
	ROW(&sheet, 4, "");
	ROW(&sheet, 6, "", "x", "");
	ROW(&sheet, 7, "", "", "");
	check_end(&sheet);
	open_text(&sheet, "");
	check_end(&sheet);
	open_text(&sheet, "a,");
	ROW(&sheet, 1, "a", "");
	check_end(&sheet);
}

static void blanks_belong_to_the_field(void **state)
{
	struct sheet sheet;

	(void)state;
	open_text(&sheet, " a , b\t\n");
	ROW(&sheet, 1, " a ", " b\t");
	check_end(&sheet);
}

static void a_byte_order_mark_is_passed_over_once(void **state)
{
	struct sheet sheet;

	(void)state;
	open_text(&sheet, "\xef\xbb\xbf\"a\",b\n\xef\xbb\xbf,c\n");
	ROW(&sheet, 1, "a", "b");
	ROW(&sheet, 2, "\xef\xbb\xbf", "c");
	check_end(&sheet);
	open_text(&sheet, "\xef\xbb\xbf");
	check_end(&sheet);
}

static void japanese_comes_back_as_it_was(void **state)
{
	struct sheet sheet;

	(void)state;
	open_text(&sheet, "株式会社見本,\"山田、\"\"花子\"\"\",𠮷野\n");
	ROW(&sheet, 1, "株式会社見本", "山田、\"花子\"", "𠮷野");
	check_end(&sheet);
}

static void a_quotation_mark_out_of_place_spoils_its_row_alone(void **state)
{
	static const char *const rows[] = {"a\"b,c", "a,b\"", "\"a\"b,c", "\"a\" ,c",
					   "\"a\"\"b\"c,d"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sheet sheet;
		char text[64];

		snprintf(text, sizeof(text), "1,2\n%s\n3,4\n", rows[i]);
		open_text(&sheet, text);
		ROW(&sheet, 1, "1", "2");
		check_bad(&sheet, 2, SEIKYO_CSV_QUOTE);
		ROW(&sheet, 3, "3", "4");
		check_end(&sheet);
	}
}

static void an_open_quotation_mark_is_named_where_its_row_begins(void **state)
{
	static const char *const rows[] = {"\"", "a,\"b\n\nc", "\"a\"\"", "\"a\"\"\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sheet sheet;
		char text[64];

		snprintf(text, sizeof(text), "1\n%s", rows[i]);
		open_text(&sheet, text);
		ROW(&sheet, 1, "1");
		check_bad(&sheet, 2, SEIKYO_CSV_UNTERMINATED);
		check_end(&sheet);
	}
}

static void a_carriage_return_alone_is_no_end_of_a_row(void **state)
{
	struct sheet sheet;

	(void)state;
	open_text(&sheet, "a\rb\nc\n");
	check_bad(&sheet, 1, SEIKYO_CSV_RETURN);
	ROW(&sheet, 2, "c");
	check_end(&sheet);
	open_text(&sheet, "a\r");
	check_bad(&sheet, 1, SEIKYO_CSV_RETURN);
	check_end(&sheet);
	open_text(&sheet, "\"a\rb\"\n");
	ROW(&sheet, 1, "a\rb");
	check_end(&sheet);
}

static void a_nul_is_found_in_and_out_of_quotes(void **state)
{
	static const char text[] = "1\n\0\na\0b\n\"c\0\"\n\"d\"\0\n2\n";
	struct sheet sheet;

	(void)state;
	open_bytes(&sheet, text, sizeof(text) - 1);
	ROW(&sheet, 1, "1");
	check_bad(&sheet, 2, SEIKYO_CSV_NUL);
	check_bad(&sheet, 3, SEIKYO_CSV_NUL);
	check_bad(&sheet, 4, SEIKYO_CSV_NUL);
	check_bad(&sheet, 5, SEIKYO_CSV_QUOTE);
	ROW(&sheet, 6, "2");
	check_end(&sheet);
}

static void what_is_no_utf_8_spoils_its_row_alone(void **state)
{
	static const char *const texts[] = {"\xe9",	    "\xe3\x81",		"\xc0\x80",
					    "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x8e\xa9\x93\x63",
					    "\xff"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct sheet sheet;
		char text[64];

		snprintf(text, sizeof(text), "1,%s\n2,あ\n", texts[i]);
		open_text(&sheet, text);
		check_bad(&sheet, 1, SEIKYO_CSV_UTF8);
		ROW(&sheet, 2, "2", "あ");
		check_end(&sheet);
	}
}

static void a_field_has_its_greatest_length(void **state)
{
	char text[2 * SEIKYO_CSV_FIELD_MAX + 16];
	struct sheet sheet;

	(void)state;
	memset(text, 'x', sizeof(text));
	strcpy(text + SEIKYO_CSV_FIELD_MAX, ",1\n");
	open_text(&sheet, text);
	assert_int_equal(seikyo_csv_next(&sheet.csv, &sheet.row), SEIKYO_CSV_ROW);
	assert_int_equal(strlen(sheet.row.fields[0]), SEIKYO_CSV_FIELD_MAX);
	check_end(&sheet);
	memset(text, 'x', sizeof(text));
	strcpy(text + SEIKYO_CSV_FIELD_MAX + 1, "\n2\n");
	open_text(&sheet, text);
	check_bad(&sheet, 1, SEIKYO_CSV_LONG);
	ROW(&sheet, 2, "2");
	check_end(&sheet);
}

static void a_row_has_its_greatest_number_of_fields(void **state)
{
	char text[2 * SEIKYO_CSV_FIELDS + 8] = "";
	struct sheet sheet;

	(void)state;
	for (size_t i = 1; i < SEIKYO_CSV_FIELDS; i++)
		strcat(text, "a,");
	strcat(text, "b\n");
	open_text(&sheet, text);
	assert_int_equal(seikyo_csv_next(&sheet.csv, &sheet.row), SEIKYO_CSV_ROW);
	assert_int_equal(sheet.row.count, SEIKYO_CSV_FIELDS);
	assert_string_equal(sheet.row.fields[SEIKYO_CSV_FIELDS - 1], "b");
	check_end(&sheet);
	text[strlen(text) - 1] = '\0';
	strcat(text, ",c\nd");
	open_text(&sheet, text);
	check_bad(&sheet, 1, SEIKYO_CSV_MANY);
	ROW(&sheet, 2, "d");
	check_end(&sheet);
}

/* The fields of a bad row stand in the text all the same, NUL-terminated, and the reading ends. */
static void no_bytes_make_it_read_on_for_ever(void **state)
{
	static const char bytes[] = "\",\r\n\0a\xe3\xbb";
	unsigned random = 1;

	(void)state;
	for (unsigned run = 0; run < 20000; run++) {
		struct sheet sheet;
		char text[24];
		size_t rows = 0;

		for (size_t i = 0; i < sizeof(text); i++) {
			random = random * 1103515245u + 12345u;
			text[i] = bytes[(random >> 16) % (sizeof(bytes) - 1)];
		}
		open_bytes(&sheet, text, sizeof(text));
		while (seikyo_csv_next(&sheet.csv, &sheet.row) != SEIKYO_CSV_END) {
			assert_in_range(++rows, 1, sizeof(text));
			assert_in_range(sheet.row.count, 1, SEIKYO_CSV_FIELDS);
			for (size_t i = 0; i < sheet.row.count; i++)
				assert_in_range(strlen(sheet.row.fields[i]), 0, sizeof(text));
		}
		check_end(&sheet);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(rows_and_fields_are_those_of_rfc_4180),
		UNIT(line_feeds_alone_end_rows_too),
		UNIT(empty_fields_are_fields_and_empty_lines_are_none),
		UNIT(blanks_belong_to_the_field),
		UNIT(a_byte_order_mark_is_passed_over_once),
		UNIT(japanese_comes_back_as_it_was),
		UNIT(a_quotation_mark_out_of_place_spoils_its_row_alone),
		UNIT(an_open_quotation_mark_is_named_where_its_row_begins),
		UNIT(a_carriage_return_alone_is_no_end_of_a_row),
		UNIT(a_nul_is_found_in_and_out_of_quotes),
		UNIT(what_is_no_utf_8_spoils_its_row_alone),
		UNIT(a_field_has_its_greatest_length),
		UNIT(a_row_has_its_greatest_number_of_fields),
		UNIT(no_bytes_make_it_read_on_for_ever),
	};

	return UNIT_RUN(tests);
}
