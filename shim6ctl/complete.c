// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"
#include "complete.h"
#include "ctl.h"
#include "macros.h"
#include "mem.h"
#include "session.h"
#include "split.h"
#include "values.h"

/* Nobody reads more than that */
#define WORDS_MAX	1000

/* Columns of the words in an answer; longer ones push what is behind them */
#define WIDTH_MAX	44

#define NETNS_DIR	"/run/netns"

/* Words that a shell and a batch have besides the commands */
static const struct own {
	const char *name;
	const char *help;
	bool end;
} own_words[] = {
	{ "exit", "end", true },
	{ "quit", "end", true },
	{ "help", "what there is; behind a command: about it", false },
	{ NULL, NULL, false },
};

/* And those of the command line */
static const struct own first_words[] = {
	{ "help", "what there is; before a command: about it", false },
	{ "shell", "type commands one after the other", false },
	{ NULL, NULL, false },
};

bool complete_is_end(const char *word)
{
	unsigned int count;
	int i = arg_match(&own_words[0].name, sizeof(own_words[0]), word,
			  &count);

	if (count != 1 || !own_words[i].end)
		return false;
	arg_match(&cmd_objects[0].name, sizeof(cmd_objects[0]), word, &count);
	return !count || !strcmp(word, own_words[i].name);
}

void complete_own_help(FILE *file)
{
	const struct own *own;

	for (own = own_words; own->name; own++)
		fprintf(file, "  %-10s %s\n", own->name, own->help);
	fprintf(file, "  %-10s %s\n", "?", "at any point: what may follow");
	fprintf(file, "  %-10s %s\n", "-j, -w S",
		"before a command: JSON, every S seconds");
}

bool complete_full(const struct complete *c)
{
	return c->n >= WORDS_MAX;
}

void complete_add(struct complete *c, const char *text, const char *value,
		  const char *help)
{
	size_t i;

	if (complete_full(c) || strncmp(text, c->begin, strlen(c->begin)))
		return;
	for (i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].text, text))
			return;
	if (c->n == c->room) {
		c->room = c->room ? 2 * c->room : 32;
		c->v = mem_resize(c->v, c->room, sizeof(*c->v));
	}
	c->v[c->n++] = (struct complete_word){
		.text = mem_copy_string(text),
		.value = mem_copy_string(value ? value : ""),
		.help = mem_copy_string(help ? help : ""),
	};
}

void complete_free(struct complete *c)
{
	while (c->n--) {
		free(c->v[c->n].text);
		free(c->v[c->n].value);
		free(c->v[c->n].help);
	}
	free(c->v);
	free(c->begin);
	*c = (struct complete){};
}

static void add_own(struct complete *c, const struct own *own)
{
	for (; own->name; own++)
		complete_add(c, own->name, NULL, own->help);
}

static void add_objects(struct complete *c)
{
	const struct cmd_object *o;

	for (o = cmd_objects; o->name; o++)
		complete_add(c, o->name, NULL, o->help);
}

static void add_verbs(struct complete *c, const struct cmd_verb *verb)
{
	for (; verb->name; verb++)
		complete_add(c, verb->name, NULL, verb->help);
}

static void add_values(struct complete *c, struct session *s,
		       const struct arg_spec *spec, const struct cmd_args *args)
{
	const char *word;
	unsigned int i;

	arg_describe(spec, c->value, sizeof(c->value));
	c->help = spec->help;
	for (i = 0; (word = arg_choice(spec, i)); i++)
		complete_add(c, word, NULL, NULL);
	if (spec->from == ARG_FROM_FILES)
		c->files = true;
	else
		values_add(c, s, spec, args);
}

static void add_keys(struct complete *c, const struct cmd_next *next)
{
	const struct arg_spec *spec = next->verb->args;
	char value[256];

	for (; spec && spec->name; spec++) {
		if (!cmd_next_key(next, spec))
			continue;
		arg_describe(spec, value, sizeof(value));
		complete_add(c, spec->name, value, spec->help);
	}
}

