// SPDX-License-Identifier: GPL-2.0
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "arg.h"
#include "err.h"
#include "options.h"
#include "quantity.h"

#define WATCH_MS_MIN	100
#define WATCH_MS_MAX	86400000

const char options_usage[] =
	"Usage: shim6ctl [OPTION]... OBJECT VERB [ARGUMENT]...\n"
	"       shim6ctl [OPTION]... [shell]\n"
	"       shim6ctl [OPTION]... -b FILE\n"
	"Control Shim6 (RFC 5533): sessions that survive the loss of a provider.\n"
	"\n"
	"  -j, --json           JSON instead of text; times are in ns\n"
	"  -n, --netns NAME     in this network namespace, a name or a path\n"
	"  -w, --watch SECONDS  again and again, 0.1 to 86400 s; until Ctrl-C\n"
	"  -b, --batch FILE     the commands in a file, \"-\": standard input\n"
	"  -f, --force          with -b: go on behind one that fails\n"
	"  -q, --quiet          no progress\n"
	"  -V, --version        print the version\n"
	"  -h, --help           print this; after an object or a verb: about it\n"
	"\n"
	"Without a command, on a terminal: a shell with the same commands.\n"
	"Objects and verbs may be shortened as long as they are unambiguous.\n"
	"Exit status: 0 done, 1 failed, 2 not understood, 3 module missing.\n"
	"\n";

const struct option_help options_help[] = {
	{ "--batch", "FILE", "the commands in a file", false },
	{ "--force", NULL, "with -b: go on behind one that fails", false },
	{ "--help", NULL, "what there is", true },
	{ "--json", NULL, "JSON instead of text", true },
	{ "--netns", "NAME", "in this network namespace", false },
	{ "--quiet", NULL, "no progress", true },
	{ "--version", NULL, "print the version", true },
	{ "--watch", "SECONDS", "again and again", true },
	{ NULL, NULL, NULL, false },
};

/* Seconds with up to three digits behind the point */
static bool parse_seconds(const char *text, uint32_t *ms)
{
	uint64_t digit = 100;
	const char *rest;
	uint64_t value;

	if (!quantity_number(text, &value, &rest) || value > WATCH_MS_MAX / 1000)
		return false;
	value *= 1000;
	if (*rest == '.' && rest[1])
		for (rest++; *rest >= '0' && *rest <= '9' && digit; rest++) {
			value += (uint64_t)(*rest - '0') * digit;
			digit /= 10;
		}
	*ms = (uint32_t)value;
	return !*rest && value >= WATCH_MS_MIN && value <= WATCH_MS_MAX;
}

static int take_watch(const char *text, struct options *opt)
{
	if (parse_seconds(text, &opt->watch_ms))
		return CTL_OK;
	return err_usage("-w %s: must be a number of seconds from 0.1 to 86400",
			 text);
}

static int take(int c, struct options *opt)
{
	switch (c) {
	case 'j':
		opt->json = true;
		break;
	case 'n':
		opt->netns = optarg;
		break;
	case 'w':
		return take_watch(optarg, opt);
	case 'b':
		opt->batch = optarg;
		break;
	case 'f':
		opt->force = true;
		break;
	case 'q':
		opt->quiet = true;
		break;
	case 'V':
		opt->version = true;
		break;
	case 'h':
		opt->help = true;
		break;
	}
	return CTL_OK;
}

int options_parse(int argc, char **argv, struct options *opt, int *used)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "netns", required_argument, NULL, 'n' },
		{ "watch", required_argument, NULL, 'w' },
		{ "batch", required_argument, NULL, 'b' },
		{ "force", no_argument, NULL, 'f' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int c, ret;

	opterr = 0;
	/* Not 1: another line may have been read before */
	optind = 0;
	while ((c = getopt_long(argc, argv, "+:jn:w:b:fqVh", longs,
				NULL)) != -1) {
		if (c == ':')
			return err_usage("%s: a value must follow; see --help",
					 argv[optind - 1]);
		if (c == '?')
			return err_usage("%s: no such option; see --help",
					 argv[optind - 1]);
		ret = take(c, opt);
		if (ret)
			return ret;
	}
	*used = optind;
	return CTL_OK;
}

int options_check(const struct options *opt, int words)
{
	if (opt->force && !opt->batch)
		return err_usage("-f: needs -b; a single command has nothing to go on with");
	if (opt->batch && words)
		return err_usage("-b: no command may follow; put it into the file");
	if (opt->batch && opt->watch_ms)
		return err_usage("-w: not with -b, a batch runs once");
	if (opt->watch_ms && !words)
		return err_usage("-w: a command must follow");
	return CTL_OK;
}

int options_check_line(const struct options *opt, int words, bool batch)
{
	if (opt->netns)
		return err_usage("-n: only where shim6ctl begins: shim6ctl -n %s",
				 opt->netns);
	if (opt->batch || opt->force)
		return err_usage("-%c: only where shim6ctl begins: shim6ctl -b FILE",
				 opt->batch ? 'b' : 'f');
	if (opt->watch_ms && batch)
		return err_usage("-w: not in a batch, which would never end");
	if (opt->watch_ms && !words)
		return err_usage("-w: a command must follow");
	return CTL_OK;
}
