/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A streaming JSON writer: it keeps the commas, the indentation and the
 * escapes right and remembers nothing else.
 */
#ifndef SHIM6CTL_JSON_H
#define SHIM6CTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - a writer
 * @file: where the text goes
 * @depth: open objects and arrays
 * @filled: the innermost of them has an element already
 * @indent: one element per line; else everything on one line
 */
struct json {
	FILE *file;
	unsigned int depth;
	bool filled;
	bool indent;
};

/**
 * json_init() - begin a document
 * @j: writer
 * @file: where it goes
 * @indent: one element per line
 */
void json_init(struct json *j, FILE *file, bool indent);

/**
 * json_open() - begin an object or an array
 * @j: writer
 * @key: its key; NULL in an array and at the top
 * @bracket: '{' or '['
 */
void json_open(struct json *j, const char *key, char bracket);

/**
 * json_close() - end the innermost object or array
 * @j: writer
 * @bracket: '}' or ']'
 */
void json_close(struct json *j, char bracket);

/**
 * json_string() - write a string
 * @j: writer
 * @key: its key, NULL in an array
 * @value: octets; what is not UTF-8 becomes U+FFFD
 */
void json_string(struct json *j, const char *key, const char *value);

/**
 * json_number() - write a number
 * @j: writer
 * @key: its key, NULL in an array
 * @value: number
 */
void json_number(struct json *j, const char *key, uint64_t value);

/**
 * json_signed() - write a number that may be negative
 * @j: writer
 * @key: its key, NULL in an array
 * @value: number
 */
void json_signed(struct json *j, const char *key, int64_t value);

/**
 * json_bool() - write true or false
 * @j: writer
 * @key: its key, NULL in an array
 * @value: which
 */
void json_bool(struct json *j, const char *key, bool value);

/**
 * json_null() - write null
 * @j: writer
 * @key: its key, NULL in an array
 */
void json_null(struct json *j, const char *key);

#endif
