// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

static char prefix[256] = "shim6ctl: ";

/* Where a message goes instead, NULL: to stderr */
static char *held;
static size_t held_room;

void err_hold(char *text, size_t room)
{
	held = text;
	held_room = room;
	*text = '\0';
}

void err_release(void)
{
	held = NULL;
}

void err_prefix(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
}

const char *err_prefix_now(void)
{
	return prefix;
}

/*
 * The text may quote what the user typed; a control character in it must
 * neither break the line nor reach the terminal.
 */
static void report(const char *fmt, va_list ap)
{
	char line[1280];
	char *p;
	int used;

	if (held) {
		if (!*held)
			vsnprintf(held, held_room, fmt, ap);
		return;
	}
	used = snprintf(line, sizeof(line), "%s", prefix);
	vsnprintf(line + used, sizeof(line) - (size_t)used, fmt, ap);
	for (p = line; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	fflush(stdout);
	fprintf(stderr, "%s\n", line);
}

int err_failed(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(fmt, ap);
	va_end(ap);
	return CTL_FAILED;
}

int err_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(fmt, ap);
	va_end(ap);
	return CTL_USAGE;
}

int err_missing(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(fmt, ap);
	va_end(ap);
	return CTL_MISSING;
}
