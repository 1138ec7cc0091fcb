/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may follow the words that are there, for completion and for "?". It
 * comes from the tables that commands are parsed with and from what the module
 * and the kernel have now; what cannot be read is not offered.
 */
#ifndef SHIM6CTL_COMPLETE_H
#define SHIM6CTL_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct session;

/**
 * struct complete_word - a word that may follow
 * @text: the word
 * @value: how the value behind it looks; "" without one
 * @help: one phrase, may be ""
 */
struct complete_word {
	char *text;
	char *value;
	char *help;
};

/**
 * struct complete - all words that may follow
 * @begin: what they begin with, the octets of a word typed so far
 * @v: words, each of them once
 * @n: how many
 * @room: elements allocated
 * @files: names of files may follow, too
 * @value: how a value looks that may follow, "" when none may
 * @help: what that value is
 * @enter: what is there can be run; what it does, NULL: something is missing
 * @wrong: what is there makes no sense
 */
struct complete {
	char *begin;
	struct complete_word *v;
	size_t n;
	size_t room;
	bool files;
	char value[256];
	const char *help;
	const char *enter;
	bool wrong;
};

/**
 * complete_line() - what may follow on a line
 * @c: result, to be freed
 * @s: session
 * @line: what is there, up to where the next character goes
 */
void complete_line(struct complete *c, struct session *s, const char *line);

/**
 * complete_words() - the same for words
 * @c: result, to be freed
 * @s: session
 * @argc: words
 * @argv: words, options first
 * @begin: what there is of the next one
 */
void complete_words(struct complete *c, struct session *s, int argc,
		    char *const *argv, const char *begin);

/**
 * complete_add_files() - the names of files, where @files says they may follow
 * @c: result so far; folders end in "/"
 */
void complete_add_files(struct complete *c);

/**
 * complete_common() - how far all words agree
 * @c: result, with words
 * Return: octets
 */
size_t complete_common(const struct complete *c);

/**
 * complete_add() - one more word, if it begins as it should
 * @c: result so far
 * @text: word
 * @value: how the value behind it looks, NULL without one
 * @help: one phrase, NULL without one
 */
void complete_add(struct complete *c, const char *text, const char *value,
		  const char *help);

/**
 * complete_full() - is there room for more words
 * @c: result so far
 * Return: true when more of them would help nobody
 */
bool complete_full(const struct complete *c);

/**
 * complete_free() - free what it holds
 * @c: result
 */
void complete_free(struct complete *c);

/**
 * complete_answer() - answer "?"
 * @file: where
 * @s: session
 * @line: what is there
 */
void complete_answer(FILE *file, struct session *s, const char *line);

/**
 * complete_is_end() - does this word end a shell or a batch
 * @word: as typed, may be shortened when it is no command then
 * Return: true when it does
 */
bool complete_is_end(const char *word);

/**
 * complete_own_help() - print the words that only shells and batches have
 * @file: where
 */
void complete_own_help(FILE *file);

#endif
