// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "client.h"
#include "cmd.h"
#include "err.h"

#define HELP_WIDTH	80

/* "context, counter" for a word that may mean several things */
static void list_matches(const char *const *names, size_t stride,
			 const char *begin, char *text, size_t room)
{
	const char *name;
	size_t used = 0;
	size_t i;

	*text = '\0';
	for (i = 0; used < room; i++) {
		name = *(const char *const *)((const char *)names + i * stride);
		if (!name)
			return;
		if (strncmp(name, begin, strlen(begin)))
			continue;
		used += (size_t)snprintf(text + used, room - used, "%s%s",
					 used ? ", " : "", name);
	}
}

static int refuse_word(const char *kind, const char *const *names,
		       size_t stride, const char *word, unsigned int count)
{
	char list[512];

	list_matches(names, stride, count ? word : "", list, sizeof(list));
	if (count)
		return err_usage("%s: ambiguous: it may be %s", word, list);
	return err_usage("%s: no such %s; there is %s", word, kind, list);
}

static const struct cmd_object *find_object(const char *word)
{
	unsigned int count;
	int i = arg_match(&cmd_objects[0].name, sizeof(cmd_objects[0]), word,
			  &count);

	if (count == 1)
		return &cmd_objects[i];
	refuse_word("command", &cmd_objects[0].name, sizeof(cmd_objects[0]),
		    word, count);
	return NULL;
}

/* @optional: a word that is no verb belongs to the first one */
static const struct cmd_verb *find_verb(const char *name,
					const struct cmd_verb *verbs,
					const char *word, bool optional)
{
	unsigned int count;
	int i = arg_match(&verbs->name, sizeof(*verbs), word, &count);
	char kind[64];

	if (count == 1)
		return &verbs[i];
	if (optional && !count)
		return &verbs[0];
	snprintf(kind, sizeof(kind), "verb of \"%s\"", name);
	refuse_word(kind, &verbs->name, sizeof(*verbs), word, count);
	return NULL;
}

static int refuse_end(const char *name, const struct cmd_verb *verbs)
{
	char list[256];

	list_matches(&verbs->name, sizeof(*verbs), "", list, sizeof(list));
	return err_usage("%s: a verb must follow: %s", name, list);
}

/* Is this the word for the verb, and not one behind it */
static bool is_named(const struct cmd_verb *verb, const char *word)
{
	return *word && !strncmp(verb->name, word, strlen(word));
}

/* The verb, through the parts of the object; @used: words up to it */
static int parse_verb(const struct cmd_object *object, int argc,
		      char *const *argv, const struct cmd_verb **verb,
		      char *name, int *used)
{
	const struct cmd_verb *verbs = object->verbs;
	bool optional = object->implied;
	size_t len;

	*used = 1;
	snprintf(name, CMD_NAME_MAX, "%s", object->name);
	for (; verbs; verbs = (*verb)->verbs, optional = false) {
		*verb = verbs;
		if (*used < argc)
			*verb = find_verb(name, verbs, argv[*used], optional);
		else if (!optional)
			return refuse_end(name, verbs);
		if (!*verb)
			return CTL_USAGE;
		/* One that is left out goes without its name */
		if (*used == argc || !is_named(*verb, argv[*used]))
			continue;
		++*used;
		len = strlen(name);
		snprintf(name + len, CMD_NAME_MAX - len, " %s",
			 (*verb)->name);
	}
	return CTL_OK;
}

static unsigned int given(const struct cmd_args *args,
			  const struct arg_spec *spec)
{
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < args->n; i++)
		count += args->v[i].spec == spec;
	return count;
}

/* The positional argument the next word would be, NULL when all are there */
static const struct arg_spec *next_positional(const struct arg_spec *spec,
					      const struct cmd_args *args)
{
	for (; spec && spec->name; spec++)
		if ((spec->flags & ARG_POSITIONAL) &&
		    ((spec->flags & ARG_MANY) || !given(args, spec)))
			return spec;
	return NULL;
}

