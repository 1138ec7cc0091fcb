// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "err.h"
#include "session.h"
#include "split.h"

/**
 * struct batch - a file being read
 * @name: as it is called in messages
 * @file: where it is read from
 * @number: of the line
 * @line: the line, without its end
 */
struct batch {
	const char *name;
	FILE *file;
	unsigned long number;
	char line[SPLIT_LINE_MAX];
};

/* Why a line cannot be a command; NULL: it was read. @more: there are others */
static const char *read_line(struct batch *b, bool *more)
{
	const char *why = NULL;
	size_t len = 0;
	int c;

	b->number++;
	while ((c = getc(b->file)) != EOF && c != '\n') {
		if (!c)
			why = SPLIT_NO_TEXT;
		else if (len == sizeof(b->line) - 1)
			why = SPLIT_TOO_LONG;
		else
			b->line[len++] = (char)c;
		/* Whatever this is, it may have no end */
		if (why)
			break;
	}
	b->line[len] = '\0';
	*more = c != EOF;
	return why;
}

static int run_lines(struct session *s, struct batch *b)
{
	int first = CTL_OK;
	const char *why;
	bool more;
	int ret;

	do {
		errno = 0;
		why = read_line(b, &more);
		err_prefix("shim6ctl: %s:%lu: ", b->name, b->number);
		if (why)
			ret = err_usage("%s", why);
		else if (ferror(b->file))
			ret = err_failed("%s", strerror(errno));
		else
			ret = session_line(s, b->line);
		if (ret && !first)
			first = ret;
		/* Nobody knows where the next line begins */
		if (why || (ret && !s->opt.force))
			break;
	} while (more && !s->ended);
	return first;
}

int batch_run(struct session *s)
{
	static struct batch b;
	int ret;

	ret = session_begin(s);
	if (ret)
		return ret;
	if (!strcmp(s->opt.batch, "-")) {
		b.name = "stdin";
		b.file = stdin;
	} else {
		b.name = s->opt.batch;
		b.file = session_open(s, b.name);
	}
	if (!b.file)
		return CTL_FAILED;
	ret = run_lines(s, &b);
	session_end(s);
	if (b.file != stdin)
		fclose(b.file);
	return ret;
}