static bool is_missing(const struct cmd_next *next)
{
	const struct arg_spec *spec = next->verb->args;

	for (; spec && spec->name; spec++)
		if ((spec->flags & ARG_REQUIRED) &&
		    !cmd_has(&next->args, spec->name))
			return true;
	return false;
}

static void add_args(struct complete *c, struct session *s,
		     const struct cmd_next *next)
{
	if (next->value)
		add_values(c, s, next->value, &next->args);
	if (next->keys)
		add_keys(c, next);
	if (!is_missing(next) && (next->keys || !next->value))
		c->enter = next->verb->help;
}

/* The first verb may be left out: what follows it may follow the object */
static void add_implied(struct complete *c, struct session *s, char *object,
			char *verb)
{
	struct cmd_next next;
	char *words[2];

	words[0] = object;
	words[1] = verb;
	cmd_next(2, words, &next);
	add_args(c, s, &next);
}

static void add_command(struct complete *c, struct session *s, int argc,
			char *const *argv)
{
	struct cmd_next next;

	cmd_next(argc, argv, &next);
	c->wrong = next.wrong;
	if (next.wrong)
		return;
	if (next.verb) {
		add_args(c, s, &next);
	} else if (next.object) {
		add_verbs(c, next.verbs);
		if (next.object->implied && next.verbs == next.object->verbs)
			add_implied(c, s, argv[0],
				    (char *)next.object->verbs->name);
	} else {
		add_objects(c);
		add_own(c, s->kind == SESSION_ONE ? first_words : own_words);
	}
}

/* "help" has an object, a part of it and a verb behind it */
static void add_topic(struct complete *c, int argc, char *const *argv)
{
	struct cmd_next next;

	cmd_next(argc, argv, &next);
	if (!next.wrong && next.verb)
		return;
	if (!next.wrong && next.object)
		add_verbs(c, next.verbs);
	else if (!next.wrong)
		add_objects(c);
	c->wrong = next.wrong;
	c->enter = "show it";
}

static void add_options(struct complete *c, const struct session *s)
{
	const struct option_help *opt;

	for (opt = options_help; opt->name; opt++)
		if (opt->any_line || s->kind == SESSION_ONE)
			complete_add(c, opt->name, opt->value, opt->help);
}

static void add_netns(struct complete *c)
{
	DIR *dir = opendir(NETNS_DIR);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.')
			complete_add(c, entry->d_name, NULL, NULL);
	if (dir)
		closedir(dir);
}

/* The value of an option that stands alone */
static void add_option_value(struct complete *c, char letter)
{
	switch (letter) {
	case 'n':
		snprintf(c->value, sizeof(c->value), "NAME");
		c->help = "network namespace, a name or a path";
		add_netns(c);
		c->files = *c->begin == '/' || *c->begin == '.';
		break;
	case 'b':
		snprintf(c->value, sizeof(c->value), "FILE");
		c->help = "the commands, \"-\": standard input";
		c->files = true;
		break;
	case 'w':
		snprintf(c->value, sizeof(c->value), "SECONDS");
		c->help = "0.1 to 86400";
		break;
	}
}

/* The letter of an option whose value is the next word, or 0 */
static char wants_value(const char *word)
{
	static const char letters[] = "nbw";
	const struct option_help *opt;
	size_t len = strlen(word);
	const char *p;

	if (word[0] == '-' && word[1] == '-') {
		for (opt = options_help; opt->name; opt++)
			if (len > 2 && opt->value &&
			    !strncmp(opt->name, word, len))
				return opt->name[2];
		return 0;
	}
	/* The last one of several letters, as the rest would be its value */
	p = strpbrk(word, letters);
	return p && !p[1] ? *p : 0;
}

