/* SPDX-License-Identifier: GPL-2.0 */
/* Things that more than one command shows */
#ifndef SHIM6CTL_SHOW_H
#define SHIM6CTL_SHOW_H

#include <stdbool.h>
#include <stddef.h>

struct net;
struct out;
struct shim6_context_entry;
struct shim6_hba_set;
struct shim6_locator_entry;

/**
 * show_context() - the fields of a context
 * @o: inside a row or a record
 * @c: context
 * @all: text has all of them, else those that fit a table
 */
void show_context(struct out *o, const struct shim6_context_entry *c, bool all);

/**
 * show_contexts() - a table of contexts
 * @o: output
 * @key: as for out_table_begin()
 * @title: as for out_table_begin()
 * @v: contexts
 * @n: how many
 */
void show_contexts(struct out *o, const char *key, const char *title,
		   const struct shim6_context_entry *v, size_t n);

/**
 * show_locators() - a table of locators
 * @o: output
 * @key: as for out_table_begin()
 * @title: as for out_table_begin()
 * @net: knows the names of interfaces
 * @v: locators
 * @n: how many
 */
void show_locators(struct out *o, const char *key, const char *title,
		   struct net *net, const struct shim6_locator_entry *v,
		   size_t n);

/**
 * show_sets() - a table of HBA sets, a row for each prefix
 * @o: output
 * @key: as for out_table_begin()
 * @title: as for out_table_begin()
 * @net: knows the names of interfaces
 * @sets: sets
 * @nsets: how many
 * @locs: the host's locators
 * @nlocs: how many
 */
void show_sets(struct out *o, const char *key, const char *title,
	       struct net *net, const struct shim6_hba_set *sets, size_t nsets,
	       const struct shim6_locator_entry *locs, size_t nlocs);

#endif
