/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's table of classes of service, links and rules: read as a whole,
 * looked up by name, written as the commands that make it.
 */
#ifndef SHIM6CTL_QOS_TABLE_H
#define SHIM6CTL_QOS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/shim6.h>

struct client;
struct net;

/**
 * struct qos_table - everything that was configured
 * @head: how many of each, and whether changes are being collected
 * @classes: classes
 * @nclasses: how many
 * @links: links
 * @nlinks: how many
 * @rules: rules, in the order they are looked at
 * @nrules: how many
 * @police: limits of messages
 * @npolice: how many
 * @control: our own messages
 * @share: load sharing
 * @trust: packets without a rule
 */
struct qos_table {
	struct shim6_qos_table head;
	struct shim6_qos_class *classes;
	size_t nclasses;
	struct shim6_qos_link *links;
	size_t nlinks;
	struct shim6_qos_rule *rules;
	size_t nrules;
	struct shim6_qos_police *police;
	size_t npolice;
	struct shim6_qos_control control;
	struct shim6_qos_share share;
	struct shim6_qos_trust trust;
};

/* By their numbers in the ABI; NULL-terminated */
extern const char *const qos_in_dscps[];
extern const char *const qos_dirs[];
extern const char *const qos_paths[];
extern const char *const qos_kinds[];
extern const char *const qos_share_modes[];
extern const char *const qos_trust_modes[];

/**
 * qos_word() - the word for a number of the ABI
 * @words: one of these arrays
 * @i: the number
 * Return: the word, "unknown" for one of a later module
 */
const char *qos_word(const char *const *words, uint32_t i);

/**
 * qos_table_read() - ask the module for everything
 * @t: result, to be freed even after an error
 * @c: module
 * Return: 0 or a negative errno
 */
int qos_table_read(struct qos_table *t, struct client *c);

/**
 * qos_table_free() - free what it holds
 * @t: read or zeroed
 */
void qos_table_free(struct qos_table *t);

/* By number or by name; NULL when there is none */
const struct shim6_qos_class *qos_class_of(const struct qos_table *t,
					   uint32_t id);
const struct shim6_qos_class *qos_class_named(const struct qos_table *t,
					      const char *name);
const struct shim6_qos_link *qos_link_of(const struct qos_table *t,
					 uint32_t id);
const struct shim6_qos_link *qos_link_named(const struct qos_table *t,
					    const char *name);
const struct shim6_qos_rule *qos_rule_of(const struct qos_table *t,
					 uint32_t pref);

/**
 * qos_class_name() - the name of a class, for text
 * @t: table
 * @id: its number
 * Return: its name, "none" for 0, "unknown"
 */
const char *qos_class_name(const struct qos_table *t, uint32_t id);

/**
 * qos_traffic_read() - packets of each class on each link
 * @c: module
 * @v: result, to be freed
 * @n: how many
 * Return: 0 or a negative errno
 */
int qos_traffic_read(struct client *c, struct shim6_qos_traffic **v,
		     size_t *n);

/**
 * qos_marking_read() - control messages of each link by their marking
 * @c: module
 * @v: result, to be freed
 * @n: how many
 * Return: 0 or a negative errno
 */
int qos_marking_read(struct client *c, struct shim6_qos_marking **v,
		     size_t *n);

/**
 * qos_device_name() - the interface of a link
 * @net: kernel
 * @l: link
 * @name: result, IF_NAMESIZE octets
 * Return: false when it has none, or it is gone
 */
bool qos_device_name(struct net *net, const struct shim6_qos_link *l,
		     char *name);

/**
 * qos_table_configured() - is there anything that would have to be saved
 * @t: table
 * Return: false for one that nobody touched
 */
bool qos_table_configured(const struct qos_table *t);

/* --- as commands, qos_save.c */

/* What a rule matches, and what it does beside the class, as words */
void qos_write_match(FILE *f, const struct shim6_qos_rule *r);
void qos_write_path(FILE *f, const struct qos_table *t,
		    const struct shim6_qos_rule *r);

/**
 * qos_table_write() - the commands that make the table from any other one
 * @t: table
 * @net: kernel, for the names of interfaces
 * @f: where
 * Return: how many commands
 */
size_t qos_table_write(const struct qos_table *t, struct net *net, FILE *f);

#endif
