// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "caps.h"
#include "client.h"
#include "cmd.h"
#include "ctl.h"
#include "err.h"
#include "net.h"
#include "out.h"

/**
 * struct options - what stands before the command
 * @json: -j
 * @quiet: -q
 * @help: -h
 * @version: -V
 * @netns: -n, NULL without
 */
struct options {
	bool json;
	bool quiet;
	bool help;
	bool version;
	const char *netns;
};

static const char usage[] =
	"Usage: shim6ctl [OPTION]... OBJECT VERB [ARGUMENT]...\n"
	"Control Shim6 (RFC 5533): sessions that survive the loss of a provider.\n"
	"\n"
	"  -j, --json         JSON instead of text; times are in ns\n"
	"  -n, --netns NAME   in this network namespace, a name or a path\n"
	"  -q, --quiet        no progress\n"
	"  -V, --version      print the version\n"
	"  -h, --help         print this; after an object or a verb: about it\n"
	"\n"
	"Objects and verbs may be shortened as long as they are unambiguous.\n"
	"Exit status: 0 done, 1 failed, 2 not understood, 3 module missing.\n"
	"\n";

static int parse_options(int argc, char **argv, struct options *opt)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "netns", required_argument, NULL, 'n' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:jn:qVh", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			opt->json = true;
			break;
		case 'n':
			opt->netns = optarg;
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
		case ':':
			return err_usage("%s: a value must follow; see --help",
					 argv[optind - 1]);
		default:
			return err_usage("%s: no such option; see --help",
					 argv[optind - 1]);
		}
	}
	return CTL_OK;
}

/* "help" as the first or the last word, or --help anywhere behind the object */
static bool wants_help(int *argc, char **argv)
{
	int i;

	for (i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--help") && strcmp(argv[i], "-h") &&
		    (strcmp(argv[i], "help") || i > 2))
			continue;
		/* What follows a first "help" is what it is about */
		if (!i) {
			memmove(argv, argv + 1,
				(size_t)(*argc - 1) * sizeof(*argv));
			--*argc;
		} else {
			*argc = i;
		}
		return true;
	}
	return false;
}

static int print_help(int argc, char **argv)
{
	if (!argc)
		fputs(usage, stdout);
	return cmd_help(stdout, argc, argv);
}

static int enter_netns(const struct ctl_system *sys, const char *name)
{
	int ret = sys->netns(name);

	switch (ret) {
	case 0:
		return CTL_OK;
	case -ENOENT:
		return err_failed("netns %s: no such network namespace; see \"ip netns\"",
				  name);
	case -EPERM:
	case -EACCES:
		return err_failed("netns %s: needs CAP_SYS_ADMIN; run it as root",
				  name);
	case -EINVAL:
		return err_failed("netns %s: not a network namespace; see \"ip netns\"",
				  name);
	default:
		return err_failed("netns %s: %s", name, strerror(-ret));
	}
}

/*
 * Everything that is not needed is given up before the command does anything;
 * entering a namespace is the first thing it may need something for.
 */
static int prepare(const struct ctl_system *sys, const struct options *opt,
		   const struct cmd_verb *verb)
{
	unsigned int keep = 0;
	int ret;

	if (verb->flags & (CMD_ADMIN | CMD_TAGS))
		keep |= CAPS_ADMIN;
	if (verb->flags & CMD_FILES)
		keep |= CAPS_FILES;
	if (verb->flags & CMD_ECHO)
		keep |= CAPS_RAW;
	ret = sys->limit(keep | (opt->netns ? CAPS_NETNS : 0));
	if (!ret && opt->netns) {
		ret = enter_netns(sys, opt->netns);
		if (ret)
			return ret;
		ret = sys->limit(keep);
	}
	return ret ? err_failed("capabilities: %s", strerror(-ret)) : CTL_OK;
}

static int open_client(const struct ctl_system *sys, struct client *c)
{
	int ret = sys->client(c);

	switch (ret) {
	case 0:
		return CTL_OK;
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return err_missing("%s: the module is not loaded; load it: modprobe shim6",
				   CLIENT_DEVICE);
	case -ENOTTY:
		return err_missing("%s: does not answer as the module shim6; load it: modprobe shim6",
				   CLIENT_DEVICE);
	case -EACCES:
	case -EPERM:
		return err_failed("%s: permission denied; run it as root or let the device's group have it",
				  CLIENT_DEVICE);
	default:
		return err_failed("%s: %s", CLIENT_DEVICE, strerror(-ret));
	}
}

static int open_system(const struct ctl_system *sys,
		       const struct cmd_verb *verb, struct client *c,
		       struct net *net)
{
	int ret = CTL_OK;

	if (verb->flags & CMD_MODULE)
		ret = open_client(sys, c);
	if (ret)
		return ret;
	if (verb->features & ~c->info.features)
		return err_failed("%s: the module (%s) was built without it",
				  verb->name, c->info.version);
	if ((verb->flags & CMD_ADMIN) && !sys->admin())
		return err_failed("%s: needs CAP_NET_ADMIN; run it as root",
				  verb->name);
	if (verb->flags & CMD_NET)
		ret = sys->net(net);
	return ret ? err_failed("rtnetlink: %s", strerror(-ret)) : CTL_OK;
}

static int run(const struct ctl_system *sys, const struct options *opt,
	       const struct cmd_verb *verb, const struct cmd_args *args)
{
	struct client client = {};
	struct net net = {};
	struct out out;
	struct cmd_env env = {
		.client = &client,
		.net = &net,
		.out = &out,
		.add_key = sys->add_key,
		.quiet = opt->quiet,
		.host = sys->host,
	};
	int ret = prepare(sys, opt, verb);

	if (ret)
		return ret;
	out_init(&out, stdout, opt->json);
	if (verb->flags & CMD_TRY)
		env.client_err = sys->client(&client);
	ret = open_system(sys, verb, &client, &net);
	if (!ret)
		ret = verb->run(&env, args);
	net_close(&net);
	client_close(&client);
	out_finish(&out);
	return ret;
}

/* A full disk behind ">" is a failure like any other */
static int flush_stdout(int ret)
{
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	return err_failed("standard output: %s", strerror(errno));
}

int ctl_main(int argc, char **argv, const struct ctl_system *sys)
{
	static struct cmd_args args;
	const struct cmd_verb *verb;
	struct options opt = {};
	int ret = parse_options(argc, argv, &opt);

	if (ret)
		return ret;
	argc -= optind;
	argv += optind;
	if (opt.version) {
		printf("shim6ctl %s (ABI %d)\n", SHIM6_VERSION,
		       SHIM6_ABI_REVISION);
		return flush_stdout(CTL_OK);
	}
	if (wants_help(&argc, argv) || opt.help)
		return flush_stdout(print_help(argc, argv));
	if (!argc)
		return err_usage("no command; see --help");
	ret = cmd_parse(argc, argv, &verb, &args);
	if (!ret)
		ret = flush_stdout(run(sys, &opt, verb, &args));
	return ret;
}