static const struct arg_spec *find_key(const struct arg_spec *spec,
				       const char *word, unsigned int *count)
{
	const struct arg_spec *found = NULL;

	*count = 0;
	for (; spec && spec->name; spec++) {
		if (spec->flags & ARG_POSITIONAL ||
		    strncmp(spec->name, word, strlen(word)) || !*word)
			continue;
		++*count;
		found = spec;
		if (!strcmp(spec->name, word)) {
			*count = 1;
			break;
		}
	}
	return found;
}

static int take(struct cmd_args *args, const struct arg_spec *spec,
		const char *word)
{
	char why[ARG_WHY];

	if (!(spec->flags & ARG_MANY) && given(args, spec))
		return err_usage("%s: given twice", spec->name);
	if (args->n == CMD_ARGS_MAX)
		return err_usage("%s: too many words, %u at most", word,
				 CMD_ARGS_MAX);
	if (!arg_parse(spec, word, &args->v[args->n], why))
		return err_usage("%s %s: %s", spec->name, word, why);
	args->n++;
	return CTL_OK;
}

static const char *last_key(const struct cmd_args *args)
{
	const struct arg_value *last = args->n ? &args->v[args->n - 1] : NULL;

	if (last && (last->spec->flags & ARG_MANY) &&
	    !(last->spec->flags & ARG_POSITIONAL))
		return last->spec->name;
	return NULL;
}

enum word {
	WORD_VALUE,		/* of a positional argument, or more of a list */
	WORD_FLAG,
	WORD_KEY,		/* its value follows */
	WORD_AMBIGUOUS,
	WORD_UNEXPECTED,
};

/*
 * What a word is. A positional argument that is still required takes any
 * word; otherwise a key is a key, and what is none continues the list before
 * it.
 */
static enum word classify(const struct cmd_verb *verb, const char *word,
			  const struct cmd_args *args,
			  const struct arg_spec **spec)
{
	const struct arg_spec *pos = next_positional(verb->args, args);
	unsigned int count;

	*spec = pos;
	if (pos && (pos->flags & ARG_REQUIRED) && !given(args, pos))
		return WORD_VALUE;
	*spec = find_key(verb->args, word, &count);
	if (count)
		return count > 1 ? WORD_AMBIGUOUS :
		       (*spec)->type == ARG_FLAG ? WORD_FLAG : WORD_KEY;
	*spec = pos;
	if (last_key(args))
		*spec = args->v[args->n - 1].spec;
	return *spec ? WORD_VALUE : WORD_UNEXPECTED;
}

static int refuse_key(const struct cmd_verb *verb, const char *name,
		      const char *word)
{
	const struct arg_spec *spec;
	char list[256] = "";
	size_t used = 0;

	for (spec = verb->args; spec->name; spec++)
		if (!(spec->flags & ARG_POSITIONAL) && used < sizeof(list) &&
		    !strncmp(spec->name, word, strlen(word)))
			used += (size_t)snprintf(list + used,
						 sizeof(list) - used, "%s%s",
						 used ? ", " : "", spec->name);
	return err_usage("%s: ambiguous argument of \"%s\": it may be %s",
			 word, name, list);
}

static int refuse_value(const struct arg_spec *spec)
{
	char what[256];

	arg_describe(spec, what, sizeof(what));
	return err_usage("%s: a value must follow: %s", spec->name, what);
}

/* One word, or a key and its value */
static int parse_one(const struct cmd_verb *verb, int argc, char *const *argv,
		     struct cmd_args *args, int *used)
{
	const struct arg_spec *spec;

	*used = 1;
	switch (classify(verb, argv[0], args, &spec)) {
	case WORD_VALUE:
	case WORD_FLAG:
		return take(args, spec, argv[0]);
	case WORD_KEY:
		if (argc < 2)
			return refuse_value(spec);
		*used = 2;
		return take(args, spec, argv[1]);
	case WORD_AMBIGUOUS:
		return refuse_key(verb, args->name, argv[0]);
	default:
		return err_usage("%s: unexpected argument of \"%s\"; see --help",
				 argv[0], args->name);
	}
}

