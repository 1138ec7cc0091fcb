/* SPDX-License-Identifier: GPL-2.0 */
/* A command of tc, word by word */
#ifndef SHIM6CTL_TC_LINE_H
#define SHIM6CTL_TC_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define TC_LINE_WORDS	80

/**
 * struct tc_line - a line
 * @v: words
 * @n: how many
 * @at: the next one to look at
 * @bad: word whose value makes no sense, NULL: none so far
 * @object: as "qdisc"
 * @dev: interface; as all that follows it stands before the kind, NULL or 0: it
 *	was not said
 * @handle: as written
 * @parent_major: first half of the parent
 * @parent_minor: second half
 * @class_major: first half of the class
 * @class_minor: second half
 * @root: the parent is the root
 * @protocol: of a filter
 * @prio: of a filter
 */
struct tc_line {
	char *v[TC_LINE_WORDS];
	unsigned int n;
	unsigned int at;
	const char *bad;
	const char *object;
	const char *dev;
	const char *handle;
	unsigned int parent_major, parent_minor;
	unsigned int class_major, class_minor;
	bool root;
	const char *protocol;
	unsigned long prio;
};

/**
 * line_split() - find the words
 * @l: line, all zero
 * @text: its text, which is changed and must stay
 * @bad: result: a word that a shell would not take as it is, NULL: there are
 *	too many of them
 * Return: false when it cannot be one
 */
bool line_split(struct tc_line *l, char *text, const char **bad);

/* The next word, NULL: no more */
const char *line_peek(const struct tc_line *l);

/**
 * line_take() - go beyond a word
 * @l: line
 * @word: the word
 * Return: false when it is not the next one
 */
bool line_take(struct tc_line *l, const char *word);

/*
 * The same for a word and its value. Without a value the word is the mistake,
 * with one that makes no sense the value is: @bad.
 */
bool line_text(struct tc_line *l, const char *word,
	       const char **value);
bool line_number(struct tc_line *l, const char *word,
		 unsigned long *n);
bool line_rate(struct tc_line *l, const char *word, uint64_t *rate);
bool line_handle(struct tc_line *l, const char *word,
		 unsigned int *major, unsigned int *minor);

/* Take all that may stand before the kind */
void line_head(struct tc_line *l);

/* A number as C writes it, and nothing else */
bool line_parse_number(const char *text, unsigned long *n);

/* "10.0.0.0/24", and "10.0.0/24" as tc takes it; without a length: a host */
bool line_parse_prefix(const char *text, bool ipv6);

/* Octets, at least one: "1500", "2K", "60KB" */
bool line_parse_size(const char *text);

/* "1:2", "1:" and "1:0", hexadecimal */
bool line_parse_handle(const char *text, unsigned int *major,
		       unsigned int *minor);

#endif
