// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/shim6.h>

#include "batch.h"
#include "caps.h"
#include "complete.h"
#include "ctl.h"
#include "err.h"
#include "session.h"
#include "shell.h"

/*
 * What scripts of other shells ask for completion: either the words behind
 * "shim6ctl", the last of them being the one under way, or the line as it is.
 * Nothing is needed for it and nothing goes wrong: there is less to offer then.
 */
static int answer_completion(struct session *s, int argc, char **argv)
{
	struct complete c;
	size_t i;

	s->sys->limit(CAPS_NETNS, CAPS_NETNS);
	if (argc != 2 || strcmp(argv[0], "--line"))
		complete_words(&c, s, argc ? argc - 1 : 0, argv,
			       argc ? argv[argc - 1] : "");
	else
		complete_line(&c, s, argv[1]);
	if (c.files)
		puts(":files");
	for (i = 0; i < c.n; i++)
		printf("%s\t%s\n", c.v[i].text, c.v[i].help);
	complete_free(&c);
	session_end(s);
	return session_flush(CTL_OK);
}

static bool on_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int start_shell(struct session *s, int argc, char **argv)
{
	if (argc > 1)
		return err_usage("%s: unexpected argument of \"shell\"",
				 argv[1]);
	if (s->opt.watch_ms)
		return err_usage("-w: not with a shell; type it before a command there");
	if (!on_terminal())
		return err_usage("shell: needs a terminal; \"-b -\" reads commands from standard input");
	s->kind = SESSION_SHELL;
	return shell_run(s);
}

static int run(struct session *s, int argc, char **argv)
{
	int ret = options_check(&s->opt, argc);

	if (ret)
		return ret;
	if (s->opt.batch) {
		s->kind = SESSION_BATCH;
		return batch_run(s);
	}
	if (!argc && !s->opt.help && on_terminal())
		return start_shell(s, argc, argv);
	if (!argc && !s->opt.help)
		return err_usage("no command; see --help");
	if (argc && !s->opt.help && !strcmp(argv[0], "shell"))
		return start_shell(s, argc, argv);
	ret = session_words(s, argc, argv, &s->opt);
	session_end(s);
	return ret;
}

int ctl_main(int argc, char **argv, const struct ctl_system *sys)
{
	struct session s = { .sys = sys, .kind = SESSION_ONE };
	int used;
	int ret;

	/* Whoever started us may have it ignored; a closed pipe ends us */
	signal(SIGPIPE, SIG_DFL);
	if (argc > 1 && !strcmp(argv[1], "__complete"))
		return answer_completion(&s, argc - 2, argv + 2);
	ret = options_parse(argc, argv, &s.opt, &used);
	if (ret)
		return ret;
	if (s.opt.version) {
		printf("shim6ctl %s (ABI %d)\n", SHIM6_VERSION,
		       SHIM6_ABI_REVISION);
		return session_flush(CTL_OK);
	}
	return run(&s, argc - used, argv + used);
}
