// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arg.h"
#include "macros.h"
#include "quantity.h"

#define HOST_MAX	253	/* RFC 1035 2.3.4 */

/* Says what the word must be; the caller says which word */
__printf(3, 4)
static bool refuse(char *why, size_t room, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, room, fmt, ap);
	va_end(ap);
	return false;
}

bool arg_number(const char *text, uint64_t *value, const char **rest)
{
	unsigned long long n;
	char *end;

	/* strtoull takes signs and spaces, which are mistakes here */
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || (!rest && *end))
		return false;
	*value = n;
	if (rest)
		*rest = end;
	return true;
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

static bool parse_range(const struct arg_spec *spec, const char *text,
			struct arg_value *v, char *why, size_t room)
{
	if (arg_number(text, &v->number, NULL) && v->number >= spec->min &&
	    v->number <= spec->max)
		return true;
	return refuse(why, room, "must be a number from %" PRIu64 " to %" PRIu64,
		      spec->min, spec->max);
}

static bool parse_id(const struct arg_spec *spec, const char *text,
		     struct arg_value *v, char *why, size_t room)
{
	bool all = spec->type == ARG_ID_OR_ALL;

	if (all && !strcmp(text, "all")) {
		v->number = 0;
		return true;
	}
	if (arg_number(text, &v->number, NULL) && v->number &&
	    v->number <= UINT32_MAX)
		return true;
	return refuse(why, room, "must be a number from 1 to %u%s", UINT32_MAX,
		      all ? ", or \"all\"" : "");
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
		       struct arg_value *v, char *why, size_t room)
{
	char all[256] = "";
	unsigned int count;
	int i = arg_match(spec->words, sizeof(*spec->words), text, &count);

	if (count == 1) {
		v->number = (uint64_t)i;
		return true;
	}
	list_words(spec, all, sizeof(all), ", ");
	return refuse(why, room, "must be one of %s", all);
}

static bool usable_as_locator(const struct in6_addr *a)
{
	return !IN6_IS_ADDR_UNSPECIFIED(a) && !IN6_IS_ADDR_LOOPBACK(a) &&
	       !IN6_IS_ADDR_MULTICAST(a) && !IN6_IS_ADDR_V4MAPPED(a) &&
	       !IN6_IS_ADDR_LINKLOCAL(a);
}

static bool parse_unicast(const char *text, struct arg_value *v, char *why,
			  size_t room)
{
	if (inet_pton(AF_INET6, text, &v->addr) != 1)
		return refuse(why, room,
			      "must be an IPv6 address such as 2001:db8::1");
	if (usable_as_locator(&v->addr))
		return true;
	return refuse(why, room,
		      "must be a unicast address beyond the link, like 2001:db8::1");
}

static void mask_prefix(struct in6_addr *a, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < 16; i++, len = len > 8 ? len - 8 : 0)
		if (len < 8)
			a->s6_addr[i] &= (uint8_t)~(0xff >> len);
}

/* An address alone stands for itself, "any" for all of them */
static bool parse_prefix(const char *text, struct arg_value *v, char *why,
			 size_t room)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN] = "";
	struct in6_addr masked;
	uint64_t len = 128;

	if (!strcmp(text, "any"))
		return true;
	if (slash && slash - text < (ptrdiff_t)sizeof(addr))
		memcpy(addr, text, (size_t)(slash - text));
	if (inet_pton(AF_INET6, slash ? addr : text, &v->addr) != 1 ||
	    (slash && !arg_number(slash + 1, &len, NULL)) || len > 128)
		return refuse(why, room,
			      "must be an IPv6 prefix such as 2001:db8::/32");
	masked = v->addr;
	mask_prefix(&masked, (unsigned int)len);
	if (memcmp(&masked, &v->addr, sizeof(masked))) {
		inet_ntop(AF_INET6, &masked, addr, sizeof(addr));
		return refuse(why, room,
			      "must have zeros behind its length: %s/%u", addr,
			      (unsigned int)len);
	}
	v->len = (unsigned int)len;
	return true;
}

static bool parse_prefix64(const char *text, struct arg_value *v, char *why,
			   size_t room)
{
	if (!parse_prefix(text, v, why, room))
		return false;
	if (v->len != 64)
		return refuse(why, room,
			      "must be the /64 of a link, such as 2001:db8:a:1::/64");
	if (usable_as_locator(&v->addr))
		return true;
	return refuse(why, room,
		      "must be a prefix of unicast addresses beyond the link");
}

