/* SPDX-License-Identifier: GPL-2.0 */
/* What stands before a command, on the command line and in the shell */
#ifndef SHIM6CTL_OPTIONS_H
#define SHIM6CTL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct options - what stands before the command
 * @json: -j
 * @quiet: -q
 * @help: -h
 * @version: -V
 * @force: -f
 * @netns: -n, NULL without
 * @batch: -b, NULL without
 * @watch_ms: -w, 0 without
 */
struct options {
	bool json;
	bool quiet;
	bool help;
	bool version;
	bool force;
	const char *netns;
	const char *batch;
	uint32_t watch_ms;
};

/* What all options are for people, for help and completion */
extern const char options_usage[];

/**
 * struct option_help - an option, for completion
 * @name: as it is typed; NULL ends the array
 * @value: what follows, NULL: nothing
 * @help: one phrase
 * @any_line: also in shells and batches
 */
struct option_help {
	const char *name;
	const char *value;
	const char *help;
	bool any_line;
};

extern const struct option_help options_help[];

/**
 * options_parse() - read the options
 * @argc: words
 * @argv: words, the name of the program first
 * @opt: result; what is not given stays as it is
 * @used: result: words that are options, the program's name with them
 * Return: enum ctl_exit
 */
int options_parse(int argc, char **argv, struct options *opt, int *used);

/**
 * options_check() - do they fit each other
 * @opt: options
 * @words: words that follow them
 * Return: enum ctl_exit
 */
int options_check(const struct options *opt, int words);

/**
 * options_check_line() - do they make sense in a shell or a batch
 * @opt: options of one line
 * @words: words that follow them
 * @batch: it is a batch
 * Return: enum ctl_exit
 */
int options_check_line(const struct options *opt, int words, bool batch);

#endif
