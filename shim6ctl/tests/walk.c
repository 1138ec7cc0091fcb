// SPDX-License-Identifier: GPL-2.0
/*
 * Every verb of the tables with everything that can be wrong about it: words
 * that are missing, wrong, twice or too many, and a system that refuses. What
 * is refused says so in one line, prints nothing else and changes nothing.
 * A verb that is new is in here without a word being written.
 *
 * Prints TAP without numbers, a line for each verb.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "ctl.h"
#include "err.h"
#include "fake.h"
#include "macros.h"

#define WORDS_MAX	100
#define WORD_MAX	128
#define TEXT_MAX	65536
#define PATIENCE	60	/* s; a command takes a few ms */
#define CALLS_MAX	64	/* no command makes so many */

/**
 * struct line - words of a command
 * @n: how many
 * @v: the words
 */
struct line {
	int n;
	char v[WORDS_MAX][WORD_MAX];
};

/* Where standard output goes */
enum sink {
	SINK_FILE,
	SINK_FULL,	/* a disk without room */
	SINK_CLOSED,	/* a pipe nobody reads */
};

/**
 * struct system - what the command meets
 * @json: -j
 * @netns: of -n, or NULL
 * @fake: value of SHIM6_FAKE, or NULL
 * @fail: value of SHIM6_FAKE_FAIL, or NULL
 * @nocap: no CAP_NET_ADMIN
 * @sink: where standard output goes
 */
struct system {
	bool json;
	const char *netns;
	const char *fake;
	const char *fail;
	bool nocap;
	enum sink sink;
};

/**
 * struct result - what became of it
 * @status: exit status, or minus the signal
 * @out: standard output
 * @err: standard error
 * @log: what reached the system
 */
struct result {
	int status;
	char out[TEXT_MAX];
	char err[TEXT_MAX];
	char log[TEXT_MAX];
};

/**
 * struct usual - what the tables do not say about a verb
 * @object: object
 * @verb: verb
 * @more: arguments to give always, so that it ends soon
 * @file: file it can read, NULL: it makes one, or takes none
 * @words_only: what it does depends on the host: only its words are tried
 */
struct usual {
	const char *object;
	const char *verb;
	const char *more;
	const char *file;
	bool words_only;
};

static const struct usual usuals[] = {
	{ "context", "fork", "port 5000 peer-port 80", NULL, false },
	{ "hba", "generate", "sec 0", NULL, false },
	{ "hba", "install", NULL, "tests/sets/good.hba", false },
	{ "hba", "show", NULL, "tests/sets/good.hba", false },
	{ "hba", "verify", NULL, "tests/sets/good.hba", false },
	{ "cga", "generate", "sec 0 bits 1024", NULL, false },
	{ "top", "show", "rounds 1 interval 100", NULL, false },
	{ "cga", "load", NULL, "tests/sets/good.cga", false },
	{ "cga", "show", NULL, "tests/sets/good.cga", false },
	{ "hba", "auto", "once", NULL, true },
	{ "doctor", "show", NULL, NULL, true },
	{ "hba", "add", NULL, NULL, true },
	{ "config", "check", NULL, "tests/sets/good.conf", true },
	{ "state", "restore", NULL, "tests/sets/one.state", false },
	{ "monitor", "on", NULL, NULL, true },
	{ "monitor", "off", NULL, NULL, true },
	{ "qos", "apply", "profile survey print", NULL, true },
	{ "qos", "remove", "print", NULL, true },
	{ "qos", "check", NULL, NULL, true },
	{ "qos", "translate", NULL, NULL, true },
	{ "qos class", "set", "rank 9", NULL, false },
	{ "qos link", "set", "weight 9", NULL, false },
	{ "qos rule", "set", "dir in", NULL, false },
	{ "qos control", "set", "pace 5%", NULL, false },
	{ "qos police", "set", "rate 5", NULL, false },
	{ "qos share", "set", "hold 5s", NULL, false },
	{ "qos", "load", NULL, "tests/sets/one.qos", false },
};

static struct result result;
static char folder[32];
static unsigned int cases;
static bool failed;

static void add(struct line *l, const char *word)
{
	snprintf(l->v[l->n++], WORD_MAX, "%s", word);
}

