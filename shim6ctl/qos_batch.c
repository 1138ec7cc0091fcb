// SPDX-License-Identifier: GPL-2.0
/* Commands of tc as data: a script for people, a batch for tc */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "qos.h"

static void print_head(FILE *file)
{
	/* In two pieces, as it is not the licence line of this file */
	fprintf(file, "#!/bin/sh\n# %s-License-Identifier: GPL-2.0\n",
		"SPDX");
}

void qos_batch_add(struct qos_batch *b, enum qos_line_kind kind,
		   const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	b->v = mem_resize(b->v, b->n + 1, sizeof(*b->v));
	b->v[b->n].kind = kind;
	b->v[b->n].text = mem_copy_string(text);
	b->n++;
}

bool qos_batch_needs(const struct qos_batch *b, const char *words)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strstr(b->v[i].text, words))
			return true;
	return false;
}

static void print_line(const struct qos_line *line, FILE *file)
{
	switch (line->kind) {
	case QOS_COMMENT:
		fprintf(file, *line->text ? "# %s\n" : "#\n", line->text);
		break;
	case QOS_IP:
		fprintf(file, "ip %s\n", line->text);
		break;
	case QOS_TC:
		fprintf(file, "tc %s\n", line->text);
		break;
	}
}

void qos_batch_print(const struct qos_batch *b, FILE *file, const char *dev)
{
	size_t i = 0;

	if (!dev)
		dev = b->example ? b->example : "eth0";
	print_head(file);
	/* What the script is about stands above its first command */
	for (; i < b->n && b->v[i].kind == QOS_COMMENT; i++)
		print_line(&b->v[i], file);
	fprintf(file, "set -e\nD=${1:-%s}\n", dev);
	if (b->ifb)
		fputs("I=" QOS_IFB "$(cat \"/sys/class/net/$D/ifindex\")\n",
		      file);
	for (; i < b->n; i++)
		print_line(&b->v[i], file);
}

void qos_print_remove(FILE *file, const char *dev)
{
	print_head(file);
	fputs("# Takes away what the other scripts set up, and nothing else.\n",
	      file);
	fprintf(file, "D=${1:-%s}\n", dev);
	fputs("I=" QOS_IFB "$(cat \"/sys/class/net/$D/ifindex\")\n"
	      "for way in egress ingress; do\n"
	      "\ttc filter show dev \"$D\" $way 2>/dev/null |\n"
	      "\t\tsed -n 's/^filter .*pref \\(14[0-9][0-9][0-9]\\) .*/\\1/p' | sort -u |\n"
	      "\t\twhile read -r pref; do\n"
	      "\t\t\ttc filter del dev \"$D\" $way pref \"$pref\"\n"
	      "\t\tdone\n"
	      "done\n"
	      "# clsact stays while somebody else has filters there\n"
	      "if tc qdisc show dev \"$D\" | grep -q '^qdisc clsact' &&\n"
	      "   [ -z \"$(tc filter show dev \"$D\" egress; tc filter show dev \"$D\" ingress)\" ]; then\n"
	      "\ttc qdisc del dev \"$D\" clsact\n"
	      "fi\n"
	      "if tc qdisc show dev \"$D\" | grep -q '^qdisc [a-z_]* 1\\(40\\|5[0-9a-f]\\): root'; then\n"
	      "\ttc qdisc del dev \"$D\" root\n"
	      "fi\n"
	      "if [ -e \"/sys/class/net/$I\" ]; then\n"
	      "\tip link del dev \"$I\"\n"
	      "fi\n", file);
}

static void put_expanded(FILE *file, const char *text, const char *dev,
			 const char *ifb)
{
	for (; *text; text++) {
		if (*text == '$' && text[1] == 'D')
			fputs(dev, file);
		else if (*text == '$' && text[1] == 'I')
			fputs(ifb, file);
		else
			putc(*text, file);
		text += *text == '$';
	}
	putc('\n', file);
}

char *qos_batch_lines(const struct qos_batch *b, enum qos_line_kind kind,
		      const char *dev, const char *ifb)
{
	char *text = NULL;
	size_t n = 0;
	FILE *file = open_memstream(&text, &n);
	size_t i;

	if (!file)
		return mem_copy_string("");
	for (i = 0; i < b->n; i++)
		if (b->v[i].kind == kind)
			put_expanded(file, b->v[i].text, dev, ifb);
	fclose(file);
	return text;
}

void qos_batch_line(const char *lines, unsigned int n, char *text, size_t room)
{
	for (; n > 1 && *lines; n--) {
		lines += strcspn(lines, "\n");
		lines += *lines == '\n';
	}
	snprintf(text, room, "%.*s", (int)strcspn(lines, "\n"), lines);
}

void qos_batch_free(struct qos_batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		free(b->v[i].text);
	free(b->v);
	free(b->example);
	memset(b, 0, sizeof(*b));
}
