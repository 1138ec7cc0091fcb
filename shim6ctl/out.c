// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "out.h"

/* Rows of a table whose widths are measured before the first is printed */
#define WAITING_ROWS	256

static void cells_add(struct out_cells *c, const char *text)
{
	if (c->n == c->room) {
		c->room = c->room ? 2 * c->room : 64;
		c->v = mem_resize(c->v, c->room, sizeof(*c->v));
	}
	c->v[c->n++] = mem_copy_string(text);
}

static void cells_clear(struct out_cells *c)
{
	while (c->n)
		free(c->v[--c->n]);
}

static void cells_free(struct out_cells *c)
{
	cells_clear(c);
	free(c->v);
	*c = (struct out_cells){};
}

void out_init(struct out *o, FILE *file, bool as_json)
{
	*o = (struct out){ .file = file, .as_json = as_json };
	json_init(&o->js, file, true);
}

void out_finish(struct out *o)
{
	cells_free(&o->cells);
	cells_free(&o->heads);
	free(o->width);
	o->width = NULL;
}

static void widen(int *width, const struct out_cells *c, size_t columns)
{
	size_t i;
	int len;

	for (i = 0; i < c->n; i++) {
		len = (int)strlen(c->v[i]);
		if (len > width[i % columns])
			width[i % columns] = len;
	}
}

static void print_cells(struct out *o, const struct out_cells *c,
			const int *width, size_t columns)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (i % columns == columns - 1)
			fprintf(o->file, "%s\n", c->v[i]);
		else
			fprintf(o->file, "%-*s  ", width[i % columns], c->v[i]);
	}
}

static void flush_record(struct out *o)
{
	int width[2] = {};

	if (!o->cells.n)
		return;
	widen(width, &o->cells, 2);
	print_cells(o, &o->cells, width, 2);
	cells_clear(&o->cells);
	o->used = true;
}

/* Above the rows, once their number or their widths are known */
static void print_heads(struct out *o)
{
	if (o->title && o->used)
		putc('\n', o->file);
	if (o->title)
		fprintf(o->file, o->rows ? "%s:\n" : "%s: none\n", o->title);
	if (!o->heads.n)
		return;
	o->width = mem_resize(NULL, o->heads.n, sizeof(*o->width));
	memset(o->width, 0, o->heads.n * sizeof(*o->width));
	widen(o->width, &o->heads, o->heads.n);
	widen(o->width, &o->cells, o->heads.n);
	/* The title says what a single column is */
	if (o->heads.n > 1 || !o->title)
		print_cells(o, &o->heads, o->width, o->heads.n);
}

static void flush_rows(struct out *o)
{
	if (!o->width)
		print_heads(o);
	if (o->width) {
		widen(o->width, &o->cells, o->heads.n);
		print_cells(o, &o->cells, o->width, o->heads.n);
	}
	cells_clear(&o->cells);
}

void out_record_begin(struct out *o)
{
	if (o->as_json)
		json_open(&o->js, NULL, '{');
}

void out_record_end(struct out *o)
{
	if (o->as_json)
		json_close(&o->js, '}');
	else
		flush_record(o);
}

void out_table_begin(struct out *o, const char *key, const char *title)
{
	if (o->as_json) {
		json_open(&o->js, key, '[');
		return;
	}
	flush_record(o);
	o->in_table = true;
	o->title = title;
	o->rows = 0;
}

void out_table_end(struct out *o)
{
	if (o->as_json) {
		json_close(&o->js, ']');
		return;
	}
	flush_rows(o);
	cells_clear(&o->heads);
	free(o->width);
	o->width = NULL;
	o->in_table = false;
	o->used = true;
}

void out_row_begin(struct out *o)
{
	if (o->as_json)
		json_open(&o->js, NULL, '{');
}

void out_row_end(struct out *o)
{
	if (o->as_json)
		json_close(&o->js, '}');
	if (++o->rows >= WAITING_ROWS && o->in_table)
		flush_rows(o);
}

