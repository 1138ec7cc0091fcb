// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arg_type.h"
#include "quantity.h"

#define HOST_MAX	253	/* RFC 1035 2.3.4 */

bool arg_refuse(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, ARG_WHY, fmt, ap);
	va_end(ap);
	return false;
}

bool arg_must(const struct arg_spec *spec, char *why, const char *fmt, ...)
{
	va_list ap;
	int used;

	va_start(ap, fmt);
	used = vsnprintf(why, ARG_WHY, fmt, ap);
	va_end(ap);
	if (spec->words && used < ARG_WHY)
		snprintf(why + used, ARG_WHY - (size_t)used, ", or %s",
			 *spec->words);
	return false;
}

int arg_match(const char *const *words, size_t stride, const char *text,
	      unsigned int *count)
{
	const char *word;
	int found = -1;
	int i;

	*count = 0;
	for (i = 0; ; i++) {
		word = *(const char *const *)((const char *)words +
					      (size_t)i * stride);
		if (!word)
			return found;
		if (!strcmp(word, text)) {
			*count = 1;
			return i;
		}
		if (!*text || strncmp(word, text, strlen(text)))
			continue;
		if (found < 0)
			found = i;
		++*count;
	}
}

static bool parse_flag(const struct arg_spec *spec, const char *text,
		       struct arg_value *v, char *why)
{
	(void)spec;
	(void)text;
	(void)v;
	(void)why;
	return true;
}

static bool parse_string(const struct arg_spec *spec, const char *text,
			 struct arg_value *v, char *why)
{
	(void)v;
	return *text || arg_must(spec, why, "must not be empty");
}

static bool parse_range(const struct arg_spec *spec, const char *text,
			struct arg_value *v, char *why)
{
	if (quantity_number(text, &v->number, NULL) &&
	    v->number >= spec->min && v->number <= spec->max)
		return true;
	return arg_must(spec, why,
			"must be a number from %" PRIu64 " to %" PRIu64,
			spec->min, spec->max);
}

static bool parse_id(const struct arg_spec *spec, const char *text,
		     struct arg_value *v, char *why)
{
	if (quantity_number(text, &v->number, NULL) && v->number &&
	    v->number <= UINT32_MAX)
		return true;
	return arg_must(spec, why, "must be a number from 1 to %u", UINT32_MAX);
}

static void list_words(const struct arg_spec *spec, char *text, size_t room,
		       const char *sep)
{
	size_t used = 0;
	int i;

	for (i = 0; spec->words[i] && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s",
					 i ? sep : "", spec->words[i]);
}

static bool parse_word(const struct arg_spec *spec, const char *text,
		       struct arg_value *v, char *why)
{
	char all[256] = "";
	unsigned int count;
	int i = arg_match(spec->words, sizeof(*spec->words), text, &count);

	if (count == 1) {
		v->number = (uint64_t)i;
		return true;
	}
	list_words(spec, all, sizeof(all), ", ");
	return arg_refuse(why, "must be one of %s", all);
}

static bool usable_as_locator(const struct in6_addr *a)
{
	return !IN6_IS_ADDR_UNSPECIFIED(a) && !IN6_IS_ADDR_LOOPBACK(a) &&
	       !IN6_IS_ADDR_MULTICAST(a) && !IN6_IS_ADDR_V4MAPPED(a) &&
	       !IN6_IS_ADDR_LINKLOCAL(a);
}

static bool parse_unicast(const struct arg_spec *spec, const char *text,
			  struct arg_value *v, char *why)
{
	if (inet_pton(AF_INET6, text, &v->addr) != 1)
		return arg_must(spec, why,
				"must be an IPv6 address such as 2001:db8::1");
	return usable_as_locator(&v->addr) ||
	       arg_must(spec, why,
			"must be a unicast address beyond the link, like 2001:db8::1");
}

