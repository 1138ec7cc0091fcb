// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "metrics.h"

#define SEC	UINT64_C(1000000000)

void metrics_begin(struct metrics *m, FILE *file, bool as_json)
{
	*m = (struct metrics){ .file = file, .as_json = as_json };
	json_init(&m->js, file, true);
	if (as_json)
		json_open(&m->js, NULL, '[');
}

static void end_family(struct metrics *m)
{
	if (!m->as_json || !*m->name)
		return;
	json_close(&m->js, ']');
	json_close(&m->js, '}');
}

void metrics_end(struct metrics *m)
{
	end_family(m);
	if (m->as_json)
		json_close(&m->js, ']');
}

/* A name is [a-zA-Z_:][a-zA-Z0-9_:]*; the prefix sees to its beginning */
static void set_name(struct metrics *m, const char *name,
		     enum metrics_type type)
{
	char *p;

	snprintf(m->name, sizeof(m->name), METRICS_PREFIX "%s%s", name,
		 type == METRICS_COUNTER ? "_total" : "");
	for (p = m->name; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
}

/* @quote: '"' in the value of a label; else a sentence, which ends with its
 * line
 */
static void put_escaped(FILE *f, const char *text, char quote)
{
	for (; *text; text++) {
		if (*text == '\n') {
			fputs("\\n", f);
			continue;
		}
		if (*text == '\\' || *text == quote)
			putc('\\', f);
		putc(*text, f);
	}
}

void metrics_family(struct metrics *m, const char *name,
		    enum metrics_type type, const char *help)
{
	const char *word = type == METRICS_COUNTER ? "counter" : "gauge";

	end_family(m);
	set_name(m, name, type);
	if (m->as_json) {
		json_open(&m->js, NULL, '{');
		json_string(&m->js, "name", m->name);
		json_string(&m->js, "type", word);
		json_string(&m->js, "help", help);
		json_open(&m->js, "samples", '[');
		return;
	}
	fprintf(m->file, "# HELP %s ", m->name);
	put_escaped(m->file, help, '\\');
	fprintf(m->file, "\n# TYPE %s %s\n", m->name, word);
}

static void put_json(struct metrics *m, const struct metrics_label *labels,
		     uint64_t value)
{
	json_open(&m->js, NULL, '{');
	json_open(&m->js, "labels", '{');
	for (; labels && labels->name; labels++)
		json_string(&m->js, labels->name, labels->value);
	json_close(&m->js, '}');
	json_number(&m->js, "value", value);
	json_close(&m->js, '}');
}

static void put_name(struct metrics *m, const struct metrics_label *labels)
{
	char between = '{';

	fputs(m->name, m->file);
	for (; labels && labels->name; labels++) {
		fprintf(m->file, "%c%s=\"", between, labels->name);
		put_escaped(m->file, labels->value, '"');
		putc('"', m->file);
		between = ',';
	}
	fputs(between == ',' ? "} " : " ", m->file);
}

void metrics_number(struct metrics *m, const struct metrics_label *labels,
		    uint64_t value)
{
	if (m->as_json) {
		put_json(m, labels, value);
		return;
	}
	put_name(m, labels);
	fprintf(m->file, "%" PRIu64 "\n", value);
}

void metrics_time(struct metrics *m, const struct metrics_label *labels,
		  uint64_t ns)
{
	if (m->as_json) {
		put_json(m, labels, ns);
		return;
	}
	put_name(m, labels);
	fprintf(m->file, "%" PRIu64 ".%09" PRIu64 "\n", ns / SEC, ns % SEC);
}
