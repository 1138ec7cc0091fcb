/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Typed arguments of commands: what a word on the command line may be, and
 * what it says when it is something else.
 */
#ifndef SHIM6CTL_ARG_H
#define SHIM6CTL_ARG_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum arg_type {
	ARG_FLAG,	/* its name alone */
	ARG_STRING,	/* any text */
	ARG_HOST,	/* name in the DNS */
	ARG_NUMBER,	/* decimal, min to max */
	ARG_ID,		/* number of something, from 1 */
	ARG_WORD,	/* one of words, its index is the number */
	ARG_UNICAST,	/* IPv6 address that can be a locator */
	ARG_PREFIX,	/* IPv6 prefix, /0 to /128 */
	ARG_PREFIX64,	/* IPv6 prefix of a link, /64 */
	ARG_PROTO,	/* upper-layer protocol, a name or a number */
	ARG_DEV_PREFIX,	/* interface, or interface=prefix/64 */
	/* Of traffic control */
	ARG_NAME,	/* of a class or a link */
	ARG_DEV,	/* interface */
	ARG_RATE,	/* bit/s from min to max, as tc writes it */
	ARG_DSCP,	/* codepoint */
	ARG_DSCP_MASK,	/* codepoint and the bits of it that count, above it */
	ARG_DSCP_SET,	/* bit i: codepoint i */
	ARG_HEX,	/* as tc writes the numbers of classes, min to max */
	ARG_MARK,	/* mark, and above it the bits of it that count */
	ARG_PORTS,	/* the first, and above it the last of them */
	ARG_PERMILLE,	/* as percent, 0 to 100 */
	ARG_SHARE,	/* name=percent */
	ARG_TIME,	/* microseconds from min to max */
	ARG_PER_SECOND,	/* min to max */
	ARG_OFFSET,	/* octets, may be negative */
};

/* Where words to choose from are, besides those of the type; for completion */
enum arg_from {
	ARG_FROM_TYPE,		/* what fits the type */
	ARG_FROM_FILES,
	ARG_FROM_CONTEXTS,	/* ids */
	ARG_FROM_SETS,
	ARG_FROM_CGAS,
	ARG_FROM_RULES,
	ARG_FROM_PARAMS,	/* names of tunables */
	ARG_FROM_PARAM_VALUE,	/* of the tunable "name" */
	ARG_FROM_LOCAL,		/* locators of this host */
	ARG_FROM_PEERS,		/* addresses of peers */
	ARG_FROM_PATH_LOCAL,	/* locators of the context "id", this side */
	ARG_FROM_PATH_PEER,	/* and the other side */
	ARG_FROM_PREFIXES,	/* of this host's links */
	ARG_FROM_QOS_CLASSES,	/* names */
	ARG_FROM_QOS_LINKS,
	ARG_FROM_QOS_RULES,	/* preferences */
};

#define ARG_SECOND	32	/* shift of the second part of a number */

#define ARG_WHY		400	/* octets of what a word must be */

#define ARG_POSITIONAL	(1u << 0)	/* without a key */
#define ARG_REQUIRED	(1u << 1)
#define ARG_MANY	(1u << 2)	/* may be given several times */

/* A word in place of a value, for the initializer of a struct arg_spec */
#define ARG_INSTEAD(word, number)					\
	.words = (const char *const []){ (word), NULL }, .instead = (number)

/**
 * struct arg_spec - what an argument may be
 * @name: key, or how a positional one is called; NULL ends an array
 * @type: enum arg_type
 * @flags: ARG_*
 * @min: smallest number
 * @max: largest number
 * @words: for ARG_WORD what it may be, NULL-terminated; for others the first
 *	is a word in place of a value
 * @instead: the number of that word
 * @help: one phrase
 * @from: where words to choose from are
 */
struct arg_spec {
	const char *name;
	enum arg_type type;
	unsigned int flags;
	uint64_t min;
	uint64_t max;
	const char *const *words;
	uint64_t instead;
	const char *help;
	enum arg_from from;
};

/**
 * struct arg_value - an argument that was understood
 * @spec: what it is
 * @text: as typed
 * @number: numbers, ids, indexes of words, protocols; with two parts the
 *	second is from ARG_SECOND on
 * @addr: addresses and prefixes
 * @len: length of a prefix
 * @dev: interface of ARG_DEV_PREFIX, class of ARG_SHARE
 */
struct arg_value {
	const struct arg_spec *spec;
	const char *text;
	uint64_t number;
	struct in6_addr addr;
	unsigned int len;
	char dev[IF_NAMESIZE];
};

/**
 * arg_parse() - understand a word
 * @spec: what it should be
 * @text: the word
 * @v: result
 * @why: what it must be, when it is not that, ARG_WHY octets
 * Return: true when understood
 */
bool arg_parse(const struct arg_spec *spec, const char *text,
	       struct arg_value *v, char *why);

/**
 * arg_describe() - how the values of an argument look, for help
 * @spec: argument
 * @text: result
 * @room: octets of @text
 */
void arg_describe(const struct arg_spec *spec, char *text, size_t room);

/**
 * arg_proto() - the name of an upper-layer protocol, or its number
 * @proto: protocol
 * @text: result
 * @room: octets of @text
 * Return: @text
 */
const char *arg_proto(unsigned int proto, char *text, size_t room);

/**
 * arg_choice() - the words an argument may be
 * @spec: argument
 * @i: which one, from 0
 * Return: the word, or NULL: no more, or its type has no such list
 */
const char *arg_choice(const struct arg_spec *spec, unsigned int i);

/**
 * arg_match() - find a word by itself or an unambiguous beginning
 * @words: strings; NULL-terminated
 * @stride: octets from one pointer to a string to the next
 * @text: the word
 * @count: result: how many begin with it; 1 for an exact match
 * Return: index of the match, of the first one when there are several, or -1
 */
int arg_match(const char *const *words, size_t stride, const char *text,
	      unsigned int *count);

#endif