static void mask_prefix(struct in6_addr *a, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < 16; i++, len = len > 8 ? len - 8 : 0)
		if (len < 8)
			a->s6_addr[i] &= (uint8_t)~(0xff >> len);
}

/* An address alone stands for itself */
static bool parse_prefix(const struct arg_spec *spec, const char *text,
			 struct arg_value *v, char *why)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN] = "";
	struct in6_addr masked;
	uint64_t len = 128;

	if (slash && slash - text < (ptrdiff_t)sizeof(addr))
		memcpy(addr, text, (size_t)(slash - text));
	if (inet_pton(AF_INET6, slash ? addr : text, &v->addr) != 1 ||
	    (slash && !quantity_number(slash + 1, &len, NULL)) || len > 128)
		return arg_must(spec, why,
				"must be an IPv6 prefix such as 2001:db8::/32");
	masked = v->addr;
	mask_prefix(&masked, (unsigned int)len);
	if (memcmp(&masked, &v->addr, sizeof(masked))) {
		inet_ntop(AF_INET6, &masked, addr, sizeof(addr));
		return arg_refuse(why,
				  "must have zeros behind its length: %s/%u",
				  addr, (unsigned int)len);
	}
	v->len = (unsigned int)len;
	return true;
}

static bool parse_prefix64(const struct arg_spec *spec, const char *text,
			   struct arg_value *v, char *why)
{
	if (!parse_prefix(spec, text, v, why))
		return false;
	if (v->len != 64)
		return arg_must(spec, why,
				"must be the /64 of a link, such as 2001:db8:a:1::/64");
	return usable_as_locator(&v->addr) ||
	       arg_must(spec, why,
			"must be a prefix of unicast addresses beyond the link");
}

static bool parse_dev_prefix(const struct arg_spec *spec, const char *text,
			     struct arg_value *v, char *why)
{
	size_t len = strcspn(text, "=");

	if (!len || len >= sizeof(v->dev))
		return arg_must(spec, why,
				"must be INTERFACE or INTERFACE=PREFIX, such as eth0=2001:db8:a:1::/64");
	memcpy(v->dev, text, len);
	return !text[len] || parse_prefix64(spec, text + len + 1, v, why);
}

/* RFC 1123 2.1, and the underscore that people use all the same */
static bool parse_host(const struct arg_spec *spec, const char *text,
		       struct arg_value *v, char *why)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t len = strlen(text);

	(void)v;
	if (len && len <= HOST_MAX && strspn(text, allowed) == len &&
	    *text != '.' && *text != '-')
		return true;
	return arg_must(spec, why,
			"must be a host name such as www.example.org");
}

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "tcp", 6 }, { "udp", 17 }, { "esp", 50 }, { "icmpv6", 58 },
	{ "sctp", 132 }, { NULL, 0 },
};

static bool parse_proto(const struct arg_spec *spec, const char *text,
			struct arg_value *v, char *why)
{
	unsigned int count;
	int i = arg_match(&protocols[0].name, sizeof(protocols[0]), text,
			  &count);

	if (count == 1) {
		v->number = protocols[i].number;
		return true;
	}
	if (quantity_number(text, &v->number, NULL) && v->number &&
	    v->number <= 255)
		return true;
	return arg_must(spec, why,
			"must be tcp, udp, esp, icmpv6, sctp, a number from 1 to 255");
}

const char *arg_proto(unsigned int proto, char *text, size_t room)
{
	size_t i;

	if (proto)
		snprintf(text, room, "%u", proto);
	else
		snprintf(text, room, "any");
	for (i = 0; protocols[i].name; i++)
		if (protocols[i].number == proto)
			snprintf(text, room, "%s", protocols[i].name);
	return text;
}

