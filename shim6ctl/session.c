// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "cmd.h"
#include "complete.h"
#include "ctl.h"
#include "err.h"
#include "mem.h"
#include "out.h"
#include "session.h"
#include "split.h"
#include "watch.h"

/* What a shell or a batch keeps; an echo is asked for without a capability, or
 * not at all
 */
#define CAPS_ANY	(CAPS_ADMIN | CAPS_FILES | CAPS_SCRATCH)

static unsigned int caps_of(const struct cmd_verb *verb)
{
	unsigned int caps = 0;

	if (verb->flags & (CMD_ADMIN | CMD_TAGS))
		caps |= CAPS_ADMIN;
	if (verb->flags & CMD_FILES)
		caps |= CAPS_FILES;
	if (verb->flags & CMD_ECHO)
		caps |= CAPS_RAW;
	if (verb->flags & CMD_TOOLS)
		caps |= CAPS_ADMIN | CAPS_SCRATCH;
	return caps;
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

static int limit(const struct session *s, unsigned int keep, unsigned int raise)
{
	int ret = s->sys->limit(keep, raise);

	return ret ? err_failed("capabilities: %s", strerror(-ret)) : CTL_OK;
}

/*
 * Everything that is not needed is given up before anything is done; entering
 * a namespace is the first thing that may need something.
 */
static int prepare(const struct session *s, unsigned int keep,
		   unsigned int raise)
{
	unsigned int netns = s->opt.netns ? CAPS_NETNS : 0;
	int ret = limit(s, keep | netns, raise | netns);

	if (ret || !s->opt.netns)
		return ret;
	ret = enter_netns(s->sys, s->opt.netns);
	return ret ? ret : limit(s, keep, raise);
}

int session_begin(struct session *s)
{
	return prepare(s, CAPS_ANY, 0);
}

FILE *session_open(struct session *s, const char *name)
{
	FILE *file;
	int err;

	if (limit(s, CAPS_ANY, CAPS_FILES))
		return NULL;
	file = fopen(name, "re");
	err = errno;
	if (!file)
		err_failed("file %s: %s", name, strerror(err));
	if (limit(s, CAPS_ANY, 0) && file) {
		fclose(file);
		return NULL;
	}
	return file;
}

void session_rest(struct session *s)
{
	if (s->kind == SESSION_BATCH)
		return;
	client_close(&s->client);
	net_close(&s->net);
}

void session_end(struct session *s)
{
	client_close(&s->client);
	net_close(&s->net);
}

static int open_client(struct session *s)
{
	int ret = s->client.ops ? 0 : s->sys->client(&s->client);

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

static int open_net(struct session *s)
{
	int ret = s->net.ops ? 0 : s->sys->net(&s->net);

	return ret ? err_failed("rtnetlink: %s", strerror(-ret)) : CTL_OK;
}

static int open_system(struct session *s, const struct cmd_verb *verb,
		       const char *name)
{
	int ret = CTL_OK;

	if (verb->flags & CMD_MODULE)
		ret = open_client(s);
	if (ret)
		return ret;
	if (verb->features & ~s->client.info.features)
		return err_failed("%s: the module (%s) was built without it; load one that has it",
				  name, s->client.info.version);
	if ((verb->flags & CMD_ADMIN) && !s->sys->admin())
		return err_failed("%s: needs CAP_NET_ADMIN; run it as root",
				  name);
	return verb->flags & CMD_NET ? open_net(s) : CTL_OK;
}

void session_look(struct session *s, struct client **client, struct net **net)
{
	*client = NULL;
	*net = NULL;
	/* The other kinds have been there from their beginning */
	if (s->kind == SESSION_ONE) {
		if (s->opt.netns && s->sys->netns(s->opt.netns))
			return;
		s->sys->limit(0, 0);
	}
	if (s->client.ops || !s->sys->client(&s->client))
		*client = &s->client;
	if (s->net.ops || !s->sys->net(&s->net))
		*net = &s->net;
}

/* A full disk behind ">" is a failure like any other */
int session_flush(int ret)
{
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	/* Who closed the pipe has seen enough */
	if (errno == EPIPE)
		return ret ? ret : CTL_FAILED;
	ret = err_failed("standard output: %s", strerror(errno));
	clearerr(stdout);
	return ret;
}

static int run_once(struct session *s, const struct cmd_verb *verb,
		    const struct cmd_args *args, const struct options *opt)
{
	struct out out;
	struct cmd_env env = {
		.client = &s->client,
		.net = &s->net,
		.out = &out,
		.add_key = s->sys->add_key,
		.drop_key = s->sys->drop_key,
		.quiet = opt->quiet,
		.shell = s->shell,
		.host = s->sys->host,
		.open = s->sys->client,
		.admin = s->sys->admin,
		.scratch_enter = s->sys->scratch_enter,
		.scratch_leave = s->sys->scratch_leave,
	};
	int ret;

	out_init(&out, stdout, opt->json);
	if (verb->flags & CMD_TRY && !s->client.ops)
		env.client_err = s->sys->client(&s->client);
	ret = open_system(s, verb, args->name);
	if (!ret)
		ret = verb->run(&env, args);
	session_rest(s);
	out_finish(&out);
	return session_flush(ret);
}

static int run(struct session *s, const struct cmd_verb *verb,
	       const struct cmd_args *args, const struct options *opt,
	       const char *title)
{
	struct watch watch = {
		.title = title,
		.json = opt->json,
		.ms = opt->watch_ms,
	};
	int ret;

	do {
		watch_round(&watch);
		ret = run_once(s, verb, args, opt);
	} while (!ret && watch_again(&watch));
	return ret;
}

/* With the capabilities it needs in effect, and only while it runs */
static int run_limited(struct session *s, const struct cmd_verb *verb,
		       const struct cmd_args *args, const struct options *opt,
		       const char *title)
{
	unsigned int caps = caps_of(verb);
	int ret;

	if (s->kind == SESSION_ONE) {
		ret = prepare(s, caps, caps);
		return ret ? ret : run(s, verb, args, opt, title);
	}
	caps &= CAPS_ANY;
	ret = caps ? limit(s, CAPS_ANY, caps) : CTL_OK;
	if (ret)
		return ret;
	ret = run(s, verb, args, opt, title);
	if (caps && limit(s, CAPS_ANY, 0) && !ret)
		ret = CTL_FAILED;
	return ret;
}

/*
 * "help" as the first word, behind the object, its part or the verb, or --help
 * anywhere
 */
static bool wants_help(int *argc, char **argv)
{
	struct cmd_next next;
	int i;

	cmd_next(*argc, argv, &next);
	for (i = 0; i < *argc; i++) {
		if (strcmp(argv[i], "--help") && strcmp(argv[i], "-h") &&
		    (strcmp(argv[i], "help") || (i > 2 && i > next.words)))
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

static int print_help(const struct session *s, int argc, char **argv)
{
	int ret;

	if (!argc && s->kind == SESSION_ONE)
		fputs(options_usage, stdout);
	ret = cmd_help(stdout, argc, argv);
	if (!argc && s->kind != SESSION_ONE)
		complete_own_help(stdout);
	return session_flush(ret);
}

/* Words of a shell and of a batch that are no commands of the tables */
static int own_word(struct session *s, int argc, char **argv, bool *own)
{
	*own = s->kind != SESSION_ONE && complete_is_end(argv[0]);
	if (!*own)
		return CTL_OK;
	if (argc > 1)
		return err_usage("%s: unexpected argument of \"%s\"", argv[1],
				 argv[0]);
	s->ended = true;
	return CTL_OK;
}

int session_words(struct session *s, int argc, char **argv,
		  const struct options *opt)
{
	static struct cmd_args args;
	const struct cmd_verb *verb;
	char title[256] = "";
	size_t used = 0;
	bool own;
	int ret, i;

	if (wants_help(&argc, argv) || opt->help)
		return print_help(s, argc, argv);
	ret = own_word(s, argc, argv, &own);
	if (own)
		return ret;
	if (!strcmp(argv[0], "shell"))
		return err_usage("shell: %s", s->kind == SESSION_SHELL ?
				 "this is one already" :
				 "only where shim6ctl begins, on a terminal");
	ret = cmd_parse(argc, argv, &verb, &args);
	if (ret)
		return ret;
	if (opt->watch_ms && verb->flags & (CMD_ADMIN | CMD_ONCE))
		return err_usage("-w: only for commands that read; \"%s\" does more",
				 args.name);
	for (i = 0; i < argc && used < sizeof(title); i++)
		used += (size_t)snprintf(title + used, sizeof(title) - used,
					 "%s%s", i ? " " : "", argv[i]);
	return run_limited(s, verb, &args, opt, title);
}

/* A "?" at the end asks what may follow */
static bool is_question(const char *line, size_t *len)
{
	struct split words;
	char *begin;
	bool is;

	*len = strlen(line);
	while (*len && strchr(" \t\r\n", line[*len - 1]))
		--*len;
	if (!*len || line[*len - 1] != '?')
		return false;
	begin = mem_copy_string(line);
	begin[--*len] = '\0';
	split_line(&words, begin);
	is = !words.quote && !words.comment;
	split_free(&words);
	free(begin);
	return is;
}

static int run_line(struct session *s, struct split *words)
{
	struct options opt = s->opt;
	char **argv;
	int used;
	int ret;

	/* Those of the program hold for every line, but for these */
	opt.netns = NULL;
	opt.batch = NULL;
	opt.force = false;
	argv = mem_resize(NULL, (size_t)words->n + 2, sizeof(*argv));
	/* Stands where the name of the program would */
	argv[0] = words->v[0];
	memcpy(argv + 1, words->v, ((size_t)words->n + 1) * sizeof(*argv));
	ret = options_parse(words->n + 1, argv, &opt, &used);
	if (!ret)
		ret = options_check_line(&opt, words->n + 1 - used,
					 s->kind == SESSION_BATCH);
	if (!ret && opt.version)
		printf("shim6ctl %s (ABI %d)\n", SHIM6_VERSION,
		       SHIM6_ABI_REVISION);
	else if (!ret && used <= words->n)
		ret = session_words(s, words->n + 1 - used, argv + used, &opt);
	else if (!ret && opt.help)
		ret = print_help(s, 0, NULL);
	free(argv);
	return ret;
}

int session_line(struct session *s, const char *line)
{
	struct split words;
	size_t len;
	char *begin;
	int ret = CTL_OK;

	if (is_question(line, &len)) {
		begin = mem_copy_string(line);
		begin[len] = '\0';
		complete_answer(stdout, s, begin);
		free(begin);
		return session_flush(CTL_OK);
	}
	split_line(&words, line);
	if (words.quote)
		ret = err_usage(words.quote == '\\' ?
				"a backslash is the last character" :
				"%c: this quote is not closed", words.quote);
	else if (words.n)
		ret = run_line(s, &words);
	split_free(&words);
	return ret;
}
