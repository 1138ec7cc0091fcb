/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines that were typed, in $XDG_STATE_HOME/shim6/history, each of them once,
 * the latest last. Only their owner can read them. Several shells may have the
 * file open: it is read and written anew for each line.
 */
#ifndef SHIM6CTL_HISTORY_H
#define SHIM6CTL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#define HISTORY_LINES	500

/**
 * struct history - lines
 * @v: lines, the oldest first
 * @n: how many
 */
struct history {
	char *v[HISTORY_LINES + 1];
	size_t n;
};

/**
 * history_load() - read the file
 * @h: result, to be freed
 * Return: 0, also when there is none, or a negative errno
 */
int history_load(struct history *h);

/**
 * history_free() - free what it holds
 * @h: lines
 */
void history_free(struct history *h);

/**
 * history_wants() - may this line be kept at all
 * @line: line
 * Return: false for blank ones, those that begin with a blank, and those with
 * a word that may be a key
 */
bool history_wants(const char *line);

/**
 * history_add() - put a line into the file
 * @line: line
 * Return: 0 or a negative errno
 */
int history_add(const char *line);

#endif