/* The one place where a field becomes text */
static void put_text(struct out *o, const char *label, const char *value)
{
	char head[64];

	if (!label)
		return;
	if (o->in_table) {
		if (!o->rows)
			cells_add(&o->heads, label);
		cells_add(&o->cells, value);
		return;
	}
	snprintf(head, sizeof(head), "%s:", label);
	cells_add(&o->cells, head);
	cells_add(&o->cells, value);
}

void out_string(struct out *o, const char *key, const char *label,
		const char *value)
{
	if (!value)
		out_null(o, key, label);
	else if (!o->as_json)
		put_text(o, label, value);
	else if (key)
		json_string(&o->js, key, value);
}

void out_number(struct out *o, const char *key, const char *label,
		uint64_t value)
{
	char text[24];

	if (o->as_json) {
		if (key)
			json_number(&o->js, key, value);
		return;
	}
	snprintf(text, sizeof(text), "%" PRIu64, value);
	put_text(o, label, text);
}

void out_signed(struct out *o, const char *key, const char *label,
		int64_t value)
{
	char text[24];

	if (o->as_json) {
		if (key)
			json_signed(&o->js, key, value);
		return;
	}
	snprintf(text, sizeof(text), "%" PRId64, value);
	put_text(o, label, text);
}

void out_tag(struct out *o, const char *key, const char *label,
	     uint64_t value)
{
	char text[24];

	if (o->as_json) {
		out_number(o, key, label, value);
		return;
	}
	snprintf(text, sizeof(text), "0x%012" PRIx64, value);
	put_text(o, label, text);
}

void out_bool(struct out *o, const char *key, const char *label, bool value)
{
	if (!o->as_json)
		put_text(o, label, value ? "yes" : "no");
	else if (key)
		json_bool(&o->js, key, value);
}

/* Three digits are enough for people; the JSON has all of them */
static void format_time(char *text, size_t room, uint64_t ns)
{
	uint64_t s = ns / 1000000000;

	if (ns < 1000000)
		snprintf(text, room, "%" PRIu64 " us", ns / 1000);
	else if (!s)
		snprintf(text, room, "%" PRIu64 " ms", ns / 1000000);
	else if (s < 60)
		snprintf(text, room, "%" PRIu64 ".%" PRIu64 " s", s,
			 ns % 1000000000 / 100000000);
	else if (s < 3600)
		snprintf(text, room, "%" PRIu64 " min %" PRIu64 " s", s / 60,
			 s % 60);
	else
		snprintf(text, room, "%" PRIu64 " h %" PRIu64 " min", s / 3600,
			 s % 3600 / 60);
}

void out_time(struct out *o, const char *key, const char *label, uint64_t ns)
{
	char text[48];

	if (o->as_json) {
		out_number(o, key, label, ns);
		return;
	}
	format_time(text, sizeof(text), ns);
	put_text(o, label, text);
}

void out_address(struct out *o, const char *key, const char *label,
		 const struct in6_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (!addr) {
		out_null(o, key, label);
		return;
	}
	inet_ntop(AF_INET6, addr, text, sizeof(text));
	out_string(o, key, label, text);
}

void out_prefix(struct out *o, const char *key, const char *label,
		const struct in6_addr *addr, unsigned int len)
{
	char text[INET6_ADDRSTRLEN];
	char both[INET6_ADDRSTRLEN + 16];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	snprintf(both, sizeof(both), "%s/%u", text, len);
	out_string(o, key, label, both);
}

void out_quantity(struct out *o, const char *key, const char *label,
		  uint64_t value, const char *text)
{
	if (o->as_json)
		out_number(o, key, label, value);
	else
		out_string(o, NULL, label, text);
}

void out_null(struct out *o, const char *key, const char *label)
{
	if (!o->as_json)
		put_text(o, label, "-");
	else if (key)
		json_null(&o->js, key);
}
