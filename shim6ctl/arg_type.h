/* SPDX-License-Identifier: GPL-2.0 */
/* How the words of each type of argument are understood */
#ifndef SHIM6CTL_ARG_TYPE_H
#define SHIM6CTL_ARG_TYPE_H

#include <stdbool.h>

#include "arg.h"
#include "macros.h"

/*
 * @v: result, whose @spec and @text are there; @why: what it must be, when it
 * is not that, ARG_WHY octets
 */
typedef bool arg_parse_fn(const struct arg_spec *spec, const char *text,
			  struct arg_value *v, char *why);

/**
 * arg_refuse() - say what is wrong with a word
 * @why: result
 * @fmt: as printf
 * Return: false
 */
bool arg_refuse(char *why, const char *fmt, ...) __printf(2, 3);

/**
 * arg_must() - say what a word must be, or the one in place of it
 * @spec: argument
 * @why: result
 * @fmt: as printf
 * Return: false
 */
bool arg_must(const struct arg_spec *spec, char *why, const char *fmt, ...)
	__printf(3, 4);

/* Those of traffic control, arg_qos.c */
arg_parse_fn arg_parse_name;
arg_parse_fn arg_parse_dev;
arg_parse_fn arg_parse_rate;
arg_parse_fn arg_parse_dscp;
arg_parse_fn arg_parse_dscp_mask;
arg_parse_fn arg_parse_dscp_set;
arg_parse_fn arg_parse_hex;
arg_parse_fn arg_parse_mark;
arg_parse_fn arg_parse_ports;
arg_parse_fn arg_parse_permille;
arg_parse_fn arg_parse_share;
arg_parse_fn arg_parse_time;
arg_parse_fn arg_parse_per_second;
arg_parse_fn arg_parse_offset;

#endif
