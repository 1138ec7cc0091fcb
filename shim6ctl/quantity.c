// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <linux/shim6_qos.h>

#include "macros.h"
#include "qos.h"
#include "quantity.h"

#define DSCP_MAX	63

/* As of tc-cake(8) */
#define OFFSET_LOW	64
#define OFFSET_HIGH	256

/* RFC 2474, 2597, 3246, 5865 and 8622; the first of several is written */
static const struct dscp_name {
	const char *name;
	unsigned int dscp;
} dscps[] = {
	{ "ef", 46 }, { "voice-admit", 44 }, { "af41", 34 }, { "af42", 36 },
	{ "af43", 38 }, { "af31", 26 }, { "af32", 28 }, { "af33", 30 },
	{ "af21", 18 }, { "af22", 20 }, { "af23", 22 }, { "af11", 10 },
	{ "af12", 12 }, { "af13", 14 }, { "cs1", 8 }, { "cs2", 16 },
	{ "cs3", 24 }, { "cs4", 32 }, { "cs5", 40 }, { "cs6", 48 },
	{ "cs7", 56 }, { "le", 1 }, { "df", 0 }, { "be", 0 }, { "cs0", 0 },
	{ "va", 44 },
};

static const struct unit {
	const char *name;
	uint64_t us;
} times[] = {
	{ "us", 1 }, { "ms", 1000 }, { "s", 1000000 }, { "m", 60000000 },
	{ "h", 3600000000 },
};

__printf(3, 4)
static bool refuse(char *why, size_t room, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, room, fmt, ap);
	va_end(ap);
	return false;
}

/* Hexadecimal behind 0x, else decimal; all of the word */
static bool number(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	if (strncmp(text, "0x", 2) && strncmp(text, "0X", 2))
		return arg_number(text, value, NULL) && *value <= max;
	if (!text[2] || strlen(text) > 18)
		return false;
	*value = strtoull(text + 2, &end, 16);
	return !*end && !strchr("+- ", text[2]) && *value <= max;
}

static bool find_dscp(const char *text, size_t len, uint64_t *dscp)
{
	char word[24];
	size_t i;

	if (!len || len >= sizeof(word))
		return false;
	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	for (i = 0; i < ARRAY_SIZE(dscps); i++) {
		if (strcasecmp(dscps[i].name, word))
			continue;
		*dscp = dscps[i].dscp;
		return true;
	}
	return number(word, DSCP_MAX, dscp);
}

static bool parse_dscp(const struct arg_spec *spec, const char *text,
		       struct arg_value *v, char *why, size_t room)
{
	if (find_dscp(text, strlen(text), &v->number))
		return true;
	if (spec->words && !strcmp(text, spec->words[0])) {
		v->number = spec->max;
		return true;
	}
	return refuse(why, room,
		      "must be a codepoint such as ef, af41, cs6, le or df, a number from 0 to 63%s%s",
		      spec->words ? ", or " : "",
		      spec->words ? spec->words[0] : "");
}

static bool parse_dscp_mask(const char *text, struct arg_value *v, char *why,
			    size_t room)
{
	size_t len = strcspn(text, "/");
	uint64_t mask = DSCP_MAX;

	if (!find_dscp(text, len, &v->number) ||
	    (text[len] && (!number(text + len + 1, DSCP_MAX, &mask) || !mask)))
		return refuse(why, room,
			      "must be a codepoint such as ef or af41, or one with the bits of it that count, such as cs4/0x38");
	if (v->number & ~mask)
		return refuse(why, room,
			      "has bits beyond its mask, which can match nothing");
	v->number |= mask << ARG_SECOND;
	return true;
}

static bool parse_dscp_set(const char *text, struct arg_value *v, char *why,
			   size_t room)
{
	uint64_t dscp;
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (!find_dscp(text, len, &dscp))
			return refuse(why, room,
				      "must be codepoints with commas between them, such as ef,af41,cs6");
		v->number |= 1ULL << dscp;
		if (!text[len])
			return true;
	}
}

static bool parse_name(const char *text, char *why, size_t room)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t len = strlen(text);

	if (len && len < SHIM6_QOS_NAME_LEN && strspn(text, allowed) == len)
		return true;
	return refuse(why, room,
		      "must be a name of 1 to %d letters, digits, \"-\" and \"_\"",
		      SHIM6_QOS_NAME_LEN - 1);
}

static bool parse_dev(const char *text, char *why, size_t room)
{
	size_t len = strlen(text);

	if (len && len < IF_NAMESIZE && !strpbrk(text, "/ \t\n") &&
	    strcmp(text, ".") && strcmp(text, ".."))
		return true;
	return refuse(why, room, "must be an interface such as eth0");
}