static int open_sink(enum sink sink, int file)
{
	int ends[2];

	switch (sink) {
	case SINK_FULL:
		return open("/dev/full", O_WRONLY);
	case SINK_CLOSED:
		if (pipe(ends))
			return -1;
		close(ends[0]);
		return ends[1];
	default:
		return file;
	}
}

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

static void child(struct line *l, const struct system *sys, int out, int err,
		  const char *log)
{
	struct ctl_system system;
	char *argv[WORDS_MAX + 8] = { "shim6ctl", "-q" };
	int argc = 2;
	int i;

	if (sys->json)
		argv[argc++] = "-j";
	if (sys->netns) {
		argv[argc++] = "-n";
		argv[argc++] = (char *)sys->netns;
	}
	for (i = 0; i < l->n; i++)
		argv[argc++] = l->v[i];
	set("SHIM6_FAKE", sys->fake);
	set("SHIM6_FAKE_FAIL", sys->fail);
	set("SHIM6_FAKE_NOCAP", sys->nocap ? "1" : NULL);
	set("SHIM6_FAKE_LOG", log);
	dup2(open_sink(sys->sink, out), STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	alarm(PATIENCE);
	fake_system(&system);
	exit(ctl_main(argc, argv, &system));
}

static void read_back(int fd, char *text)
{
	ssize_t n = pread(fd, text, TEXT_MAX - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	close(fd);
}

static void run(struct line *l, const struct system *sys)
{
	int out = memfd_create("out", 0);
	int err = memfd_create("err", 0);
	char made[64], log[64];
	int status = 0;
	int fd;
	pid_t pid;

	snprintf(made, sizeof(made), "%s/made", folder);
	snprintf(log, sizeof(log), "%s/log", folder);
	unlink(made);
	fd = open(log, O_RDWR | O_CREAT | O_TRUNC, 0600);
	fflush(stdout);
	pid = fork();
	if (!pid)
		child(l, sys, out, err, log);
	waitpid(pid, &status, 0);
	result.status = WIFSIGNALED(status) ? -WTERMSIG(status) :
					      WEXITSTATUS(status);
	read_back(out, result.out);
	read_back(err, result.err);
	read_back(fd, result.log);
	cases++;
}

__printf(3, 4)
static void complain(const struct line *l, const struct system *sys,
		     const char *fmt, ...)
{
	va_list ap;
	int i;

	failed = true;
	printf("#%s%s%s%s%s%s", sys->json ? " -j" : "",
	       sys->netns ? " -n nowhere" : "", sys->fake ? " SHIM6_FAKE=" : "",
	       sys->fake ? sys->fake : "", sys->fail ? " " : "",
	       sys->fail ? sys->fail : "");
	for (i = 0; i < l->n; i++)
		printf(" \"%s\"", l->v[i]);
	va_start(ap, fmt);
	printf(": ");
	vprintf(fmt, ap);
	va_end(ap);
	printf(" (status %d, stderr \"%.*s\")\n", result.status,
	       (int)strcspn(result.err, "\n"), result.err);
}

static bool is_one_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return !strncmp(text, "shim6ctl: ", 10) && end && !end[1];
}

/* What was done and not undone: additions without a removal, all else */
static int changes(const char *log)
{
	int left = 0;

	for (; *log; log += strcspn(log, "\n") + 1) {
		if (!strncmp(log, "keep", 4) || !strncmp(log, "netns", 5) ||
		    !strncmp(log, "key ", 4) || !strncmp(log, "watch ", 6))
			continue;
		if (memmem(log, strcspn(log, "\n"), " del ", 5))
			left--;
		else if (!memmem(log, strcspn(log, "\n"), " failed", 7))
			left++;
	}
	return left;
}

static void must_refuse(struct line *l, const struct system *sys, int status)
{
	run(l, sys);
	if (result.status != status)
		complain(l, sys, "status is not %d", status);
	else if (!is_one_line(result.err))
		complain(l, sys, "standard error has not one line");
	else if (*result.out)
		complain(l, sys, "standard output has something");
	else if (changes(result.log) > 0)
		complain(l, sys, "something was changed: %s", result.log);
}

static void must_work(struct line *l, const struct system *sys)
{
	run(l, sys);
	if (result.status)
		complain(l, sys, "does not work");
	else if (*result.err)
		complain(l, sys, "standard error has something");
}

static const char *good_id(enum arg_from from)
{
	switch (from) {
	case ARG_FROM_SETS:
		return "3";
	case ARG_FROM_CGAS:
		return "11";
	case ARG_FROM_RULES:
		return "2";
	default:
		return "7";
	}
}

static const struct usual *usual_of(const char *object, const char *verb)
{
	static const struct usual other;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(usuals); i++)
		if (!strcmp(usuals[i].object, object) &&
		    !strcmp(usuals[i].verb, verb))
			return &usuals[i];
	return &other;
}