void complete_words(struct complete *c, struct session *s, int argc,
		    char *const *argv, const char *begin)
{
	char letter = 0;

	*c = (struct complete){ .begin = mem_copy_string(begin) };
	for (; argc && argv[0][0] == '-'; argc--, argv++) {
		letter = wants_value(argv[0]);
		if (!letter)
			continue;
		if (argc == 1) {
			add_option_value(c, letter);
			return;
		}
		argc--;
		argv++;
		if (letter == 'n' && s->kind == SESSION_ONE)
			s->opt.netns = argv[0];
	}
	if (!argc && *begin == '-')
		add_options(c, s);
	else if (argc && !strcmp(argv[0], "help"))
		add_topic(c, argc - 1, argv + 1);
	else if (!argc || !complete_is_end(argv[0]) || s->kind == SESSION_ONE)
		add_command(c, s, argc, argv);
	else
		c->enter = "end";
}

void complete_line(struct complete *c, struct session *s, const char *line)
{
	struct split words;

	split_line(&words, line);
	if (words.comment)
		*c = (struct complete){ .begin = mem_copy_string("") };
	else if (words.begun)
		complete_words(c, s, words.n - 1, words.v,
			       words.v[words.n - 1]);
	else
		complete_words(c, s, words.n, words.v, "");
	split_free(&words);
}

static bool is_dir(DIR *dir, const char *name)
{
	struct stat st;

	return !fstatat(dirfd(dir), name, &st, 0) && S_ISDIR(st.st_mode);
}

void complete_add_files(struct complete *c)
{
	const char *slash = strrchr(c->begin, '/');
	int len = slash ? (int)(slash - c->begin) + 1 : 0;
	const char *name = c->begin + len;
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (!c->files)
		return;
	snprintf(path, sizeof(path), "%.*s", len ? len : 2,
		 len ? c->begin : "./");
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		/* Hidden ones are for who knows them */
		if (*entry->d_name == '.' && *name != '.')
			continue;
		snprintf(path, sizeof(path), "%.*s%s%s", len, c->begin,
			 entry->d_name, is_dir(dir, entry->d_name) ? "/" : "");
		complete_add(c, path, NULL, NULL);
	}
	if (dir)
		closedir(dir);
}

size_t complete_common(const struct complete *c)
{
	size_t len = strlen(c->v[0].text);
	size_t i, k;

	for (i = 1; i < c->n; i++) {
		for (k = 0; k < len && c->v[i].text[k] == c->v[0].text[k]; k++)
			;
		len = k;
	}
	return len;
}

static void print_row(FILE *file, int width, const char *word,
		      const char *value, const char *help)
{
	int used = fprintf(file, "  %s%s%s", word, *value ? " " : "", value);

	if (*help)
		fprintf(file, "%*s%s", width + 4 - used, "", help);
	putc('\n', file);
}

static int width_of(const struct complete *c)
{
	int width = (int)strlen(c->value);
	int len;
	size_t i;

	for (i = 0; i < c->n; i++) {
		len = (int)strlen(c->v[i].text);
		if (*c->v[i].value)
			len += (int)strlen(c->v[i].value) + 1;
		if (len > width)
			width = len;
	}
	if (c->enter && width < 5)
		width = 5;
	return width < WIDTH_MAX ? width : WIDTH_MAX;
}

void complete_answer(FILE *file, struct session *s, const char *line)
{
	struct complete c;
	int width;
	size_t i;

	complete_line(&c, s, line);
	width = width_of(&c);
	if (*c.value)
		print_row(file, width, c.value, "", c.help);
	for (i = 0; i < c.n; i++)
		print_row(file, width, c.v[i].text, c.v[i].value, c.v[i].help);
	if (c.enter && !*c.begin)
		print_row(file, width, "Enter", "", c.enter);
	if (c.wrong)
		fputs("  what is there makes no sense; Enter says why\n", file);
	else if (!*c.value && !c.n && (!c.enter || *c.begin))
		fprintf(file, "  nothing begins with \"%s\" here\n", c.begin);
	complete_free(&c);
}