static bool parse_rate(const struct arg_spec *spec, const char *text,
		       struct arg_value *v, char *why, size_t room)
{
	char low[QOS_RATE_TEXT], high[QOS_RATE_TEXT];

	if (qos_rate(text, &v->number) && v->number >= spec->min &&
	    v->number <= spec->max && v->number % 1000 == 0)
		return true;
	return refuse(why, room,
		      "must be a rate of whole kbit from %s to %s, such as 50mbit",
		      qos_rate_text(spec->min, low),
		      qos_rate_text(spec->max, high));
}

static bool parse_hex(const struct arg_spec *spec, const char *text,
		      struct arg_value *v, char *why, size_t room)
{
	char with[24];

	if (strlen(text) < 9 && strncmp(text, "0x", 2)) {
		snprintf(with, sizeof(with), "0x%s", text);
		text = with;
	}
	if (number(text, spec->max, &v->number) && v->number >= spec->min)
		return true;
	return refuse(why, room,
		      "must be hexadecimal, as in the classes of tc, %" PRIx64 " to %" PRIx64,
		      spec->min, spec->max);
}

/* A mark alone is all of it */
static bool parse_mark(const char *text, struct arg_value *v, char *why,
		       size_t room)
{
	size_t len = strcspn(text, "/");
	uint64_t mask = UINT32_MAX;
	char word[QUANTITY_TEXT];

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	if (len >= sizeof(word) || !number(word, UINT32_MAX, &v->number) ||
	    (text[len] &&
	     (!number(text + len + 1, UINT32_MAX, &mask) || !mask)))
		return refuse(why, room,
			      "must be a mark, or one with the bits of it that count, such as 0x10/0xff");
	if (v->number & ~mask)
		return refuse(why, room,
			      "has bits beyond its mask; widen the mask");
	v->number |= mask << ARG_SECOND;
	return true;
}

static bool parse_ports(const char *text, struct arg_value *v, char *why,
			size_t room)
{
	const char *rest = "";
	uint64_t last;

	if (arg_number(text, &v->number, &rest)) {
		last = v->number;
		if ((!*rest || (*rest == '-' &&
				arg_number(rest + 1, &last, NULL))) &&
		    v->number && last <= 65535 && v->number <= last) {
			v->number |= last << ARG_SECOND;
			return true;
		}
	}
	return refuse(why, room,
		      "must be a port from 1 to 65535, or the first and the last of some, such as 5060-5080");
}

/* Whole percent, or with one digit behind the point */
static bool permille(const char *text, uint64_t *value)
{
	const char *rest;

	if (!arg_number(text, value, &rest) || *value > 100)
		return false;
	*value *= 10;
	if (*rest == '.') {
		if (rest[1] < '0' || rest[1] > '9')
			return false;
		*value += (uint64_t)(rest[1] - '0');
		rest += 2;
	}
	return !strcmp(rest, "%") && *value <= 1000;
}

static bool parse_percent(const char *text, struct arg_value *v, char *why,
			  size_t room)
{
	if (permille(text, &v->number))
		return true;
	return refuse(why, room,
		      "must be 0%% to 100%%, with one digit behind the point at most, such as 2%%");
}

static bool parse_share(const char *text, struct arg_value *v, char *why,
			size_t room)
{
	size_t len = strcspn(text, "=");

	if (len && len < sizeof(v->dev) && text[len]) {
		memcpy(v->dev, text, len);
		v->dev[len] = '\0';
		if (parse_name(v->dev, why, room) &&
		    permille(text + len + 1, &v->number))
			return true;
	}
	return refuse(why, room,
		      "must be a class and its share, 0%% to 100%%, such as ef=15%%");
}

static bool parse_time(const struct arg_spec *spec, const char *text,
		       struct arg_value *v, char *why, size_t room)
{
	char low[QUANTITY_TEXT], high[QUANTITY_TEXT];
	const char *unit;
	size_t i;

	if (arg_number(text, &v->number, &unit)) {
		for (i = 0; i < ARRAY_SIZE(times); i++)
			if (!strcmp(times[i].name, unit) &&
			    !__builtin_mul_overflow(v->number, times[i].us,
						    &v->number) &&
			    v->number >= spec->min && v->number <= spec->max)
				return true;
		if (!v->number && !*unit && !spec->min)
			return true;
	}
	return refuse(why, room, "must be a time from %s to %s, with its unit",
		      quantity_time(spec->min, low),
		      quantity_time(spec->max, high));
}

static bool parse_per_second(const struct arg_spec *spec, const char *text,
			     struct arg_value *v, char *why, size_t room)
{
	const char *rest;