static const char *good_name(enum arg_from from)
{
	return from == ARG_FROM_TYPE ? "fresh" : "spare";
}

static void good_text(const struct usual *u, const struct arg_spec *spec,
		      char *text)
{
	if (spec->from == ARG_FROM_PARAMS)
		strcpy(text, "i1_timeout");
	else if (spec->from == ARG_FROM_PARAM_VALUE)
		strcpy(text, "500");
	else if (spec->from == ARG_FROM_FILES && u->file)
		strcpy(text, u->file);
	else if (spec->from == ARG_FROM_FILES)
		snprintf(text, WORD_MAX, "%s/made", folder);
	else
		strcpy(text, "text");
}

static const char *good_address(enum arg_from from)
{
	switch (from) {
	case ARG_FROM_PATH_LOCAL:
		return "2001:db8:b:2:4d9:f16b:c092:dce7";
	case ARG_FROM_PATH_PEER:
		return "2001:db8:d::99";
	default:
		return "2001:db8::5";
	}
}

static const char *good_quantity(enum arg_type type)
{
	static const char *const words[] = {
		[ARG_DEV] = "eth0", [ARG_RATE] = "10mbit",
		[ARG_DSCP] = "ef", [ARG_DSCP_MASK] = "cs4/0x38",
		[ARG_DSCP_SET] = "ef,af41", [ARG_HEX] = "10",
		[ARG_MARK] = "0x10/0xff", [ARG_PORTS] = "5060-5080",
		[ARG_PERMILLE] = "2.5%", [ARG_SHARE] = "ef=15%",
		[ARG_TIME] = "5ms", [ARG_OFFSET] = "-4",
	};

	return words[type];
}

/* A value that is right in the lab */
static void good_value(const struct usual *u, const struct arg_spec *spec,
		       char *text)
{
	switch (spec->type) {
	case ARG_FLAG:
		*text = '\0';
		break;
	case ARG_STRING:
		good_text(u, spec, text);
		break;
	case ARG_HOST:
		strcpy(text, "host.example");
		break;
	case ARG_NUMBER:
	case ARG_PER_SECOND:
		snprintf(text, WORD_MAX, "%" PRIu64,
			 spec->from == ARG_FROM_QOS_RULES ? 10 : spec->min);
		break;
	case ARG_ID:
		strcpy(text, good_id(spec->from));
		break;
	case ARG_WORD:
		strcpy(text, spec->words[0]);
		break;
	case ARG_UNICAST:
		strcpy(text, good_address(spec->from));
		break;
	case ARG_PREFIX:
		strcpy(text, "2001:db9::/32");
		break;
	case ARG_PREFIX64:
		strcpy(text, "2001:db8:a:1::/64");
		break;
	case ARG_PROTO:
		strcpy(text, "tcp");
		break;
	case ARG_DEV_PREFIX:
		strcpy(text, "eth0=2001:db8:a:1::/64");
		break;
	case ARG_NAME:
		strcpy(text, good_name(spec->from));
		break;
	default:
		strcpy(text, good_quantity(spec->type));
		break;
	}
}

