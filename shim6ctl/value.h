/* SPDX-License-Identifier: GPL-2.0 */
/* JSON read into a tree: what other tools say about the host */
#ifndef SHIM6CTL_VALUE_H
#define SHIM6CTL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

enum value_type {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_ARRAY,
	VALUE_OBJECT,
};

/**
 * struct value - a value
 * @type: what it is
 * @key: its key in an object, else NULL
 * @text: of a string
 * @number: of a number, without its fraction; of a boolean 0 or 1
 * @child: first element of an array or object
 * @next: what follows it in there
 */
struct value {
	enum value_type type;
	char *key;
	char *text;
	int64_t number;
	struct value *child;
	struct value *next;
};

/**
 * value_parse() - read a document
 * @text: NUL-terminated
 * Return: its value for value_free(), NULL when it is no JSON
 */
struct value *value_parse(const char *text);

/**
 * value_free() - free a value and all below it
 * @v: value or NULL
 */
void value_free(struct value *v);

/**
 * value_get() - a member of an object
 * @v: any value or NULL
 * @key: key
 * Return: the member, NULL when there is none
 */
const struct value *value_get(const struct value *v, const char *key);

/**
 * value_string() - a member of an object that is a string
 * @v: any value or NULL
 * @key: key
 * Return: the string, "" when there is none
 */
const char *value_string(const struct value *v, const char *key);

/**
 * value_is() - is it this string
 * @v: any value or NULL
 * @text: string
 * Return: true when it is
 */
bool value_is(const struct value *v, const char *text);

#endif
