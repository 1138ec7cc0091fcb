/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A line becomes words. They are parted by blanks; '...' and "..." keep blanks
 * together, a backslash keeps the next character, and "#" at the beginning of
 * a word begins a comment. What some editors put at the beginning of a text, its
 * byte order, is a blank.
 */
#ifndef SHIM6CTL_SPLIT_H
#define SHIM6CTL_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#define SPLIT_LINE_MAX	16384	/* octets of a line, with its end */

/* Why a line of a file is none */
#define SPLIT_NO_TEXT	"not a text file, it has an octet 0"
#define SPLIT_TOO_LONG	"the line is too long, 16383 octets at most"

/**
 * struct split - the words of a line
 * @v: words, @n of them and a NULL
 * @n: how many
 * @begun: the line ends inside the last word, or right behind it
 * @quote: the quote that is still open, or a backslash, or 0
 * @comment: the line ends in a comment
 * @room: elements of @v allocated
 * @text: holds the words
 */
struct split {
	char **v;
	int n;
	bool begun;
	char quote;
	bool comment;
	size_t room;
	char *text;
};

/**
 * split_line() - find the words
 * @s: result, to be freed
 * @line: the line; what is wrong with it shows in @s->quote
 */
void split_line(struct split *s, const char *line);

/**
 * split_free() - free what it holds
 * @s: words
 */
void split_free(struct split *s);

#endif
