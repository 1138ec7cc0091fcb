// SPDX-License-Identifier: GPL-2.0
/* Arguments of traffic control: names, codepoints, rates, marks, shares */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/shim6_qos.h>

#include "arg_type.h"
#include "quantity.h"

/* As of tc-cake(8) */
#define OFFSET_LOW	64
#define OFFSET_HIGH	256

static bool is_name(const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t len = strlen(text);

	return len && len < SHIM6_QOS_NAME_LEN && strspn(text, allowed) == len;
}

bool arg_parse_name(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why)
{
	(void)v;
	return is_name(text) ||
	       arg_must(spec, why,
			"must be a name of 1 to %d letters, digits, \"-\" and \"_\"",
			SHIM6_QOS_NAME_LEN - 1);
}

bool arg_parse_dev(const struct arg_spec *spec, const char *text,
		   struct arg_value *v, char *why)
{
	size_t len = strlen(text);

	(void)v;
	if (len && len < IF_NAMESIZE && !strpbrk(text, "/ \t\n") &&
	    strcmp(text, ".") && strcmp(text, ".."))
		return true;
	return arg_must(spec, why,
			"must be an interface, 1 to %d characters without a blank or a slash, such as eth0",
			IF_NAMESIZE - 1);
}

bool arg_parse_rate(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why)
{
	char low[QUANTITY_TEXT], high[QUANTITY_TEXT];

	if (quantity_read_rate(text, &v->number) && v->number >= spec->min &&
	    v->number <= spec->max && v->number % 1000 == 0)
		return true;
	return arg_must(spec, why,
			"must be a rate of whole kbit from %s to %s, such as 50mbit",
			quantity_rate(spec->min, low),
			quantity_rate(spec->max, high));
}

bool arg_parse_dscp(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why)
{
	return quantity_read_dscp(text, strlen(text), &v->number) ||
	       arg_must(spec, why,
			"must be a codepoint such as ef, af41, cs6, le or df, a number from 0 to 63");
}

bool arg_parse_dscp_mask(const struct arg_spec *spec, const char *text,
			 struct arg_value *v, char *why)
{
	size_t len = strcspn(text, "/");
	uint64_t mask = QUANTITY_DSCP_MAX;

	if (!quantity_read_dscp(text, len, &v->number) ||
	    (text[len] &&
	     (!quantity_bits(text + len + 1, QUANTITY_DSCP_MAX, &mask) ||
	      !mask)))
		return arg_must(spec, why,
				"must be a codepoint such as ef or af41, one with the bits of it that count, such as cs4/0x38");
	if (v->number & ~mask)
		return arg_refuse(why,
				  "has bits beyond its mask, which can match nothing");
	v->number |= mask << ARG_SECOND;
	return true;
}

bool arg_parse_dscp_set(const struct arg_spec *spec, const char *text,
			struct arg_value *v, char *why)
{
	uint64_t dscp;
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (!quantity_read_dscp(text, len, &dscp))
			return arg_must(spec, why,
					"must be codepoints with commas between them, such as ef,af41,cs6");
		v->number |= 1ULL << dscp;
		if (!text[len])
			return true;
	}
}

bool arg_parse_hex(const struct arg_spec *spec, const char *text,
		   struct arg_value *v, char *why)
{
	char with[24];

	if (strlen(text) < 9 && strncmp(text, "0x", 2)) {
		snprintf(with, sizeof(with), "0x%s", text);
		text = with;
	}
	if (quantity_bits(text, spec->max, &v->number) &&
	    v->number >= spec->min)
		return true;
	return arg_must(spec, why,
			"must be hexadecimal, as in the classes of tc, %" PRIx64 " to %" PRIx64,
			spec->min, spec->max);
}

bool arg_parse_mark(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why)
{
	uint64_t mask;

	if (!quantity_read_mark(text, &v->number, &mask))
		return arg_must(spec, why,
				"must be a mark, one with the bits of it that count, such as 0x10/0xff");
	if (v->number & ~mask)
		return arg_refuse(why,
				  "has bits beyond its mask; widen the mask");
	v->number |= mask << ARG_SECOND;
	return true;
}

bool arg_parse_ports(const struct arg_spec *spec, const char *text,
		     struct arg_value *v, char *why)
{
	uint64_t last;

	if (!quantity_read_ports(text, &v->number, &last))
		return arg_must(spec, why,
				"must be a port from 1 to 65535, the first and the last of some, such as 5060-5080");
	v->number |= last << ARG_SECOND;
	return true;
}

bool arg_parse_permille(const struct arg_spec *spec, const char *text,
			struct arg_value *v, char *why)
{
	return quantity_read_percent(text, &v->number) ||
	       arg_must(spec, why,
			"must be 0%% to 100%%, with one digit behind the point at most, such as 2%%");
}

bool arg_parse_share(const struct arg_spec *spec, const char *text,
		     struct arg_value *v, char *why)
{
	size_t len = strcspn(text, "=");

	if (text[len] && len < sizeof(v->dev)) {
		memcpy(v->dev, text, len);
		v->dev[len] = '\0';
		if (is_name(v->dev) &&
		    quantity_read_percent(text + len + 1, &v->number))
			return true;
	}
	return arg_must(spec, why,
			"must be a class and its share, 0%% to 100%%, such as ef=15%%");
}

bool arg_parse_time(const struct arg_spec *spec, const char *text,
		    struct arg_value *v, char *why)
{
	char low[QUANTITY_TEXT], high[QUANTITY_TEXT];

	if (quantity_read_time(text, &v->number) && v->number >= spec->min &&
	    v->number <= spec->max)
		return true;
	return arg_must(spec, why, "must be a time from %s to %s, with its unit",
			quantity_time(spec->min, low),
			quantity_time(spec->max, high));
}

bool arg_parse_per_second(const struct arg_spec *spec, const char *text,
			  struct arg_value *v, char *why)
{
	const char *rest;

	if (quantity_number(text, &v->number, &rest) &&
	    (!*rest || !strcmp(rest, "/s")) && v->number >= spec->min &&
	    v->number <= spec->max)
		return true;
	return arg_must(spec, why,
			"must be a number a second from %" PRIu64 "/s to %" PRIu64 "/s",
			spec->min, spec->max);
}

bool arg_parse_offset(const struct arg_spec *spec, const char *text,
		      struct arg_value *v, char *why)
{
	bool minus = *text == '-';

	if (!quantity_number(text + minus, &v->number, NULL) ||
	    v->number > (minus ? OFFSET_LOW : OFFSET_HIGH))
		return arg_must(spec, why, "must be a number from -%d to %d",
				OFFSET_LOW, OFFSET_HIGH);
	if (minus)
		v->number = -v->number;
	return true;
}