/* Values that are wrong; NULL: no more, or any text is right */
static const char *bad_value(const struct arg_spec *spec, unsigned int i)
{
	static const char *const number[] = {
		"", "x", "-1", "+1", " 1", "1x", "1.5", "0x1",
		"99999999999999999999", NULL,
	};
	static const char *const id[] = { "", "x", "0", "-1", "4294967296",
					  NULL };
	static const char *const word[] = { "", "nonsense", NULL };
	static const char *const addr[] = {
		"", "x", "10.0.0.1", "::", "::1", "fe80::1", "ff02::1",
		"::ffff:10.0.0.1", "2001:db8::1/64", "2001:db8::g", NULL,
	};
	static const char *const prefix[] = {
		"", "x", "10.0.0.0/8", "2001:db8::/129", "2001:db8::/",
		"2001:db8::1/64", "/64", NULL,
	};
	static const char *const prefix64[] = {
		"", "x", "2001:db8::/48", "2001:db8::1/64", "fe80::/64", "any",
		NULL,
	};
	static const char *const proto[] = { "", "x", "0", "256", NULL };
	static const char *const dev[] = {
		"", "=", "interface0123456", "eth0=x", "eth0=2001:db8::/48",
		NULL,
	};
	static const char *const host[] = { "", "a b", ".a", "-a", "a/b",
					    NULL };
	static const char *const text[] = { "", NULL };
	static const char *const name[] = { "", "a b", "sixteen_is_a_lot",
					    "a/b", "a=b", NULL };
	static const char *const link[] = { "", "a/b", "interface0123456",
					    "..", NULL };
	static const char *const rate[] = {
		"", "x", "0", "0kbit", "-1mbit", "99kbit", "100500bit",
		"1.5mbit", "10mbps", "101gbit", "99999999999999999999gbit",
		NULL,
	};
	static const char *const dscp[] = { "", "x", "64", "-1", "af14",
					    "0x40", "0x", "ef/", NULL };
	static const char *const dscps[] = { "", "x", "64", "ef,", ",ef",
					     "ef,,le", NULL };
	static const char *const masked[] = { "", "x", "64", "ef/0", "ef/64",
					      "ef/x", "ef/1", "/1", NULL };
	static const char *const hex[] = { "", "x", "-1", "10000", "g", "0x",
					   " 1", NULL };
	static const char *const mark[] = {
		"", "x", "-1", "0x100000000", "1/0", "2/1", "/1", "1/", NULL,
	};
	static const char *const ports[] = {
		"", "x", "0", "65536", "2-1", "1-", "-1", "1-65536", "1-2-3",
		NULL,
	};
	static const char *const percent[] = {
		"", "x", "5", "-1%", "101%", "100.1%", "1.%", "1.55%", "%",
		NULL,
	};
	static const char *const share[] = {
		"", "ef", "ef=", "=5%", "ef=5", "ef=101%", "e f=5%", NULL,
	};
	static const char *const times[] = { "", "x", "5", "-1s", "1.5s",
					     "9999999h", "1d", NULL };
	static const char *const second[] = { "", "x", "0", "-1/s", "5/m",
					      "1000001/s", NULL };
	static const char *const offset[] = { "", "x", "-", "-65", "257",
					      "+1", NULL };
	static const char *const *const all[] = {
		[ARG_NAME] = name, [ARG_DEV] = link, [ARG_RATE] = rate,
		[ARG_DSCP] = dscp, [ARG_DSCP_MASK] = masked,
		[ARG_DSCP_SET] = dscps, [ARG_HEX] = hex, [ARG_MARK] = mark,
		[ARG_PORTS] = ports, [ARG_PERMILLE] = percent,
		[ARG_SHARE] = share, [ARG_TIME] = times,
		[ARG_PER_SECOND] = second, [ARG_OFFSET] = offset,
		[ARG_STRING] = text, [ARG_HOST] = host, [ARG_NUMBER] = number,
		[ARG_ID] = id, [ARG_WORD] = word,
		[ARG_UNICAST] = addr, [ARG_PREFIX] = prefix,
		[ARG_PREFIX64] = prefix64, [ARG_PROTO] = proto,
		[ARG_DEV_PREFIX] = dev,
	};

	return all[spec->type] ? all[spec->type][i] : NULL;
}

static void add_arg(struct line *l, const struct arg_spec *spec,
		    const char *value)
{
	if (!(spec->flags & ARG_POSITIONAL))
		add(l, spec->name);
	if (spec->type != ARG_FLAG)
		add(l, value);
}

