// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "qos.h"
#include "quantity.h"
#include "tc_line.h"

bool line_split(struct tc_line *l, char *text, const char **bad)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/@+";
	char *rest = NULL;
	char *word;

	*bad = NULL;
	for (word = strtok_r(text, " \t\r\n", &rest); word;
	     word = strtok_r(NULL, " \t\r\n", &rest)) {
		if (word[strspn(word, allowed)])
			*bad = word;
		if (*bad || l->n == TC_LINE_WORDS)
			return false;
		l->v[l->n++] = word;
	}
	return true;
}

const char *line_peek(const struct tc_line *l)
{
	return l->at < l->n ? l->v[l->at] : NULL;
}

bool line_take(struct tc_line *l, const char *word)
{
	if (!line_peek(l) || strcmp(line_peek(l), word))
		return false;
	l->at++;
	return true;
}

bool line_text(struct tc_line *l, const char *word, const char **value)
{
	if (!line_take(l, word))
		return false;
	*value = line_peek(l);
	if (*value)
		l->at++;
	else
		l->bad = word;
	return *value;
}

bool line_parse_number(const char *text, unsigned long *n)
{
	char *end;

	errno = 0;
	*n = strtoul(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

/* What is left out at its end is 0 */
static bool is_ipv4(const char *text)
{
	unsigned int octets;
	size_t digits;

	for (octets = 1; octets <= 4; octets++) {
		digits = strspn(text, "0123456789");
		if (!digits || digits > 3 || atoi(text) > 255)
			return false;
		text += digits;
		if (!*text)
			return true;
		if (*text++ != '.')
			return false;
	}
	return false;
}

bool line_parse_prefix(const char *text, bool ipv6)
{
	size_t n = strcspn(text, "/");
	unsigned long len = 0;
	struct in6_addr addr;
	char address[64];

	if (text[n] && (!line_parse_number(text + n + 1, &len) ||
			len > (ipv6 ? 128 : 32)))
		return false;
	if (n >= sizeof(address))
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)n, text);
	return ipv6 ? inet_pton(AF_INET6, address, &addr) == 1 :
		      is_ipv4(address);
}

bool line_parse_size(const char *text)
{
	static const char *const units[] = {
		"", "b", "k", "kb", "m", "mb", "kbit", "mbit", NULL
	};
	size_t digits = strspn(text, "0123456789");
	const char *const *unit;

	if (!digits || digits > 9 || !atoi(text))
		return false;
	for (unit = units; *unit; unit++)
		if (!strcasecmp(*unit, text + digits))
			return true;
	return false;
}

bool line_number(struct tc_line *l, const char *word, unsigned long *n)
{
	const char *text;

	if (!line_text(l, word, &text))
		return false;
	if (!line_parse_number(text, n))
		l->bad = text;
	return true;
}

bool line_rate(struct tc_line *l, const char *word, uint64_t *rate)
{
	const char *text;

	if (!line_text(l, word, &text))
		return false;
	if (!quantity_read_rate(text, rate) || *rate < 1000 || *rate > QOS_RATE_MAX)
		l->bad = text;
	return true;
}

bool line_parse_handle(const char *text, unsigned int *major,
		       unsigned int *minor)
{
	int end = 0;

	*minor = 0;
	if (sscanf(text, "%x:%n", major, &end) != 1 || !end)
		return false;
	text += end;
	if (!*text)
		return true;
	end = 0;
	return sscanf(text, "%x%n", minor, &end) == 1 && !text[end];
}

bool line_handle(struct tc_line *l, const char *word, unsigned int *major,
		 unsigned int *minor)
{
	const char *text;

	if (!line_text(l, word, &text))
		return false;
	if (!line_parse_handle(text, major, minor))
		l->bad = text;
	return true;
}

void line_head(struct tc_line *l)
{
	while (line_peek(l) && !l->bad)
		if (line_take(l, "root"))
			l->root = true;
		else if (!line_text(l, "dev", &l->dev) &&
			 !line_text(l, "handle", &l->handle) &&
			 !line_text(l, "protocol", &l->protocol) &&
			 !line_number(l, "prio", &l->prio) &&
			 !line_number(l, "pref", &l->prio) &&
			 !line_handle(l, "parent", &l->parent_major,
				      &l->parent_minor) &&
			 !line_handle(l, "classid", &l->class_major,
				      &l->class_minor))
			return;
}
