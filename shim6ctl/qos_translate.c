// SPDX-License-Identifier: GPL-2.0
/*
 * Commands for dsmark, tcindex and CBQ, which no kernel has any more, as
 * commands for what there is: qos_old.c reads them, qos_edge.c and qos_core.c
 * write what is made of them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "qos.h"
#include "qos_old.h"
#include "tc_line.h"

const struct qos_retired qos_retired[] = {
	{ "cbq", "HTB does its work; \"qos translate\" knows how" },
	{ "dsmark", "clsact with pedit does its work; \"qos translate\" knows how" },
	{ "tcindex", "\"basic match 'meta(tc_index eq N)'\" does its work; \"qos translate\" knows how" },
	{ "rsvp", "flower with addresses, protocol and ports does its work" },
	{ "rsvp6", "flower with addresses, protocol and ports does its work" },
	{ "atm", "there is no ATM; for DSL add \"linklayer atm\" to HTB or cake" },
	{ "csz", "gone since Linux 2.6; HFSC guarantees a delay, PRIO with TBF below predicts one" },
	{ NULL, NULL },
};

static int put_all(struct qos_old *o)
{
	o->b->example = *o->dev ? mem_copy_string(o->dev) : NULL;
	if (o->cbq)
		return qos_old_put_core(o);
	if (!o->nfilters)
		return err_failed("%s: has no filter below dsmark and no cbq; there is nothing to translate",
				  o->name);
	return qos_old_put_edge(o);
}

/* Comments above the first command go on; the licence has its own place */
static void take_comment(struct qos_old *o, char *text)
{
	text[strcspn(text, "\r\n")] = '\0';
	if (*o->dev || text[1] == '!' || strstr(text, "SPDX"))
		return;
	text += 1 + (text[1] == ' ');
	qos_comment(o->b, "%s", text);
}

static int take_line(struct qos_old *o, char *text)
{
	struct tc_line l = {};
	const char *bad;

	if (!line_split(&l, text, &bad)) {
		if (!bad)
			return qos_old_fail(o, "too many words, %u at most",
					    TC_LINE_WORDS);
		return qos_old_fail(o, *bad == '$' ?
				    "%s: is the shell's; write what it stands for" :
				    "%s: makes no sense here", bad);
	}
	return l.n ? qos_old_take(o, &l) : CTL_OK;
}

int qos_translate(FILE *file, const char *name, bool u32, bool router,
		  struct qos_batch *b)
{
	struct qos_old *o = mem_resize(NULL, 1, sizeof(*o));
	char text[2048];
	int ret = CTL_OK;

	*o = (struct qos_old){ .name = name, .b = b, .u32 = u32,
			       .router = router };
	while (!ret && fgets(text, sizeof(text), file)) {
		o->line++;
		if (text[strspn(text, " \t\r\n")] == '#')
			take_comment(o, text + strspn(text, " \t"));
		else if (!strchr(text, '\n') && !feof(file))
			ret = qos_old_fail(o, "too long, %zu octets at most",
					   sizeof(text) - 2);
		else
			ret = take_line(o, text);
	}
	if (!ret && ferror(file))
		ret = err_failed("file %s: %s", name, strerror(errno));
	if (!ret)
		ret = put_all(o);
	free(o);
	return ret;
}
