/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the kernel's KUnit that the tests of this directory use, for
 * user space. Same macros, same meaning; runner.c is behind it.
 */
#ifndef SHIM6_USER_KUNIT_TEST_H
#define SHIM6_USER_KUNIT_TEST_H

#include <setjmp.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#define KUNIT_PARAM_DESC_SIZE	128

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

struct kunit_mem {
	struct kunit_mem *next;
	max_align_t data[];
};

struct kunit {
	void *priv;
	const void *param_value;
	int param_index;
	const char *name;
	enum kunit_status status;
	char status_comment[256];
	jmp_buf abort;
	struct kunit_mem *mem;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

void kunit_user_add(struct kunit_suite *const *suites, size_t n);
void kunit_user_log(const char *fmt, ...) __printf(1, 2);
void kunit_user_fail(struct kunit *test, const char *file, int line,
		     const char *fmt, ...) __printf(4, 5);
void kunit_user_note(const char *fmt, ...) __printf(1, 2);
void kunit_user_abort(struct kunit *test) __attribute__((__noreturn__));
void kunit_user_skip(struct kunit *test, const char *fmt, ...) __printf(2, 3);
void *kunit_user_alloc(struct kunit *test, size_t size, bool zero);
void kunit_user_free(struct kunit *test, const void *p);

#define KUNIT_CASE(fn)		{ .run_case = fn, .name = #fn }
#define KUNIT_CASE_SLOW(fn)	KUNIT_CASE(fn)
#define KUNIT_CASE_PARAM(fn, gen) \
	{ .run_case = fn, .name = #fn, .generate_params = gen }

#define kunit_test_suites(...)						\
	__attribute__((__constructor__))				\
	static void kunit_user_register(void)				\
	{								\
		struct kunit_suite *const s[] = { __VA_ARGS__ };	\
									\
		kunit_user_add(s, ARRAY_SIZE(s));			\
	}								\
	_Static_assert(1, "")
#define kunit_test_suite(suite)	kunit_test_suites(&(suite))

/* As in newer kernels the description of a parameter may be left empty */
#define KUNIT_ARRAY_PARAM(nm, array, get_desc)				\
	static const void *nm##_gen_params(const void *prev, char *desc) \
	{								\
		__typeof__((array)[0]) *next = prev ?			\
			(__typeof__(next))prev + 1 : (array);		\
		void (*describe)(__typeof__(next), char *) = get_desc;	\
									\
		if ((size_t)(next - (array)) >= ARRAY_SIZE(array))	\
			return NULL;					\
		if (describe)						\
			describe(next, desc);				\
		return next;						\
	}

#define kunit_kmalloc(test, size, gfp) \
	((void)(gfp), kunit_user_alloc(test, size, false))
#define kunit_kzalloc(test, size, gfp) \
	((void)(gfp), kunit_user_alloc(test, size, true))
#define kunit_kcalloc(test, n, size, gfp) \
	((void)(gfp), kunit_user_alloc(test, (n) * (size), true))
#define kunit_kmalloc_array(test, n, size, gfp) \
	((void)(gfp), kunit_user_alloc(test, (n) * (size), false))
#define kunit_kfree(test, p)	kunit_user_free(test, p)

#define kunit_info(test, fmt, ...) \
	((void)(test), kunit_user_log("# " fmt, ##__VA_ARGS__))
#define kunit_warn(test, fmt, ...)	kunit_info(test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...)	kunit_info(test, fmt, ##__VA_ARGS__)
#define kunit_mark_skipped(test, fmt, ...) \
	kunit_user_skip(test, fmt, ##__VA_ARGS__)
#define kunit_skip(test, fmt, ...) do {					\
	kunit_user_skip(test, fmt, ##__VA_ARGS__);			\
	kunit_user_abort(test);						\
} while (0)

#define KUNIT_SUCCEED(test)	((void)(test))

#define KUNIT_USER_CHECK(test, ok, fatal, what, msg, ...) do {		\
	if (!(ok)) {							\
		kunit_user_fail(test, __FILE__, __LINE__, "%s", what);	\
		kunit_user_note("" msg, ##__VA_ARGS__);			\
		if (fatal)						\
			kunit_user_abort(test);				\
	}								\
} while (0)

#define KUNIT_USER_BINARY(test, l, op, r, fatal, msg, ...) do {		\
	const __typeof__(l) _ku_l = (l);				\
	const __typeof__(r) _ku_r = (r);				\
									\
	if (!(_ku_l op _ku_r)) {					\
		kunit_user_fail(test, __FILE__, __LINE__,		\
				"%s " #op " %s: %lld (0x%llx), %lld (0x%llx)", \
				#l, #r, (long long)_ku_l,		\
				(unsigned long long)_ku_l,		\
				(long long)_ku_r,			\
				(unsigned long long)_ku_r);		\
		kunit_user_note("" msg, ##__VA_ARGS__);			\
		if (fatal)						\
			kunit_user_abort(test);				\
	}								\
} while (0)

#define KUNIT_USER_PTR(test, l, op, r, fatal, msg, ...)			\
	KUNIT_USER_CHECK(test, (l) op (r),				\
			 fatal, #l " " #op " " #r, msg, ##__VA_ARGS__)

#define KUNIT_USER_STR(test, l, op, r, fatal, msg, ...) do {		\
	const char *_ku_l = (l), *_ku_r = (r);				\
									\
	if (!(strcmp(_ku_l, _ku_r) op 0)) {				\
		kunit_user_fail(test, __FILE__, __LINE__,		\
				"%s " #op " %s: \"%s\", \"%s\"",	\
				#l, #r, _ku_l, _ku_r);			\
		kunit_user_note("" msg, ##__VA_ARGS__);			\
		if (fatal)						\
			kunit_user_abort(test);				\
	}								\
} while (0)

#define KUNIT_FAIL(test, fmt, ...) \
	kunit_user_fail(test, __FILE__, __LINE__, fmt, ##__VA_ARGS__)

#define KUNIT_EXPECT_EQ(t, l, r) \
	KUNIT_USER_BINARY(t, l, ==, r, 0, "")
#define KUNIT_EXPECT_EQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, ==, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE(t, l, r) \
	KUNIT_USER_BINARY(t, l, !=, r, 0, "")
#define KUNIT_EXPECT_NE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, !=, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT(t, l, r) \
	KUNIT_USER_BINARY(t, l, <, r, 0, "")
#define KUNIT_EXPECT_LT_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, <, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE(t, l, r) \
	KUNIT_USER_BINARY(t, l, <=, r, 0, "")
#define KUNIT_EXPECT_LE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, <=, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT(t, l, r) \
	KUNIT_USER_BINARY(t, l, >, r, 0, "")
#define KUNIT_EXPECT_GT_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, >, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE(t, l, r) \
	KUNIT_USER_BINARY(t, l, >=, r, 0, "")
#define KUNIT_EXPECT_GE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, >=, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ(t, l, r) \
	KUNIT_USER_PTR(t, l, ==, r, 0, "")
#define KUNIT_EXPECT_PTR_EQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_PTR(t, l, ==, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE(t, l, r) \
	KUNIT_USER_PTR(t, l, !=, r, 0, "")
#define KUNIT_EXPECT_PTR_NE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_PTR(t, l, !=, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ(t, l, r) \
	KUNIT_USER_STR(t, l, ==, r, 0, "")
#define KUNIT_EXPECT_STREQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_STR(t, l, ==, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ(t, l, r) \
	KUNIT_USER_STR(t, l, !=, r, 0, "")
#define KUNIT_EXPECT_STRNEQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_STR(t, l, !=, r, 0, fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_TRUE(t, c) \
	KUNIT_USER_CHECK(t, c, 0, #c " is not true", "")
#define KUNIT_EXPECT_TRUE_MSG(t, c, fmt, ...) \
	KUNIT_USER_CHECK(t, c, 0, #c " is not true", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE(t, c) \
	KUNIT_USER_CHECK(t, !(c), 0, #c " is not false", "")
#define KUNIT_EXPECT_FALSE_MSG(t, c, fmt, ...) \
	KUNIT_USER_CHECK(t, !(c), 0, #c " is not false", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL(t, p) \
	KUNIT_USER_CHECK(t, !(p), 0, #p " is not NULL", "")
#define KUNIT_EXPECT_NULL_MSG(t, p, fmt, ...) \
	KUNIT_USER_CHECK(t, !(p), 0, #p " is not NULL", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL(t, p) \
	KUNIT_USER_CHECK(t, p, 0, #p " is NULL", "")
#define KUNIT_EXPECT_NOT_NULL_MSG(t, p, fmt, ...) \
	KUNIT_USER_CHECK(t, p, 0, #p " is NULL", fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(t, p) \
	KUNIT_USER_CHECK(t, p, 0, #p " is NULL", "")
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(t, p, fmt, ...) \
	KUNIT_USER_CHECK(t, p, 0, #p " is NULL", fmt, ##__VA_ARGS__)

#define KUNIT_ASSERT_EQ(t, l, r) \
	KUNIT_USER_BINARY(t, l, ==, r, 1, "")
#define KUNIT_ASSERT_EQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, ==, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE(t, l, r) \
	KUNIT_USER_BINARY(t, l, !=, r, 1, "")
#define KUNIT_ASSERT_NE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, !=, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT(t, l, r) \
	KUNIT_USER_BINARY(t, l, <, r, 1, "")
#define KUNIT_ASSERT_LT_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, <, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE(t, l, r) \
	KUNIT_USER_BINARY(t, l, <=, r, 1, "")
#define KUNIT_ASSERT_LE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, <=, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT(t, l, r) \
	KUNIT_USER_BINARY(t, l, >, r, 1, "")
#define KUNIT_ASSERT_GT_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, >, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE(t, l, r) \
	KUNIT_USER_BINARY(t, l, >=, r, 1, "")
#define KUNIT_ASSERT_GE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_BINARY(t, l, >=, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ(t, l, r) \
	KUNIT_USER_PTR(t, l, ==, r, 1, "")
#define KUNIT_ASSERT_PTR_EQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_PTR(t, l, ==, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE(t, l, r) \
	KUNIT_USER_PTR(t, l, !=, r, 1, "")
#define KUNIT_ASSERT_PTR_NE_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_PTR(t, l, !=, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ(t, l, r) \
	KUNIT_USER_STR(t, l, ==, r, 1, "")
#define KUNIT_ASSERT_STREQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_STR(t, l, ==, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ(t, l, r) \
	KUNIT_USER_STR(t, l, !=, r, 1, "")
#define KUNIT_ASSERT_STRNEQ_MSG(t, l, r, fmt, ...) \
	KUNIT_USER_STR(t, l, !=, r, 1, fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_TRUE(t, c) \
	KUNIT_USER_CHECK(t, c, 1, #c " is not true", "")
#define KUNIT_ASSERT_TRUE_MSG(t, c, fmt, ...) \
	KUNIT_USER_CHECK(t, c, 1, #c " is not true", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE(t, c) \
	KUNIT_USER_CHECK(t, !(c), 1, #c " is not false", "")
#define KUNIT_ASSERT_FALSE_MSG(t, c, fmt, ...) \
	KUNIT_USER_CHECK(t, !(c), 1, #c " is not false", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL(t, p) \
	KUNIT_USER_CHECK(t, !(p), 1, #p " is not NULL", "")
#define KUNIT_ASSERT_NULL_MSG(t, p, fmt, ...) \
	KUNIT_USER_CHECK(t, !(p), 1, #p " is not NULL", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL(t, p) \
	KUNIT_USER_CHECK(t, p, 1, #p " is NULL", "")
#define KUNIT_ASSERT_NOT_NULL_MSG(t, p, fmt, ...) \
	KUNIT_USER_CHECK(t, p, 1, #p " is NULL", fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(t, p) \
	KUNIT_USER_CHECK(t, p, 1, #p " is NULL", "")
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(t, p, fmt, ...) \
	KUNIT_USER_CHECK(t, p, 1, #p " is NULL", fmt, ##__VA_ARGS__)

#endif
