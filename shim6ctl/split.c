// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "split.h"

#define TEXT_MARK	"\xef\xbb\xbf"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void add_word(struct split *s, char *word)
{
	if ((size_t)s->n + 2 > s->room) {
		s->room = s->room ? 2 * s->room : 16;
		s->v = mem_resize(s->v, s->room, sizeof(*s->v));
	}
	s->v[s->n++] = word;
	s->v[s->n] = NULL;
}

/* One word from @from to @to, without its quotes; returns what follows it */
static const char *copy_word(struct split *s, const char *from, char **to)
{
	char *at = *to;

	for (; *from; from++) {
		if (s->quote == '\\') {
			s->quote = 0;
		} else if (s->quote && *from == s->quote) {
			s->quote = 0;
			continue;
		} else if (s->quote) {
			/* In "..." a backslash keeps what would end it */
			if (s->quote == '"' && *from == '\\' &&
			    (from[1] == '"' || from[1] == '\\'))
				from++;
		} else if (*from == '\'' || *from == '"' || *from == '\\') {
			s->quote = *from;
			continue;
		} else if (is_blank(*from)) {
			break;
		}
		*at++ = *from;
	}
	*at++ = '\0';
	*to = at;
	return from;
}

void split_line(struct split *s, const char *line)
{
	char *at;

	*s = (struct split){};
	/* A word has its end where a blank was, or the line's end */
	s->text = mem_resize(NULL, strlen(line) + 1, 1);
	s->v = mem_resize(NULL, 1, sizeof(*s->v));
	s->v[0] = NULL;
	at = s->text;
	if (!strncmp(line, TEXT_MARK, strlen(TEXT_MARK)))
		line += strlen(TEXT_MARK);
	for (;;) {
		while (is_blank(*line))
			line++;
		if (!*line)
			return;
		if (*line == '#') {
			s->comment = true;
			return;
		}
		add_word(s, at);
		line = copy_word(s, line, &at);
		s->begun = !*line;
	}
}

void split_free(struct split *s)
{
	free(s->v);
	free(s->text);
	*s = (struct split){};
}
