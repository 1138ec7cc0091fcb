// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "err.h"
#include "mem.h"
#include "out.h"
#include "settings.h"
#include "split.h"

/**
 * struct settings - what became of a file
 * @lines: number of the line
 * @done: commands that went well
 * @failed: those that did not
 */
struct settings {
	unsigned int lines;
	unsigned int done;
	unsigned int failed;
};

static void take_line(struct cmd_env *env, const char *line,
		      int (*fn)(struct cmd_env *env, int argc, char **argv),
		      struct settings *s)
{
	struct split words;
	int ret = CTL_OK;

	split_line(&words, line);
	if (words.quote)
		ret = err_usage("a %c is not closed", words.quote);
	else if (words.n)
		ret = fn(env, words.n, words.v);
	if (ret)
		s->failed++;
	else if (words.n)
		s->done++;
	split_free(&words);
}

static void take_lines(struct cmd_env *env, const char *name, FILE *f,
		       int (*fn)(struct cmd_env *env, int argc, char **argv),
		       struct settings *s)
{
	char *before = mem_copy_string(err_prefix_now());
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, f) >= 0) {
		err_prefix("%s%s:%u: ", before, name, ++s->lines);
		take_line(env, line, fn, s);
	}
	err_prefix("%s", before);
	free(before);
	free(line);
}

static int read_file(struct cmd_env *env, const char *name,
		     int (*line)(struct cmd_env *env, int argc, char **argv),
		     struct settings *s)
{
	FILE *f = fopen(name, "re");

	if (!f)
		return -errno;
	take_lines(env, name, f, line, s);
	if (ferror(f)) {
		s->failed++;
		err_failed("file %s: %s", name, strerror(errno));
	}
	fclose(f);
	return 0;
}

int settings_run(struct cmd_env *env, const char *name,
		 int (*line)(struct cmd_env *env, int argc, char **argv))
{
	struct settings s = {};
	int ret = read_file(env, name, line, &s);

	if (ret)
		return err_failed("file %s: %s", name, strerror(-ret));
	if (s.failed)
		return CTL_FAILED;
	out_record_begin(env->out);
	out_string(env->out, "file", "file", name);
	out_number(env->out, "commands", "commands", s.done);
	out_record_end(env->out);
	return CTL_OK;
}

int settings_look(struct cmd_env *env, const char *name,
		  int (*line)(struct cmd_env *env, int argc, char **argv))
{
	struct settings s = {};
	int ret = read_file(env, name, line, &s);

	if (ret && ret != -ENOENT)
		return err_failed("file %s: %s", name, strerror(-ret));
	return s.failed ? CTL_FAILED : CTL_OK;
}
