// SPDX-License-Identifier: GPL-2.0
/*
 * Runs KUnit suites in user space and prints KTAP, as the kernel would.
 *
 * usage: shim6_test [pattern]    shell pattern over "suite.case"
 */
#include <fnmatch.h>
#include <stdarg.h>
#include <kunit/test.h>

#define MAX_SUITES	64

static struct kunit_suite *suites[MAX_SUITES];
static size_t nsuites;
static const char *pattern = "*";
static const char *indent = "";
static unsigned int passed, failed, skipped;

void kunit_user_add(struct kunit_suite *const *add, size_t n)
{
	for (; n; n--, add++) {
		if (nsuites == MAX_SUITES)
			abort();
		suites[nsuites++] = *add;
	}
}

static void print_line(const char *prefix, const char *fmt, va_list ap)
{
	printf("%s%s", indent, prefix);
	vprintf(fmt, ap);
	if (!*fmt || fmt[strlen(fmt) - 1] != '\n')
		putchar('\n');
}

void kunit_user_log(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("", fmt, ap);
	va_end(ap);
}

/* The text of a failed _MSG check; the plain checks have none */
void kunit_user_note(const char *fmt, ...)
{
	va_list ap;

	if (!*fmt)
		return;
	va_start(ap, fmt);
	print_line("#   ", fmt, ap);
	va_end(ap);
}

void kunit_user_fail(struct kunit *test, const char *file, int line,
		     const char *fmt, ...)
{
	char prefix[300];
	va_list ap;

	test->status = KUNIT_FAILURE;
	snprintf(prefix, sizeof(prefix), "# %s: %s:%d: ", test->name, file,
		 line);
	va_start(ap, fmt);
	print_line(prefix, fmt, ap);
	va_end(ap);
}

void kunit_user_skip(struct kunit *test, const char *fmt, ...)
{
	va_list ap;

	test->status = KUNIT_SKIPPED;
	va_start(ap, fmt);
	vsnprintf(test->status_comment, sizeof(test->status_comment), fmt, ap);
	va_end(ap);
}

void kunit_user_abort(struct kunit *test)
{
	longjmp(test->abort, 1);
}

void *kunit_user_alloc(struct kunit *test, size_t size, bool zero)
{
	struct kunit_mem *m = malloc(sizeof(*m) + size);

	if (!m)
		abort();
	memset(m->data, zero ? 0 : 0xa5, size);
	m->next = test->mem;
	test->mem = m;
	return m->data;
}

void kunit_user_free(struct kunit *test, const void *p)
{
	struct kunit_mem **at, *m;

	for (at = &test->mem; *at; at = &(*at)->next) {
		m = *at;
		if (m->data != p)
			continue;
		*at = m->next;
		free(m);
		return;
	}
}

static void free_all(struct kunit *test)
{
	while (test->mem)
		kunit_user_free(test, test->mem->data);
}

static void run_one(const struct kunit_suite *suite,
		    const struct kunit_case *c, struct kunit *test)
{
	test->name = c->name;
	test->status = KUNIT_SUCCESS;
	if (!setjmp(test->abort)) {
		if (suite->init && suite->init(test))
			test->status = KUNIT_FAILURE;
		else
			c->run_case(test);
	}
	if (suite->exit)
		suite->exit(test);
	free_all(test);
}

static void count(const struct kunit *test)
{
	if (test->status == KUNIT_SUCCESS)
		passed++;
	else if (test->status == KUNIT_FAILURE)
		failed++;
	else
		skipped++;
}

static void print_result(const struct kunit *test, unsigned int nr,
			 const char *name)
{
	printf("%s%s %u %s", indent,
	       test->status == KUNIT_FAILURE ? "not ok" : "ok", nr, name);
	if (test->status == KUNIT_SKIPPED)
		printf(" # SKIP %s", test->status_comment);
	putchar('\n');
	fflush(stdout);
}

/* A case with parameters is skipped only if all of them were */
static void merge(struct kunit *total, const struct kunit *one)
{
	if (one->status == KUNIT_FAILURE)
		total->status = KUNIT_FAILURE;
	else if (one->status == KUNIT_SUCCESS &&
		 total->status == KUNIT_SKIPPED)
		total->status = KUNIT_SUCCESS;
}

static void run_params(const struct kunit_suite *suite,
		       const struct kunit_case *c, struct kunit *total)
{
	char desc[KUNIT_PARAM_DESC_SIZE];
	const void *p = NULL;
	struct kunit test;
	int i = 0;

	indent = "        ";
	printf("%sKTAP version 1\n%s# Subtest: %s\n", indent, indent, c->name);
	total->status = KUNIT_SKIPPED;
	for (;;) {
		desc[0] = '\0';
		p = c->generate_params(p, desc);
		if (!p)
			break;
		memset(&test, 0, sizeof(test));
		test.param_value = p;
		test.param_index = i++;
		run_one(suite, c, &test);
		print_result(&test, (unsigned int)i, *desc ? desc : c->name);
		count(&test);
		merge(total, &test);
	}
	indent = "    ";
}

static bool selected(const struct kunit_suite *suite,
		     const struct kunit_case *c)
{
	char name[512];

	snprintf(name, sizeof(name), "%s.%s", suite->name, c->name);
	return !fnmatch(pattern, name, 0);
}

static unsigned int count_selected(const struct kunit_suite *suite)
{
	const struct kunit_case *c;
	unsigned int n = 0;

	for (c = suite->test_cases; c->run_case; c++)
		n += selected(suite, c);
	return n;
}

static void run_case(const struct kunit_suite *suite,
		     const struct kunit_case *c, struct kunit *test)
{
	memset(test, 0, sizeof(*test));
	if (c->generate_params) {
		run_params(suite, c, test);
		return;
	}
	run_one(suite, c, test);
	count(test);
}

static bool run_suite(struct kunit_suite *suite, unsigned int ncases)
{
	unsigned int nr = 0, before = failed;
	const struct kunit_case *c;
	struct kunit test;

	indent = "    ";
	printf("    KTAP version 1\n    # Subtest: %s\n    1..%u\n",
	       suite->name, ncases);
	if (suite->suite_init && suite->suite_init(suite)) {
		printf("    # suite_init failed\n");
		failed += ncases;
		return false;
	}
	for (c = suite->test_cases; c->run_case; c++) {
		if (!selected(suite, c))
			continue;
		run_case(suite, c, &test);
		print_result(&test, ++nr, c->name);
	}
	if (suite->suite_exit)
		suite->suite_exit(suite);
	return failed == before;
}

static unsigned int select_suites(void)
{
	size_t i, n = 0;

	for (i = 0; i < nsuites; i++)
		if (count_selected(suites[i]))
			suites[n++] = suites[i];
	nsuites = n;
	return (unsigned int)n;
}

int main(int argc, char **argv)
{
	size_t i;
	bool ok;

	if (argc > 1)
		pattern = argv[1];
	printf("KTAP version 1\n1..%u\n", select_suites());
	for (i = 0; i < nsuites; i++) {
		ok = run_suite(suites[i], count_selected(suites[i]));
		printf("%s %zu %s\n", ok ? "ok" : "not ok", i + 1,
		       suites[i]->name);
	}
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	/* A pattern that selects nothing is a mistake, not a success */
	return failed || !(passed + skipped);
}
