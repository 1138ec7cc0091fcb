/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Quantities as words: codepoints, rates, times, marks, shares. What is written
 * here is read back here as the same value.
 *
 * Those that read are true when all of the word is what it should be; those
 * that write return @text, which has QUANTITY_TEXT octets.
 */
#ifndef SHIM6CTL_QUANTITY_H
#define SHIM6CTL_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUANTITY_TEXT	32

/**
 * quantity_number() - read a decimal number, nothing else in the word
 * @text: the word
 * @value: result
 * @rest: where the number ends, NULL: it must be the whole word
 * Return: true when it is one and fits 64 bits
 */
bool quantity_number(const char *text, uint64_t *value, const char **rest);

/**
 * quantity_bits() - read a number, hexadecimal behind 0x, else decimal
 * @text: the word
 * @max: the largest
 * @value: result
 * Return: true when it is one
 */
bool quantity_bits(const char *text, uint64_t max, uint64_t *value);

#define QUANTITY_DSCP_MAX	63

/**
 * quantity_read_dscp() - a codepoint by its name or number (RFC 2474, 2597,
 *	3246, 5865 and 8622)
 * @text: the word
 * @len: octets of it
 * @dscp: result
 * Return: true when it is one
 */
bool quantity_read_dscp(const char *text, size_t len, uint64_t *dscp);

/**
 * quantity_dscp() - the name of a codepoint, or its number
 * @dscp: codepoint
 * @text: result
 * Return: @text
 */
const char *quantity_dscp(unsigned int dscp, char *text);

/**
 * quantity_dscp_name() - the names of codepoints
 * @i: which one, from 0
 * Return: the name, NULL: no more
 */
const char *quantity_dscp_name(unsigned int i);

/* Bits a second with the units of tc; without one they are bits a second */
bool quantity_read_rate(const char *text, uint64_t *rate);
const char *quantity_rate(uint64_t rate, char *text);

/**
 * quantity_unit() - how long a unit of time is
 * @name: us, ms, s, m or h
 * Return: microseconds, 0: there is no such unit
 */
uint64_t quantity_unit(const char *name);

/* Microseconds with one of these units; 0 needs none */
bool quantity_read_time(const char *text, uint64_t *us);
const char *quantity_time(uint64_t us, char *text);

/* Thousandths as percent, with one digit behind the point at most */
bool quantity_read_percent(const char *text, uint64_t *permille);
const char *quantity_percent(unsigned int permille, char *text);

/* A mark and the bits of it that count; all of them when not said */
bool quantity_read_mark(const char *text, uint64_t *mark, uint64_t *mask);
const char *quantity_mark(uint32_t mark, uint32_t mask, char *text);

/* A port, or the first and the last of some */
bool quantity_read_ports(const char *text, uint64_t *min, uint64_t *max);
const char *quantity_ports(unsigned int min, unsigned int max, char *text);

#endif
