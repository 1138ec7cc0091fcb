/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of classes, links and rules, objects for it, and a way to try all
 * that can be wrong with one.
 */
#ifndef QOS_TABLE_H
#define QOS_TABLE_H

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/string.h>
#include "compat_kunit.h"
#include "../module/qos.c"
#include "../module/rule.c"

/**
 * struct spoil - one thing that is wrong with an object
 * @what: in words
 * @at: offset of the member that gets another value
 * @width: its octets
 * @value: that value
 * @blamed: offset of the member that is to blame
 * @err: error
 */
struct spoil {
	const char *what;
	size_t at;
	size_t width;
	u64 value;
	size_t blamed;
	int err;
};

#define BLAMES(type, member, value, blamed, err)			\
	{ #type "." #member " = " #value, offsetof(struct type, member), \
	  sizeof_field(struct type, member), (value),			\
	  offsetof(struct type, blamed), (err) }
#define INVALID(type, member, value)					\
	BLAMES(type, member, value, member, -EINVAL)

static void put(void *object, const struct spoil *s)
{
	u8 *to = (u8 *)object + s->at;
	u16 two = s->value;
	u32 four = s->value;

	switch (s->width) {
	case 1:
		*to = s->value;
		break;
	case 2:
		memcpy(to, &two, sizeof(two));
		break;
	case 4:
		memcpy(to, &four, sizeof(four));
		break;
	case 8:
		memcpy(to, &s->value, sizeof(s->value));
		break;
	}
}

typedef int (*set_fn)(struct shim6_qos *q, void *object);

/* Each wrong thing has its error and its blame, and the table stays */
static void refuse_all(struct kunit *test, struct shim6_qos *q, set_fn set,
		       const void *good, size_t size, size_t bad,
		       const struct spoil *s, size_t n)
{
	struct shim6_qos *before = kunit_kzalloc(test, sizeof(*q), GFP_KERNEL);
	u8 *object = kunit_kzalloc(test, size, GFP_KERNEL);
	u32 blamed;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, before);
	KUNIT_ASSERT_NOT_NULL(test, object);
	*before = *q;
	for (; n--; s++) {
		memcpy(object, good, size);
		memset(object + bad, 0xee, sizeof(blamed));
		put(object, s);
		err = set(q, object);
		KUNIT_EXPECT_EQ_MSG(test, err, s->err, "%s", s->what);
		memcpy(&blamed, object + bad, sizeof(blamed));
		KUNIT_EXPECT_EQ_MSG(test, blamed, (u32)s->blamed + 1, "%s",
				    s->what);
	}
	SHIM6_EXPECT_MEMEQ(test, q, before, sizeof(*q));
}

#define REFUSE_ALL(test, q, type, set, good, spoils)			\
	refuse_all(test, q, set, good, sizeof(*(good)),			\
		   offsetof(struct type, bad), spoils, ARRAY_SIZE(spoils))

#define SETTER(what)							\
	static int set_##what(struct shim6_qos *q, void *object)	\
	{								\
		return shim6_qos_set_##what(q, object);			\
	}

static struct shim6_qos *table(struct kunit *test)
{
	return test->priv;
}

static int make(struct kunit *test)
{
	struct shim6_qos *q = kunit_kzalloc(test, sizeof(*q), GFP_KERNEL);

	if (!q)
		return -ENOMEM;
	shim6_qos_init(q);
	test->priv = q;
	return 0;
}

static struct shim6_qos_class a_class(u32 id, const char *name)
{
	struct shim6_qos_class c = {
		.id = id, .dscp = 46, .minor = 0x11, .tc_index = 3,
		.mark = 0x10, .mark_mask = 0xf0, .rank = 1,
	};

	strscpy(c.name, name, sizeof(c.name));
	return c;
}

/* 2001:db8:N::/48 */
static struct shim6_qos_link a_link(u32 id, const char *name)
{
	struct shim6_qos_link l = {
		.id = id, .nprefix = 1,
		.prefix[0] = {
			.addr = { { { 0x20, 0x01, 0x0d, 0xb8, 0, id } } },
			.len = 48,
		},
		.up_kbit = 10000, .down_kbit = 50000, .overhead = 18,
		.weight = 1, .share = { [1] = 600, [15] = 400 },
		.mark = 1, .mark_mask = 0xf,
	};

	strscpy(l.name, name, sizeof(l.name));
	return l;
}

static struct shim6_qos_rule a_rule(u32 pref)
{
	return (struct shim6_qos_rule) {
		.pref = pref, .klass = 1, .set_dscp = SHIM6_QOS_DSCP_KEEP,
	};
}

static void add_class(struct kunit *test, u32 id, const char *name)
{
	struct shim6_qos_class c = a_class(id, name);

	KUNIT_ASSERT_EQ(test, shim6_qos_set_class(table(test), &c), 0);
}

static void add_link(struct kunit *test, u32 id, const char *name)
{
	struct shim6_qos_link l = a_link(id, name);

	KUNIT_ASSERT_EQ(test, shim6_qos_set_link(table(test), &l), 0);
}

static void add_rule(struct kunit *test, struct shim6_qos_rule r)
{
	KUNIT_ASSERT_EQ(test, shim6_qos_set_rule(table(test), &r), 0);
}

#endif