	if (arg_number(text, &v->number, &rest) &&
	    (!*rest || !strcmp(rest, "/s")) && v->number >= spec->min &&
	    v->number <= spec->max)
		return true;
	return refuse(why, room,
		      "must be a number a second from %" PRIu64 "/s to %" PRIu64 "/s",
		      spec->min, spec->max);
}

static bool parse_offset(const char *text, struct arg_value *v, char *why,
			 size_t room)
{
	bool minus = *text == '-';

	if (arg_number(text + minus, &v->number, NULL) &&
	    v->number <= (minus ? OFFSET_LOW : OFFSET_HIGH)) {
		if (minus)
			v->number = -v->number;
		return true;
	}
	return refuse(why, room, "must be a number from -%d to %d", OFFSET_LOW,
		      OFFSET_HIGH);
}

bool quantity_parse(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why, size_t room)
{
	switch (spec->type) {
	case ARG_NAME:
		return parse_name(text, why, room);
	case ARG_DEV:
		return parse_dev(text, why, room);
	case ARG_RATE:
		return parse_rate(spec, text, v, why, room);
	case ARG_DSCP:
		return parse_dscp(spec, text, v, why, room);
	case ARG_DSCP_MASK:
		return parse_dscp_mask(text, v, why, room);
	case ARG_DSCP_SET:
		return parse_dscp_set(text, v, why, room);
	case ARG_HEX:
		return parse_hex(spec, text, v, why, room);
	case ARG_MARK:
		return parse_mark(text, v, why, room);
	case ARG_PORTS:
		return parse_ports(text, v, why, room);
	case ARG_PERMILLE:
		return parse_percent(text, v, why, room);
	case ARG_SHARE:
		return parse_share(text, v, why, room);
	case ARG_TIME:
		return parse_time(spec, text, v, why, room);
	case ARG_PER_SECOND:
		return parse_per_second(spec, text, v, why, room);
	case ARG_OFFSET:
		return parse_offset(text, v, why, room);
	default:
		return false;
	}
}

void quantity_describe(const struct arg_spec *spec, char *text, size_t room)
{
	static const char *const forms[] = {
		[ARG_NAME] = "NAME",
		[ARG_DEV] = "INTERFACE",
		[ARG_RATE] = "RATE",
		[ARG_DSCP] = "DSCP",
		[ARG_DSCP_MASK] = "DSCP[/MASK]",
		[ARG_DSCP_SET] = "DSCP,...",
		[ARG_HEX] = "HEX",
		[ARG_MARK] = "MARK[/MASK]",
		[ARG_PORTS] = "PORT[-PORT]",
		[ARG_PERMILLE] = "PERCENT",
		[ARG_SHARE] = "CLASS=PERCENT",
		[ARG_TIME] = "TIME",
		[ARG_PER_SECOND] = "NUMBER/s",
		[ARG_OFFSET] = "-64..256",
	};

	snprintf(text, room, "%s%s%s", forms[spec->type],
		 spec->type == ARG_DSCP && spec->words ? "|" : "",
		 spec->type == ARG_DSCP && spec->words ? spec->words[0] : "");
}

const char *quantity_choice(const struct arg_spec *spec, unsigned int i)
{
	if (i < ARRAY_SIZE(dscps))
		return dscps[i].name;
	if (i == ARRAY_SIZE(dscps) && spec->type == ARG_DSCP && spec->words)
		return spec->words[0];
	return NULL;
}

const char *quantity_dscp(unsigned int dscp, char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dscps); i++) {
		if (dscps[i].dscp != dscp)
			continue;
		snprintf(text, QUANTITY_TEXT, "%s", dscps[i].name);
		return text;
	}
	snprintf(text, QUANTITY_TEXT, "%u", dscp);
	return text;
}

const char *quantity_percent(unsigned int permille, char *text)
{
	if (permille % 10)
		snprintf(text, QUANTITY_TEXT, "%u.%u%%", permille / 10,
			 permille % 10);
	else
		snprintf(text, QUANTITY_TEXT, "%u%%", permille / 10);
	return text;
}

const char *quantity_time(uint64_t us, char *text)
{
	/* Seconds at most: nobody wants to see 120 of them as 2m */
	size_t i = 2;

	while (i && us % times[i].us)
		i--;
	snprintf(text, QUANTITY_TEXT, "%" PRIu64 "%s", us / times[i].us,
		 times[i].name);
	return text;
}

const char *quantity_mark(uint32_t mark, uint32_t mask, char *text)
{
	snprintf(text, QUANTITY_TEXT, "0x%" PRIx32 "/0x%" PRIx32, mark, mask);
	return text;
}

const char *quantity_ports(unsigned int min, unsigned int max, char *text)
{
	if (min == max)
		snprintf(text, QUANTITY_TEXT, "%u", min);
	else
		snprintf(text, QUANTITY_TEXT, "%u-%u", min, max);
	return text;
}
