/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a command prints, said once: one call per field, which becomes a line,
 * a cell of an aligned table or a member of a JSON object.
 *
 * A table waits for its first rows to learn the widths of its columns and is
 * printed row by row from there on, so its length does not matter.
 *
 * A field has a key (JSON) and a label (text); without a label it is only in
 * the JSON, without a key only in the text.
 */
#ifndef SHIM6CTL_OUT_H
#define SHIM6CTL_OUT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"

/**
 * struct out_cells - text waiting until its widths are known
 * @v: strings, row by row
 * @n: how many
 * @room: elements allocated
 */
struct out_cells {
	char **v;
	size_t n;
	size_t room;
};

/**
 * struct out - where a command's result goes
 * @file: the stream
 * @as_json: JSON, else text
 * @js: JSON writer
 * @cells: rows not yet printed
 * @heads: labels of the columns of a table
 * @width: of the columns, once rows of this table were printed
 * @in_table: fields are cells, else lines of a record
 * @title: of the table being collected, or NULL
 * @rows: rows of that table so far
 * @used: something was printed: the next table begins with an empty line
 */
struct out {
	FILE *file;
	bool as_json;
	struct json js;
	struct out_cells cells;
	struct out_cells heads;
	int *width;
	bool in_table;
	const char *title;
	size_t rows;
	bool used;
};

/**
 * out_init() - make an output
 * @o: output
 * @file: stream
 * @as_json: JSON, else text
 */
void out_init(struct out *o, FILE *file, bool as_json);

/**
 * out_finish() - free what the output holds
 * @o: output
 */
void out_finish(struct out *o);

/**
 * out_record_begin() - begin an object, "label: value" lines in text
 * @o: output
 */
void out_record_begin(struct out *o);

/**
 * out_record_end() - end it
 * @o: output
 */
void out_record_end(struct out *o);

/**
 * out_table_begin() - begin an array of objects, a table in text
 * @o: output
 * @key: key when inside a record, else NULL
 * @title: line above the table, NULL for none
 */
void out_table_begin(struct out *o, const char *key, const char *title);

/**
 * out_table_end() - print what waits
 * @o: output
 */
void out_table_end(struct out *o);

/**
 * out_row_begin() - begin a row; all rows of a table have the same fields
 * @o: output
 */
void out_row_begin(struct out *o);

/**
 * out_row_end() - end it
 * @o: output
 */
void out_row_end(struct out *o);

/**
 * out_string() - a word or a text
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @value: NULL is null, "-" in text
 */
void out_string(struct out *o, const char *key, const char *label,
		const char *value);

/**
 * out_number() - a number
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @value: number
 */
void out_number(struct out *o, const char *key, const char *label,
		uint64_t value);

/**
 * out_signed() - a number that may be negative
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @value: number
 */
void out_signed(struct out *o, const char *key, const char *label,
		int64_t value);

/**
 * out_tag() - a number people want in hexadecimal
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @value: number; JSON has it as a number
 */
void out_tag(struct out *o, const char *key, const char *label,
	     uint64_t value);

/**
 * out_bool() - yes or no
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @value: which
 */
void out_bool(struct out *o, const char *key, const char *label, bool value);

/**
 * out_time() - a duration
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @ns: nanoseconds; JSON has them as they are
 */
void out_time(struct out *o, const char *key, const char *label, uint64_t ns);

/**
 * out_address() - an IPv6 address
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @addr: address, NULL is null
 */
void out_address(struct out *o, const char *key, const char *label,
		 const struct in6_addr *addr);

/**
 * out_prefix() - an IPv6 prefix
 * @o: output
 * @key: JSON key
 * @label: label in text
 * @addr: prefix
 * @len: its length
 */
void out_prefix(struct out *o, const char *key, const char *label,
		const struct in6_addr *addr, unsigned int len);

/**
 * out_quantity() - a number in JSON, words for people
 * @o: output
 * @key: in JSON
 * @label: in text
 * @value: number
 * @text: with its unit, NULL: "-"
 */
void out_quantity(struct out *o, const char *key, const char *label,
		  uint64_t value, const char *text);

/**
 * out_null() - a value that is not there
 * @o: output
 * @key: JSON key
 * @label: label in text
 */
void out_null(struct out *o, const char *key, const char *label);

#endif
