// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* @len: octets of it, of which one may be 0 */
static void take_line(struct cmd_env *env, const char *line, size_t len,
		      settings_line_fn *fn, struct settings *s)
{
	struct split words;
	int ret = CTL_OK;

	split_line(&words, line);
	if (strlen(line) != len)
		ret = err_usage(SPLIT_NO_TEXT);
	else if (len >= SPLIT_LINE_MAX)
		ret = err_usage(SPLIT_TOO_LONG);
	else if (words.quote)
		ret = err_usage("a %c is not closed", words.quote);
	else if (words.n)
		ret = fn(env, words.n, words.v);
	if (ret)
		s->failed++;
	else if (words.n)
		s->done++;
	split_free(&words);
}

/* @all: also those behind one that failed */
static void take_lines(struct cmd_env *env, const char *name, FILE *f,
		       settings_line_fn *fn, bool all, struct settings *s)
{
	char *before = mem_copy_string(err_prefix_now());
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((all || !s->failed) &&
	       (len = getline(&line, &room, f)) >= 0) {
		err_prefix("%s%s:%u: ", before, name, ++s->lines);
		take_line(env, line, (size_t)len, fn, s);
	}
	err_prefix("%s", before);
	free(before);
	free(line);
}

static int take_file(struct cmd_env *env, const char *name,
		     settings_line_fn *fn, bool all, struct settings *s)
{
	bool in = !all && !strcmp(name, "-");
	FILE *f = in ? stdin : fopen(name, "re");

	*s = (struct settings){};
	if (!f)
		return err_failed("file %s: %s", name, strerror(errno));
	take_lines(env, in ? "stdin" : name, f, fn, all, s);
	if (ferror(f)) {
		s->failed++;
		err_failed("file %s: %s", name, strerror(errno));
	}
	if (!in)
		fclose(f);
	return s->failed ? CTL_FAILED : CTL_OK;
}

int settings_run(struct cmd_env *env, const char *name, settings_line_fn *line)
{
	struct settings s;
	int ret = take_file(env, name, line, true, &s);

	if (ret)
		return ret;
	out_record_begin(env->out);
	out_string(env->out, "file", "file", name);
	out_number(env->out, "commands", "commands", s.done);
	out_record_end(env->out);
	return CTL_OK;
}

int settings_look(struct cmd_env *env, const char *name,
		  settings_line_fn *line)
{
	struct settings s;

	if (access(name, F_OK) && errno == ENOENT)
		return CTL_OK;
	return take_file(env, name, line, true, &s);
}

int settings_read(struct cmd_env *env, const char *name,
		  settings_line_fn *line, unsigned int *n)
{
	struct settings s;
	int ret = take_file(env, name, line, false, &s);

	*n = s.done;
	return ret;
}

int settings_quiet(struct cmd_env *env,
		   int (*run)(struct cmd_env *env, void *arg), void *arg)
{
	struct cmd_env quiet = *env;
	FILE *null = fopen("/dev/null", "we");
	struct out out;
	int ret;

	if (!null)
		return err_failed("/dev/null: %s", strerror(errno));
	out_init(&out, null, false);
	quiet.out = &out;
	ret = run(&quiet, arg);
	out_finish(&out);
	fclose(null);
	return ret;
}
