/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/wrap.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

/* What no line begins with, and what none ends with (JIS X 4051, as far as it is needed here). */
static const wchar_t not_first[] =
	L"、。，．・：；？！）」』】〉》〕ーァィゥェォッャュョぁぃぅぇぉっゃゅょ々,.:;?!)]}";
static const wchar_t not_last[] = L"（「『【〈《〔([{";

/* Where a line stands. */
struct line {
	FILE *out;
	size_t indent;
	size_t width;
	size_t column;
	size_t blanks; /* met, and not written yet */
	bool empty;    /* nothing of this line is written, not even its indent */
};

/* The first character of text and how many bytes it has, at least 1. */
static wchar_t character_at(const char *text, size_t *len)
{
	mbstate_t state = {0};
	wchar_t character = L'?';
	const size_t got = mbrtowc(&character, text, strlen(text), &state);

	*len = got == (size_t)-1 || got == (size_t)-2 || got == 0 ? 1 : got;
	return character;
}

static size_t columns_of(wchar_t character)
{
	const int columns = wcwidth(character);

	return columns < 0 ? 1 : (size_t)columns;
}

static bool may_part(wchar_t before, wchar_t after)
{
	return (columns_of(before) == 2 || columns_of(after) == 2) && !wcschr(not_first, after) &&
	       !wcschr(not_last, before);
}

/* The length of what stays together at the begin of text, which is no blank, and its columns. */
static size_t piece_len(const char *text, size_t *columns)
{
	size_t len, next;
	wchar_t character = character_at(text, &len);

	*columns = columns_of(character);
	while (text[len] && text[len] != ' ' && text[len] != '\n') {
		const wchar_t after = character_at(text + len, &next);

		if (may_part(character, after))
			break;
		*columns += columns_of(after);
		character = after;
		len += next;
	}
	return len;
}

static void end_line(struct line *line)
{
	fputc('\n', line->out);
	line->column = line->indent;
	line->blanks = 0;
	line->empty = true;
}

static void put_piece(struct line *line, const char *piece, size_t len, size_t columns)
{
	if (line->column > line->indent && line->column + line->blanks + columns > line->width)
		end_line(line);
	fprintf(line->out, "%*s", (int)(line->blanks + (line->empty ? line->indent : 0)), "");
	fwrite(piece, 1, len, line->out);
	line->column += line->blanks + columns;
	line->blanks = 0;
	line->empty = false;
}

void seikyo_wrap_put(FILE *out, const char *text, size_t indent, size_t width)
{
	struct line line = {.out = out, .indent = indent, .width = width, .column = indent};
	size_t len, columns;

	for (; *text; text += len) {
		len = 1;
		if (*text == '\n') {
			end_line(&line);
		} else if (*text == ' ') {
			line.blanks++;
		} else {
			len = piece_len(text, &columns);
			put_piece(&line, text, len, columns);
		}
	}
}