static int check_required(const struct cmd_verb *verb,
			  const struct cmd_args *args)
{
	const struct arg_spec *spec = verb->args;
	char what[256];

	for (; spec && spec->name; spec++) {
		if (!(spec->flags & ARG_REQUIRED) || given(args, spec))
			continue;
		arg_describe(spec, what, sizeof(what));
		return err_usage("%s: %s is missing: %s, %s", args->name,
				 spec->name, what, spec->help);
	}
	return CTL_OK;
}

int cmd_parse(int argc, char *const *argv, const struct cmd_verb **verb,
	      struct cmd_args *args)
{
	const struct cmd_object *object = find_object(argv[0]);
	int i, used;
	int ret;

	args->n = 0;
	if (!object)
		return CTL_USAGE;
	ret = parse_verb(object, argc, argv, verb, args->name, &i);
	args->verb = *verb;
	for (; !ret && i < argc; i += used)
		ret = parse_one(*verb, argc - i, argv + i, args, &used);
	return ret ? ret : check_required(*verb, args);
}

static void note_given(struct cmd_args *args, const struct arg_spec *spec,
		       const char *text)
{
	if (args->n < CMD_ARGS_MAX)
		args->v[args->n++] = (struct arg_value){
			.spec = spec,
			.text = text,
		};
}

static void next_args(int argc, char *const *argv, struct cmd_next *next)
{
	const struct arg_spec *spec;
	int i;

	for (i = 0; i < argc; i++) {
		switch (classify(next->verb, argv[i], &next->args, &spec)) {
		case WORD_VALUE:
		case WORD_FLAG:
			note_given(&next->args, spec, argv[i]);
			break;
		case WORD_KEY:
			if (++i == argc) {
				next->value = spec;
				return;
			}
			note_given(&next->args, spec, argv[i]);
			break;
		default:
			next->wrong = true;
			return;
		}
	}
	next->value = next_positional(next->verb->args, &next->args);
	if (last_key(&next->args))
		next->value = next->args.v[next->args.n - 1].spec;
	next->keys = !next->value || !(next->value->flags & ARG_REQUIRED) ||
		     given(&next->args, next->value);
}

/* The verb, or the verbs it may be */
static void next_verb(int argc, char *const *argv, struct cmd_next *next)
{
	const struct cmd_verb *verb;
	unsigned int count;
	int i;

	next->verbs = next->object->verbs;
	while (!next->verb && next->words < argc) {
		i = arg_match(&next->verbs->name, sizeof(*next->verbs),
			      argv[next->words], &count);
		if (!count && next->object->implied && next->words == 1) {
			next->verb = next->verbs;
			return;
		}
		next->wrong = count != 1;
		if (next->wrong)
			return;
		next->words++;
		verb = &next->verbs[i];
		if (verb->verbs)
			next->verbs = verb->verbs;
		else
			next->verb = verb;
	}
}

void cmd_next(int argc, char *const *argv, struct cmd_next *next)
{
	unsigned int count = 0;
	int i;

	*next = (struct cmd_next){};
	if (!argc)
		return;
	i = arg_match(&cmd_objects[0].name, sizeof(cmd_objects[0]), argv[0],
		      &count);
	next->wrong = count != 1;
	if (next->wrong)
		return;
	next->object = &cmd_objects[i];
	next->words = 1;
	next_verb(argc, argv, next);
	if (next->verb)
		next_args(argc - next->words, argv + next->words, next);
}

bool cmd_next_key(const struct cmd_next *next, const struct arg_spec *spec)
{
	return next->keys && !(spec->flags & ARG_POSITIONAL) &&
	       ((spec->flags & ARG_MANY) || !given(&next->args, spec));
}

const struct arg_value *cmd_get(const struct cmd_args *args, const char *name)
{
	unsigned int i;

	for (i = 0; i < args->n; i++)
		if (!strcmp(args->v[i].spec->name, name))
			return &args->v[i];
	return NULL;
}

bool cmd_has(const struct cmd_args *args, const char *name)
{
	return cmd_get(args, name);
}