/* What is always added, but for one argument */
static void add_more(struct line *l, const struct cmd_verb *verb,
		     const char *more, const struct arg_spec *but)
{
	char word[WORD_MAX], value[WORD_MAX];
	const struct arg_spec *spec;
	int used;

	while (more && sscanf(more, "%127s%n", word, &used) == 1) {
		more += used;
		*value = '\0';
		for (spec = verb->args; spec->name; spec++)
			if (!strcmp(spec->name, word))
				break;
		if (spec->name && spec->type != ARG_FLAG &&
		    sscanf(more, "%127s%n", value, &used) == 1)
			more += used;
		if (spec->name && spec != but)
			add_arg(l, spec, value);
	}
}

/* An object, or one and a part of it */
static void add_path(struct line *l, const char *object)
{
	char word[WORD_MAX];
	int used;

	for (; sscanf(object, "%127s%n", word, &used) == 1; object += used)
		add(l, word);
}

/*
 * The verb with what it needs, but for one argument: that has another value,
 * or none at all and with it nothing of what must follow.
 */
static void make(struct line *l, const char *object,
		 const struct cmd_verb *verb, const struct arg_spec *but,
		 const char *value)
{
	const struct usual *u = usual_of(object, verb->name);
	const struct arg_spec *spec = verb->args;
	char text[WORD_MAX];

	l->n = 0;
	add_path(l, object);
	add(l, verb->name);
	for (; spec && spec->name; spec++) {
		if (spec == but && !value && (spec->flags & ARG_POSITIONAL))
			return;
		if (spec == but && !value)
			continue;
		if (spec != but && !(spec->flags & ARG_REQUIRED))
			continue;
		good_value(u, spec, text);
		add_arg(l, spec, spec == but ? value : text);
	}
	add_more(l, verb, u->more, but);
}

static void bad_values(const char *object,
		       const struct cmd_verb *verb,
		       const struct arg_spec *spec)
{
	struct system sys = {};
	struct line l;
	char text[32];
	unsigned int i;

	for (i = 0; bad_value(spec, i); i++) {
		make(&l, object, verb, spec, bad_value(spec, i));
		must_refuse(&l, &sys, CTL_USAGE);
	}
	if (spec->type != ARG_NUMBER)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, spec->max + 1);
	make(&l, object, verb, spec, text);
	must_refuse(&l, &sys, CTL_USAGE);
	snprintf(text, sizeof(text), "%" PRIu64, spec->min - 1);
	make(&l, object, verb, spec, text);
	if (spec->min)
		must_refuse(&l, &sys, CTL_USAGE);
}

static void bad_counts(const char *object,
		       const struct cmd_verb *verb,
		       const struct arg_spec *spec)
{
	struct system sys = {};
	char text[WORD_MAX];
	struct line l;

	if (spec->flags & ARG_REQUIRED) {
		make(&l, object, verb, spec, NULL);
		must_refuse(&l, &sys, CTL_USAGE);
	}
	if (spec->flags & ARG_POSITIONAL)
		return;
	good_value(usual_of(object, verb->name), spec, text);
	if (spec->type != ARG_FLAG) {
		make(&l, object, verb, spec, NULL);
		add(&l, spec->name);
		must_refuse(&l, &sys, CTL_USAGE);
	}
	if (spec->flags & ARG_MANY)
		return;
	make(&l, object, verb, spec, text);
	add_arg(&l, spec, text);
	must_refuse(&l, &sys, CTL_USAGE);
}

static void bad_words(const char *object,
		      const struct cmd_verb *verb)
{
	const struct arg_spec *spec = verb->args;
	struct system sys = {};
	struct line l = {};
	int i, n;

	add_path(&l, object);
	n = l.n;
	for (i = 0; i <= n; i++) {
		make(&l, object, verb, NULL, NULL);
		strcat(l.v[i], "zz");
		must_refuse(&l, &sys, CTL_USAGE);
	}
	make(&l, object, verb, NULL, NULL);
	add(&l, "zzz/zz");
	must_refuse(&l, &sys, CTL_USAGE);
	for (; spec && spec->name; spec++) {
		bad_values(object, verb, spec);
		bad_counts(object, verb, spec);
	}
}

