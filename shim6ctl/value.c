// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "value.h"

#define DEPTH_MAX	64

/**
 * struct reader - a document being read
 * @at: next octet
 * @depth: open arrays and objects
 */
struct reader {
	const char *at;
	unsigned int depth;
};

static struct value *read_value(struct reader *r);

static void skip_space(struct reader *r)
{
	r->at += strspn(r->at, " \t\r\n");
}

static bool take(struct reader *r, char c)
{
	skip_space(r);
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

static struct value *new_value(enum value_type type)
{
	struct value *v = mem_resize(NULL, 1, sizeof(*v));

	*v = (struct value){ .type = type };
	return v;
}

void value_free(struct value *v)
{
	struct value *next;

	for (; v; v = next) {
		next = v->next;
		value_free(v->child);
		free(v->key);
		free(v->text);
		free(v);
	}
}

/* What is no ASCII becomes a question mark: nothing is looked for in it */
static bool read_escape(struct reader *r, char *to)
{
	static const char from[] = "\"\\/bfnrt";
	static const char into[] = "\"\\/\b\f\n\r\t";
	const char *p;
	char hex[5] = "";
	unsigned long code;
	char *end;

	if (*r->at == 'u') {
		snprintf(hex, sizeof(hex), "%.4s", r->at + 1);
		code = strtoul(hex, &end, 16);
		if (end != hex + 4)
			return false;
		*to = code && code < 0x80 ? (char)code : '?';
		r->at += 5;
		return true;
	}
	p = *r->at ? strchr(from, *r->at) : NULL;
	if (!p)
		return false;
	*to = into[p - from];
	r->at++;
	return true;
}

/* Return: the string behind its first quote, to be freed; NULL: it is none */
static char *read_string(struct reader *r)
{
	char *text = mem_resize(NULL, strlen(r->at) + 1, 1);
	size_t n = 0;

	while (*r->at && *r->at != '"') {
		if (*r->at != '\\') {
			text[n++] = *r->at++;
			continue;
		}
		r->at++;
		if (!read_escape(r, &text[n++]))
			break;
	}
	if (*r->at != '"') {
		free(text);
		return NULL;
	}
	r->at++;
	text[n++] = '\0';
	return mem_resize(text, n, 1);
}

static struct value *read_text(struct reader *r)
{
	char *text = read_string(r);
	struct value *v;

	if (!text)
		return NULL;
	v = new_value(VALUE_STRING);
	v->text = text;
	return v;
}

static struct value *read_number(struct reader *r)
{
	struct value *v;
	char *end;
	long long n;

	n = strtoll(r->at, &end, 10);
	if (end == r->at)
		return NULL;
	r->at = end + strspn(end, "0123456789.eE+-");
	v = new_value(VALUE_NUMBER);
	v->number = n;
	return v;
}

static struct value *read_word(struct reader *r)
{
	static const struct {
		const char *word;
		enum value_type type;
		int number;
	} words[] = {
		{ "null", VALUE_NULL, 0 },
		{ "true", VALUE_BOOL, 1 },
		{ "false", VALUE_BOOL, 0 },
	};
	struct value *v;
	size_t i, len;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		len = strlen(words[i].word);
		if (strncmp(r->at, words[i].word, len))
			continue;
		r->at += len;
		v = new_value(words[i].type);
		v->number = words[i].number;
		return v;
	}
	return read_number(r);
}

static struct value *read_member(struct reader *r)
{
	struct value *v = NULL;
	char *key;

	if (!take(r, '"'))
		return NULL;
	key = read_string(r);
	if (key && take(r, ':'))
		v = read_value(r);
	if (v)
		v->key = key;
	else
		free(key);
	return v;
}

static bool read_elements(struct reader *r, struct value *v, char close)
{
	struct value **link = &v->child;

	if (take(r, close))
		return true;
	do {
		*link = v->type == VALUE_OBJECT ? read_member(r) :
						  read_value(r);
		if (!*link)
			return false;
		link = &(*link)->next;
	} while (take(r, ','));
	return take(r, close);
}

static struct value *read_list(struct reader *r, enum value_type type,
			       char close)
{
	struct value *v = new_value(type);
	bool good;

	good = ++r->depth < DEPTH_MAX && read_elements(r, v, close);
	r->depth--;
	if (good)
		return v;
	value_free(v);
	return NULL;
}

static struct value *read_value(struct reader *r)
{
	if (take(r, '{'))
		return read_list(r, VALUE_OBJECT, '}');
	if (take(r, '['))
		return read_list(r, VALUE_ARRAY, ']');
	if (take(r, '"'))
		return read_text(r);
	return read_word(r);
}

struct value *value_parse(const char *text)
{
	struct reader r = { .at = text };
	struct value *v = read_value(&r);

	skip_space(&r);
	if (!*r.at)
		return v;
	value_free(v);
	return NULL;
}

const struct value *value_get(const struct value *v, const char *key)
{
	if (!v || v->type != VALUE_OBJECT)
		return NULL;
	for (v = v->child; v; v = v->next)
		if (!strcmp(v->key, key))
			return v;
	return NULL;
}

const char *value_string(const struct value *v, const char *key)
{
	v = value_get(v, key);
	return v && v->type == VALUE_STRING ? v->text : "";
}

bool value_is(const struct value *v, const char *text)
{
	return v && v->type == VALUE_STRING && !strcmp(v->text, text);
}
