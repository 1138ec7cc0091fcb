// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "macros.h"
#include "quantity.h"

/* The first of several names is written */
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
	uint64_t factor;
} times[] = {
	{ "us", 1 }, { "ms", 1000 }, { "s", 1000000 }, { "m", 60000000 },
	{ "h", 3600000000 },
}, rates[] = {
	{ "bit", 1 }, { "kbit", 1000 }, { "mbit", 1000000 },
	{ "gbit", 1000000000 },
};

bool quantity_number(const char *text, uint64_t *value, const char **rest)
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

bool quantity_bits(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	if (strncmp(text, "0x", 2) && strncmp(text, "0X", 2))
		return quantity_number(text, value, NULL) && *value <= max;
	if (!text[2] || strlen(text) > 18)
		return false;
	*value = strtoull(text + 2, &end, 16);
	return !*end && !strchr("+- ", text[2]) && *value <= max;
}

/* The largest unit there is a whole number of, up to one of them */
static const char *write_unit(uint64_t value, const struct unit *units,
			      size_t most, char *text)
{
	while (most && value % units[most].factor)
		most--;
	snprintf(text, QUANTITY_TEXT, "%" PRIu64 "%s",
		 value / units[most].factor, units[most].name);
	return text;
}

bool quantity_read_dscp(const char *text, size_t len, uint64_t *dscp)
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
	return quantity_bits(word, QUANTITY_DSCP_MAX, dscp);
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

const char *quantity_dscp_name(unsigned int i)
{
	return i < ARRAY_SIZE(dscps) ? dscps[i].name : NULL;
}

bool quantity_read_rate(const char *text, uint64_t *rate)
{
	const char *unit;
	size_t i;

	if (!quantity_number(text, rate, &unit))
		return false;
	for (i = 0; *unit && i < ARRAY_SIZE(rates); i++)
		if (!strcasecmp(rates[i].name, unit))
			return !__builtin_mul_overflow(*rate, rates[i].factor,
						       rate);
	return !*unit;
}

const char *quantity_rate(uint64_t rate, char *text)
{
	return write_unit(rate, rates, rate ? ARRAY_SIZE(rates) - 1 : 0, text);
}

uint64_t quantity_unit(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(times); i++)
		if (!strcmp(times[i].name, name))
			return times[i].factor;
	return 0;
}

bool quantity_read_time(const char *text, uint64_t *us)
{
	const char *unit;

	if (!quantity_number(text, us, &unit))
		return false;
	if (!*unit)
		return !*us;
	return quantity_unit(unit) &&
	       !__builtin_mul_overflow(*us, quantity_unit(unit), us);
}

const char *quantity_time(uint64_t us, char *text)
{
	/* Seconds at most: nobody wants to see 120 of them as 2m */
	return write_unit(us, times, 2, text);
}

bool quantity_read_percent(const char *text, uint64_t *permille)
{
	const char *rest;

	if (!quantity_number(text, permille, &rest) || *permille > 100)
		return false;
	*permille *= 10;
	if (*rest == '.') {
		if (rest[1] < '0' || rest[1] > '9')
			return false;
		*permille += (uint64_t)(rest[1] - '0');
		rest += 2;
	}
	return !strcmp(rest, "%") && *permille <= 1000;
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

bool quantity_read_mark(const char *text, uint64_t *mark, uint64_t *mask)
{
	size_t len = strcspn(text, "/");
	char word[QUANTITY_TEXT];

	*mask = UINT32_MAX;
	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	if (len >= sizeof(word) || !quantity_bits(word, UINT32_MAX, mark))
		return false;
	return !text[len] ||
	       (quantity_bits(text + len + 1, UINT32_MAX, mask) && *mask);
}

const char *quantity_mark(uint32_t mark, uint32_t mask, char *text)
{
	snprintf(text, QUANTITY_TEXT, "0x%" PRIx32 "/0x%" PRIx32, mark, mask);
	return text;
}

bool quantity_read_ports(const char *text, uint64_t *min, uint64_t *max)
{
	const char *rest;

	if (!quantity_number(text, min, &rest))
		return false;
	*max = *min;
	if (*rest && (*rest != '-' || !quantity_number(rest + 1, max, NULL)))
		return false;
	return *min && *min <= *max && *max <= 65535;
}

const char *quantity_ports(unsigned int min, unsigned int max, char *text)
{
	if (min == max)
		snprintf(text, QUANTITY_TEXT, "%u", min);
	else
		snprintf(text, QUANTITY_TEXT, "%u-%u", min, max);
	return text;
}
