// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "json.h"
#include "macros.h"

/* Octets of the UTF-8 character at @s, 0 when there is none (RFC 3629 4) */
static size_t utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, low, high;
		unsigned char len;
	} forms[] = {
		{ 0x20, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (forms[i].len > 1 &&
		    (s[1] < forms[i].low || s[1] > forms[i].high))
			return 0;
		for (k = 2; k < forms[i].len; k++)
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].len;
	}
	return 0;
}

static void put_escaped(FILE *f, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *p = strchr(from, c);

	if (p && c)
		fprintf(f, "\\%c", to[p - from]);
	else
		fprintf(f, "\\u%04x", c);
}

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static void put_string(FILE *f, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;
	size_t n;

	putc_unlocked('"', f);
	while (*s) {
		/* Nearly all there is needs no second look */
		for (n = 0; is_plain(s[n]); n++)
			;
		if (!n && *s >= 0x80)
			n = utf8_len(s);
		if (n) {
			fwrite_unlocked(s, 1, n, f);
			s += n;
		} else if (*s < 0x80) {
			put_escaped(f, *s++);
		} else {
			fputs_unlocked("\\ufffd", f);
			s++;
		}
	}
	putc_unlocked('"', f);
}

static void newline(struct json *j)
{
	unsigned int i;

	if (!j->indent || !j->file)
		return;
	putc_unlocked('\n', j->file);
	for (i = 0; i < j->depth; i++)
		fputs_unlocked("  ", j->file);
}

static void begin(struct json *j, const char *key)
{
	if (j->filled)
		putc_unlocked(',', j->file);
	if (j->depth)
		newline(j);
	j->filled = true;
	if (!key)
		return;
	put_string(j->file, key);
	fputs_unlocked(j->indent ? ": " : ":", j->file);
}

void json_init(struct json *j, FILE *file, bool indent)
{
	*j = (struct json){ .file = file, .indent = indent };
}

void json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	putc(bracket, j->file);
	j->depth++;
	j->filled = false;
}

void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->filled)
		newline(j);
	putc(bracket, j->file);
	j->filled = true;
	if (j->depth)
		return;
	putc('\n', j->file);
	j->filled = false;
}

void json_string(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	put_string(j->file, value);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	fprintf(j->file, "%" PRIu64, value);
}

void json_signed(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	fprintf(j->file, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	fputs(value ? "true" : "false", j->file);
}

void json_null(struct json *j, const char *key)
{
	begin(j, key);
	fputs("null", j->file);
}
