/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal as a page that is drawn again and again, and single keys */
#ifndef SHIM6CTL_TERM_H
#define SHIM6CTL_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/**
 * struct term - a terminal that was taken
 * @old: how it was
 */
struct term {
	struct termios old;
};

/**
 * term_usable() - can pages be drawn and keys be read
 * Return: true when standard input and output are a terminal that can
 */
bool term_usable(void);

/**
 * term_take() - an empty page of our own; keys come at once and unseen
 * @t: for term_give()
 */
void term_take(struct term *t);

/**
 * term_give() - the terminal as it was
 * @t: from term_take()
 */
void term_give(const struct term *t);

/**
 * term_size() - how much there is room for
 * @columns: result
 * @lines: result
 */
void term_size(unsigned int *columns, unsigned int *lines);

/**
 * term_draw() - a page in the place of the one before
 * @text: lines, ASCII; what does not fit is left out
 * @head: this line, from 0, stands out
 */
void term_draw(const char *text, unsigned int head);

/**
 * term_key() - a key that was pressed
 * Return: character; 'q' when the terminal is gone
 */
int term_key(void);

#endif
