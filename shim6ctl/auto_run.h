/* SPDX-License-Identifier: GPL-2.0 */
/* One run of "hba auto", and what it does to host and module */
#ifndef SHIM6CTL_AUTO_RUN_H
#define SHIM6CTL_AUTO_RUN_H

#include <limits.h>
#include <netinet/in.h>

#include "auto.h"
#include "cmd.h"

#define AUTO_PREFIX_TEXT	(INET6_ADDRSTRLEN + 12)

/**
 * struct auto_run - one run of the command
 * @env: what it works with
 * @dir: folder of the sets
 * @opt: options
 * @state: sets
 * @host: the host, read anew in each pass
 * @prefixes: its prefixes
 * @nprefix: how many
 * @collisions: sets in a row of which an address was somebody else's
 * @verdict: of the last pass
 * @missing: the module was not there in the last pass
 * @failed: something could not be done in the last pass
 */
struct auto_run {
	struct cmd_env *env;
	char dir[PATH_MAX];
	struct auto_options opt;
	struct auto_state state;
	struct auto_host host;
	struct auto_prefix prefixes[AUTO_PREFIXES];
	size_t nprefix;
	unsigned int collisions;
	enum auto_verdict verdict;
	bool missing;
	bool failed;
};

/**
 * auto_say() - report what was done, a line of text or an object of JSON
 * @r: run
 * @action: what was done
 * @object: to what kind of thing
 * @what: to which one
 */
void auto_say(struct auto_run *r, const char *action, const char *object,
	      const char *what);

/**
 * auto_fail() - report what could not be done, and note it
 * @r: run
 * @action: what should have been done
 * @object: to what kind of thing
 * @what: to which one
 * @err: negative errno
 */
void auto_fail(struct auto_run *r, const char *action, const char *object,
	       const char *what, int err);

/* One of the two; @err: 0 or a negative errno */
void auto_tell(struct auto_run *r, const char *action, const char *object,
	       const char *what, int err);

/* A prefix as text; AUTO_PREFIX_TEXT octets do always */
void auto_text_prefix(const struct in6_addr *addr, unsigned int len,
		      char *text, size_t room);

/**
 * auto_apply() - make the host as it should be
 * @r: run, with the host as it is
 */
void auto_apply(struct auto_run *r);

/**
 * auto_sets_mark() - note which sets contexts use
 * @r: run
 * @c: module
 */
void auto_sets_mark(struct auto_run *r, struct client *c);

/**
 * auto_sets_load() - load every set that the module does not have
 * @r: run
 * @c: module
 */
void auto_sets_load(struct auto_run *r, struct client *c);

/**
 * auto_sets_make() - make a set of the prefixes, the current one from now on
 * @r: run
 * @now: seconds since 1970
 * Return: enum ctl_exit
 */
int auto_sets_make(struct auto_run *r, uint64_t now);

/**
 * auto_sets_drop() - take away a set and what belongs to it
 * @r: run
 * @c: module, or zeroed
 * @i: which
 * Return: enum ctl_exit
 */
int auto_sets_drop(struct auto_run *r, struct client *c, size_t i);

#endif