/* By enum arg_type: how a word is understood, and how it looks in a help */
static const struct {
	arg_parse_fn *parse;
	const char *form;
} types[] = {
	[ARG_FLAG] = { parse_flag, "" },
	[ARG_STRING] = { parse_string },
	[ARG_HOST] = { parse_host, "HOST" },
	[ARG_NUMBER] = { parse_range },
	[ARG_ID] = { parse_id, "ID" },
	[ARG_WORD] = { parse_word },
	[ARG_UNICAST] = { parse_unicast, "ADDRESS" },
	[ARG_PREFIX] = { parse_prefix, "PREFIX" },
	[ARG_PREFIX64] = { parse_prefix64, "PREFIX/64" },
	[ARG_PROTO] = { parse_proto, "tcp|udp|icmpv6|NUMBER" },
	[ARG_DEV_PREFIX] = { parse_dev_prefix, "INTERFACE[=PREFIX/64]" },
	[ARG_NAME] = { arg_parse_name, "NAME" },
	[ARG_DEV] = { arg_parse_dev, "INTERFACE" },
	[ARG_RATE] = { arg_parse_rate, "RATE" },
	[ARG_DSCP] = { arg_parse_dscp, "DSCP" },
	[ARG_DSCP_MASK] = { arg_parse_dscp_mask, "DSCP[/MASK]" },
	[ARG_DSCP_SET] = { arg_parse_dscp_set, "DSCP[,DSCP]" },
	[ARG_HEX] = { arg_parse_hex, "HEX" },
	[ARG_MARK] = { arg_parse_mark, "MARK[/MASK]" },
	[ARG_PORTS] = { arg_parse_ports, "PORT[-PORT]" },
	[ARG_PERMILLE] = { arg_parse_permille, "PERCENT" },
	[ARG_SHARE] = { arg_parse_share, "CLASS=PERCENT" },
	[ARG_TIME] = { arg_parse_time, "TIME" },
	[ARG_PER_SECOND] = { arg_parse_per_second, "NUMBER/s" },
	[ARG_OFFSET] = { arg_parse_offset, "-64..256" },
};

/* The word in place of a value */
static const char *instead(const struct arg_spec *spec)
{
	return spec->words && spec->type != ARG_WORD ? *spec->words : NULL;
}

bool arg_parse(const struct arg_spec *spec, const char *text,
	       struct arg_value *v, char *why)
{
	const char *word = instead(spec);

	*v = (struct arg_value){ .spec = spec, .text = text };
	if (!word || strcmp(text, word))
		return types[spec->type].parse(spec, text, v, why);
	v->number = spec->instead;
	return true;
}

/* Of the type alone */
static const char *type_choice(enum arg_type type, unsigned int i)
{
	switch (type) {
	case ARG_PROTO:
		return protocols[i].name;
	case ARG_DSCP:
	case ARG_DSCP_MASK:
	case ARG_DSCP_SET:
		return quantity_dscp_name(i);
	default:
		return NULL;
	}
}

const char *arg_choice(const struct arg_spec *spec, unsigned int i)
{
	const char *word = instead(spec);

	if (spec->type == ARG_WORD)
		return spec->words[i];
	if (!word)
		return type_choice(spec->type, i);
	return i ? type_choice(spec->type, i - 1) : word;
}

static void upper(const char *name, char *text, size_t room)
{
	size_t i;

	for (i = 0; name[i] && i < room - 1; i++)
		text[i] = (char)toupper((unsigned char)name[i]);
	text[i] = '\0';
}

void arg_describe(const struct arg_spec *spec, char *text, size_t room)
{
	const char *word = instead(spec);
	size_t used;

	if (spec->type == ARG_WORD)
		list_words(spec, text, room, "|");
	else if (spec->type == ARG_STRING)
		upper(spec->name, text, room);
	else if (spec->type == ARG_NUMBER)
		snprintf(text, room, "%" PRIu64 "..%" PRIu64, spec->min,
			 spec->max);
	else
		snprintf(text, room, "%s", types[spec->type].form);
	used = strlen(text);
	if (word)
		snprintf(text + used, room - used, "|%s", word);
}
