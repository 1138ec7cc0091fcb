/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Editing a line on the terminal. There is one editor with readline and a small
 * one without; a program has either.
 *
 * A line is being edited from edit_begin() on until edit_read() returns
 * something else than EDIT_MORE. In between nothing is printed but inside of
 * edit_hide() and edit_show().
 */
#ifndef SHIM6CTL_EDIT_H
#define SHIM6CTL_EDIT_H

#include <stdbool.h>

struct session;

/**
 * enum edit_result - what became of the line
 * @EDIT_MORE: it is still being edited
 * @EDIT_LINE: it was entered
 * @EDIT_END: there will be no more
 */
enum edit_result {
	EDIT_MORE,
	EDIT_LINE,
	EDIT_END,
};

/**
 * edit_open() - get ready
 * @s: session, for completion
 * @prompt: stands before the line
 */
void edit_open(struct session *s, const char *prompt);

/**
 * edit_close() - end of use
 */
void edit_close(void);

/**
 * edit_begin() - edit a line
 */
void edit_begin(void);

/**
 * edit_read() - take what can be read from the terminal
 * @line: result of EDIT_LINE, to be freed; the terminal is as it was before
 *	edit_begin() then, and with EDIT_END
 * Return: what became of the line
 */
enum edit_result edit_read(char **line);

/**
 * edit_cancel() - give the line up: the terminal is as it was before
 */
void edit_cancel(void);

/**
 * edit_hide() - take the line off the screen
 */
void edit_hide(void);

/**
 * edit_show() - put it back
 */
void edit_show(void);

/**
 * edit_suspend() - stop the process; returns when it goes on
 * @stop: stops it, while the terminal is as it was before the shell
 */
void edit_suspend(void (*stop)(void));

/**
 * edit_resize() - the terminal has another size now
 */
void edit_resize(void);

/**
 * edit_remember() - keep a line for later
 * @line: line
 * @file: in the file of later shells, too
 */
void edit_remember(const char *line, bool file);

#endif
