// SPDX-License-Identifier: GPL-2.0
/* Signatures by the kernel's own RSA */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include "../module/hash.c"
#include "../module/der.c"
#include "../module/hba.c"
#include "../module/cga.c"
#include "../module/keyring.c"
#include "cga_vectors.h"
#include "hba_vectors.h"

static void get_key(struct kunit *test, struct shim6_rsa_key *key)
{
	struct shim6_pds p;

	KUNIT_ASSERT_EQ(test, shim6_pds_parse(cga1024_pds, sizeof(cga1024_pds),
					      &p), 0);
	KUNIT_ASSERT_EQ(test, shim6_cga_key(&p, key), 0);
}

static void keyring_good(struct kunit *test)
{
	struct shim6_rsa_key key;

	get_key(test, &key);
	KUNIT_EXPECT_EQ(test, shim6_key_verify(&key, cga_sig_digest, cga_sig,
					       sizeof(cga_sig)), 0);
}

static void keyring_wrong(struct kunit *test)
{
	u8 digest[SHIM6_SHA1_LEN], sig[sizeof(cga_sig)];
	struct shim6_rsa_key key;
	unsigned int i;

	get_key(test, &key);
	for (i = 0; i < sizeof(digest); i += 5) {
		memcpy(digest, cga_sig_digest, sizeof(digest));
		digest[i] ^= 1;
		KUNIT_EXPECT_NE(test, shim6_key_verify(&key, digest, cga_sig,
						       sizeof(cga_sig)), 0);
	}
	for (i = 0; i < sizeof(sig); i += 9) {
		memcpy(sig, cga_sig, sizeof(sig));
		sig[i] ^= 0x80;
		KUNIT_EXPECT_NE(test, shim6_key_verify(&key, cga_sig_digest,
						       sig, sizeof(sig)), 0);
	}
	memset(sig, 0, sizeof(sig));
	KUNIT_EXPECT_NE(test, shim6_key_verify(&key, cga_sig_digest, sig,
					       sizeof(sig)), 0);
	KUNIT_EXPECT_NE(test, shim6_key_verify(&key, cga_sig_digest, cga_sig,
					       sizeof(cga_sig) - 1), 0);
}

/* How long both kinds of proof take, in the log of the run */
static void keyring_cost(struct kunit *test)
{
	struct shim6_rsa_key key;
	struct shim6_pds p;
	u64 start, hash;
	int i;

	get_key(test, &key);
	KUNIT_ASSERT_EQ(test, shim6_pds_parse(hba2_pds, sizeof(hba2_pds), &p),
			0);
	start = ktime_get_ns();
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, shim6_hba_verify(&p, &hba2_addr[0]), 0);
	hash = ktime_get_ns() - start;
	start = ktime_get_ns();
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, shim6_key_verify(&key, cga_sig_digest,
						       cga_sig,
						       sizeof(cga_sig)), 0);
	kunit_info(test, "HBA verification %llu ns, RSA-1024 signature %llu ns",
		   hash / 100, (ktime_get_ns() - start) / 10);
}

static int keyring_init(struct kunit *test)
{
	return shim6_hash_setup();
}

static void keyring_exit(struct kunit *test)
{
	shim6_hash_teardown();
}

static struct kunit_case keyring_cases[] = {
	KUNIT_CASE(keyring_good),
	KUNIT_CASE(keyring_wrong),
	KUNIT_CASE(keyring_cost),
	{}
};

static struct kunit_suite keyring_suite = {
	.name = "shim6_keyring",
	.init = keyring_init,
	.exit = keyring_exit,
	.test_cases = keyring_cases,
};

kunit_test_suite(keyring_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 signatures");
MODULE_LICENSE("GPL");