/* "[dscp DSCP|keep]" */
static void write_arg(const struct arg_spec *spec, char *text, size_t room)
{
	bool key = !(spec->flags & ARG_POSITIONAL);
	bool optional = !(spec->flags & ARG_REQUIRED);
	char what[256];

	arg_describe(spec, what, sizeof(what));
	snprintf(text, room, "%s%s%s%s%s%s", optional ? "[" : "",
		 key ? spec->name : "", key && *what ? " " : "", what,
		 spec->flags & ARG_MANY ? "..." : "", optional ? "]" : "");
}

/* An argument is never broken over two lines */
static void print_synopsis(FILE *file, const char *name,
			   const struct cmd_verb *verb)
{
	const struct arg_spec *spec = verb->args;
	int at = fprintf(file, "  %s", name);
	char text[320];

	for (; spec && spec->name; spec++) {
		write_arg(spec, text, sizeof(text));
		if (at + 1 + strlen(text) >= HELP_WIDTH)
			at = fprintf(file, "\n%5s", "") - 1;
		at += fprintf(file, " %s", text);
	}
	fprintf(file, "\n        %s\n", verb->help);
}

static void print_verb(FILE *file, const char *name,
		       const struct cmd_verb *verb)
{
	const struct arg_spec *spec = verb->args;

	print_synopsis(file, name, verb);
	for (; spec && spec->name; spec++)
		fprintf(file, "        %-10s %s\n", spec->name, spec->help);
}

/* @implied: the first one does without its name */
static void print_verbs(FILE *file, const char *name,
			const struct cmd_verb *verbs, bool implied)
{
	const struct cmd_verb *verb;
	char longer[CMD_NAME_MAX];

	for (verb = verbs; verb->name; verb++) {
		snprintf(longer, sizeof(longer), "%s %s", name, verb->name);
		if (verb->verbs)
			print_verbs(file, longer, verb->verbs, false);
		else
			print_synopsis(file, implied && verb == verbs ?
				       name : longer, verb);
	}
}

/* As much of the object as the words name */
static int print_part(FILE *file, const struct cmd_object *object, int argc,
		      char *const *argv)
{
	const struct cmd_verb *verbs = object->verbs;
	const char *help = object->help;
	const struct cmd_verb *verb;
	char name[CMD_NAME_MAX];
	bool implied = object->implied;
	size_t len;

	snprintf(name, sizeof(name), "%s", object->name);
	for (; argc; argc--, argv++, implied = false) {
		verb = find_verb(name, verbs, *argv, implied);
		if (!verb)
			return CTL_USAGE;
		len = strlen(name);
		if (!implied || verb != verbs)
			snprintf(name + len, sizeof(name) - len, " %s",
				 verb->name);
		if (!verb->verbs) {
			print_verb(file, name, verb);
			return CTL_OK;
		}
		verbs = verb->verbs;
		help = verb->help;
	}
	fprintf(file, "%s: %s\n", name, help);
	print_verbs(file, name, verbs, implied);
	return CTL_OK;
}

int cmd_help(FILE *file, int argc, char *const *argv)
{
	const struct cmd_object *object;

	if (!argc) {
		for (object = cmd_objects; object->name; object++)
			fprintf(file, "  %-10s %s\n", object->name,
				object->help);
		return CTL_OK;
	}
	object = find_object(argv[0]);
	if (!object)
		return CTL_USAGE;
	return print_part(file, object, argc - 1, argv + 1);
}

int cmd_fail(const char *what, int err)
{
	switch (err) {
	case -EINTR:
		return err_failed("%s: interrupted", what);
	case -EPERM:
		return err_failed("%s: needs CAP_NET_ADMIN in the user namespace of this network namespace; run it as root",
				  what);
	case -ENOTTY:
	case -E2BIG:
		return err_failed("%s: this module is too old for it; load the one that came with this shim6ctl",
				  what);
	case -EPROTO:
		return err_failed("%s: the module's answer makes no sense; load the one that came with this shim6ctl",
				  what);
	default:
		return err_failed("%s: %s", what, strerror(-err));
	}
}