/* The n-th call fails, whichever it is, until there is no n-th one */
static void bad_calls(struct line *l, const struct cmd_verb *verb,
		      const char *call, bool json)
{
	struct system sys = { .json = json };
	char fail[32];
	int n;

	for (n = 1; n < CALLS_MAX; n++) {
		snprintf(fail, sizeof(fail), "%s:%d:%d", call, ENOMEM, n);
		sys.fail = fail;
		run(l, &sys);
		if (!result.status && !*result.err)
			return;
		must_refuse(l, &sys, CTL_FAILED);
		if (!(verb->flags & CMD_MODULE))
			complain(l, &sys, "it is not said to use the module");
	}
	complain(l, &sys, "makes too many calls");
}

static void bad_output(struct line *l, bool json)
{
	struct system sys = { .json = json, .sink = SINK_FULL };

	run(l, &sys);
	if (result.status != CTL_FAILED || !is_one_line(result.err))
		complain(l, &sys, "a full disk goes unnoticed");
	sys.sink = SINK_CLOSED;
	run(l, &sys);
	/* What goes on until nobody reads has done all it should */
	if ((result.status && result.status != -SIGPIPE) || *result.err)
		complain(l, &sys, "a closed pipe should end it silently");
}

static void bad_system(const char *object,
		       const struct cmd_verb *verb, bool json)
{
	bool module = verb->flags & CMD_MODULE;
	struct system sys = { .json = json };
	struct line l;
	bool prints;

	make(&l, object, verb, NULL, NULL);
	must_work(&l, &sys);
	prints = *result.out;
	sys.netns = "nowhere";
	must_refuse(&l, &sys, CTL_FAILED);
	sys.netns = NULL;
	sys.fake = "missing";
	if (module)
		must_refuse(&l, &sys, CTL_MISSING);
	else
		must_work(&l, &sys);
	sys.fake = "locked";
	if (module)
		must_refuse(&l, &sys, CTL_FAILED);
	sys.fake = "old";
	if (verb->features)
		must_refuse(&l, &sys, CTL_FAILED);
	sys.fake = NULL;
	sys.nocap = true;
	if (verb->flags & CMD_ADMIN)
		must_refuse(&l, &sys, CTL_FAILED);
	else
		must_work(&l, &sys);
	bad_calls(&l, verb, "call", json);
	/* What was done is all there is to say for some */
	if (prints)
		bad_output(&l, json);
}

/* -w is for what reads */
static void bad_watch(const char *object,
		      const struct cmd_verb *verb)
{
	struct system sys = {};
	struct line l = {};
	struct line rest;
	int i;

	make(&rest, object, verb, NULL, NULL);
	add(&l, "-w");
	add(&l, "1");
	for (i = 0; i < rest.n; i++)
		add(&l, rest.v[i]);
	if (verb->flags & (CMD_ADMIN | CMD_ONCE))
		must_refuse(&l, &sys, CTL_USAGE);
}

static void walk(const char *object, const struct cmd_verb *verb)
{
	unsigned int before = cases;

	failed = false;
	bad_words(object, verb);
	if (!usual_of(object, verb->name)->words_only) {
		bad_system(object, verb, false);
		bad_system(object, verb, true);
	}
	bad_watch(object, verb);
	printf("%sok - walk: %s %s refuses what is wrong\n", failed ? "not " : "",
	       object, verb->name);
	printf("# %u cases\n", cases - before);
}

static void walk_all(const char *object, const struct cmd_verb *verb)
{
	char longer[64];

	for (; verb->name; verb++) {
		snprintf(longer, sizeof(longer), "%s %s", object, verb->name);
		if (verb->verbs)
			walk_all(longer, verb->verbs);
		else
			walk(object, verb);
	}
}

int main(void)
{
	const struct cmd_object *object;
	char name[64];

	strcpy(folder, "/tmp/shim6ctl-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	for (object = cmd_objects; object->name; object++)
		walk_all(object->name, object->verbs);
	snprintf(name, sizeof(name), "%s/made", folder);
	unlink(name);
	snprintf(name, sizeof(name), "%s/log", folder);
	unlink(name);
	rmdir(folder);
	return 0;
}