static bool parse_dev_prefix(const char *text, struct arg_value *v, char *why,
			     size_t room)
{
	size_t len = strcspn(text, "=");

	if (!len || len >= sizeof(v->dev))
		return refuse(why, room,
			      "must be INTERFACE or INTERFACE=PREFIX, such as eth0=2001:db8:a:1::/64");
	memcpy(v->dev, text, len);
	return !text[len] || parse_prefix64(text + len + 1, v, why, room);
}

/* RFC 1123 2.1, and the underscore that people use all the same */
static bool parse_host(const char *text, char *why, size_t room)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t len = strlen(text);

	if (len && len <= HOST_MAX && strspn(text, allowed) == len &&
	    *text != '.' && *text != '-')
		return true;
	return refuse(why, room, "must be a host name such as www.example.org");
}

static const struct {
	const char *name;
	uint8_t number;
} protocols[] = {
	{ "any", 0 }, { "tcp", 6 }, { "udp", 17 }, { "esp", 50 },
	{ "icmpv6", 58 }, { "sctp", 132 }, { NULL, 0 },
};

static bool parse_proto(const char *text, struct arg_value *v, char *why,
			size_t room)
{
	unsigned int count;
	int i = arg_match(&protocols[0].name, sizeof(protocols[0]), text,
			  &count);

	if (count == 1) {
		v->number = protocols[i].number;
		return true;
	}
	if (arg_number(text, &v->number, NULL) && v->number &&
	    v->number <= 255)
		return true;
	return refuse(why, room,
		      "must be tcp, udp, esp, icmpv6, sctp, any or a number from 1 to 255");
}

const char *arg_proto(unsigned int proto, char *text, size_t room)
{
	size_t i;

	snprintf(text, room, "%u", proto);
	for (i = 0; protocols[i].name; i++)
		if (protocols[i].number == proto)
			snprintf(text, room, "%s", protocols[i].name);
	return text;
}

bool arg_parse(const struct arg_spec *spec, const char *text,
	       struct arg_value *v, char *why, size_t room)
{
	*v = (struct arg_value){ .spec = spec, .text = text };
	switch (spec->type) {
	case ARG_FLAG:
		return true;
	case ARG_STRING:
		return *text || refuse(why, room, "must not be empty");
	case ARG_HOST:
		return parse_host(text, why, room);
	case ARG_NUMBER:
		return parse_range(spec, text, v, why, room);
	case ARG_ID:
	case ARG_ID_OR_ALL:
		return parse_id(spec, text, v, why, room);
	case ARG_WORD:
		return parse_word(spec, text, v, why, room);
	case ARG_UNICAST:
		return parse_unicast(text, v, why, room);
	case ARG_PREFIX:
		return parse_prefix(text, v, why, room);
	case ARG_PREFIX64:
		return parse_prefix64(text, v, why, room);
	case ARG_PROTO:
		return parse_proto(text, v, why, room);
	case ARG_DEV_PREFIX:
		return parse_dev_prefix(text, v, why, room);
	default:
		return quantity_parse(spec, text, v, why, room);
	}
}

const char *arg_choice(const struct arg_spec *spec, unsigned int i)
{
	if (spec->type == ARG_WORD)
		return spec->words[i];
	if (spec->type == ARG_PROTO)
		return protocols[i].name;
	if (spec->type == ARG_ID_OR_ALL && !i)
		return "all";
	if (spec->type == ARG_PREFIX && !i)
		return "any";
	if (spec->type == ARG_DSCP || spec->type == ARG_DSCP_MASK ||
	    spec->type == ARG_DSCP_SET)
		return quantity_choice(spec, i);
	return NULL;
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
	static const char *const fixed[] = {
		[ARG_FLAG] = "",
		[ARG_HOST] = "HOST",
		[ARG_ID] = "ID",
		[ARG_ID_OR_ALL] = "ID|all",
		[ARG_UNICAST] = "ADDRESS",
		[ARG_PREFIX] = "PREFIX",
		[ARG_PREFIX64] = "PREFIX/64",
		[ARG_PROTO] = "tcp|udp|icmpv6|NUMBER",
		[ARG_DEV_PREFIX] = "INTERFACE[=PREFIX/64]",
	};

	if (spec->type == ARG_WORD)
		list_words(spec, text, room, "|");
	else if (spec->type == ARG_STRING)
		upper(spec->name, text, room);
	else if (spec->type == ARG_NUMBER)
		snprintf(text, room, "%" PRIu64 "..%" PRIu64, spec->min,
			 spec->max);
	else if (spec->type < ARRAY_SIZE(fixed))
		snprintf(text, room, "%s", fixed[spec->type]);
	else
		quantity_describe(spec, text, room);
}
