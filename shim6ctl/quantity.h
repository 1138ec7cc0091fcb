/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Quantities and names of traffic control, as words: codepoints, rates, marks,
 * shares. What is written here is read back as the same value.
 */
#ifndef SHIM6CTL_QUANTITY_H
#define SHIM6CTL_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arg.h"

#define QUANTITY_TEXT	32	/* octets of the longest one */

/**
 * quantity_parse() - understand a word of one of these types
 * @spec: what it should be
 * @text: the word
 * @v: result, whose @spec and @text are there
 * @why: what it must be, when it is not that
 * @room: octets of @why
 * Return: true when understood
 */
bool quantity_parse(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why, size_t room);

/**
 * quantity_describe() - how the values of such an argument look, for help
 * @spec: argument
 * @text: result
 * @room: octets of @text
 */
void quantity_describe(const struct arg_spec *spec, char *text, size_t room);

/**
 * quantity_choice() - the names of codepoints, and the words beside them
 * @spec: argument
 * @i: which one, from 0
 * Return: the word, or NULL: no more
 */
const char *quantity_choice(const struct arg_spec *spec, unsigned int i);

/**
 * quantity_dscp() - the name of a codepoint, or its number
 * @dscp: codepoint
 * @text: result, QUANTITY_TEXT octets
 * Return: @text
 */
const char *quantity_dscp(unsigned int dscp, char *text);

/**
 * quantity_percent() - thousandths as percent
 * @permille: thousandths
 * @text: result, QUANTITY_TEXT octets
 * Return: @text
 */
const char *quantity_percent(unsigned int permille, char *text);

/**
 * quantity_time() - a duration with its unit
 * @us: microseconds
 * @text: result, QUANTITY_TEXT octets
 * Return: @text
 */
const char *quantity_time(uint64_t us, char *text);

/**
 * quantity_mark() - a mark and the bits of it that count
 * @mark: mark
 * @mask: bits
 * @text: result, QUANTITY_TEXT octets
 * Return: @text
 */
const char *quantity_mark(uint32_t mark, uint32_t mask, char *text);

/**
 * quantity_ports() - a port, or the first and the last of some
 * @min: the first
 * @max: the last
 * @text: result, QUANTITY_TEXT octets
 * Return: @text
 */
const char *quantity_ports(unsigned int min, unsigned int max, char *text);

#endif
