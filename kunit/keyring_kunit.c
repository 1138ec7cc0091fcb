// SPDX-License-Identifier: GPL-2.0
/* Signatures by the kernel's own RSA */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/cred.h>
#include <linux/module.h>
#include "../module/hash.c"
#include "../module/der.c"
#include "../module/hba.c"
#include "../module/cga.c"
#include "../module/keyring.c"
#include "cga_vectors.h"
#include "hba_vectors.h"
#include "key_vectors.h"

static void parse_key(struct kunit *test, const u8 *pds, size_t len,
		      struct shim6_rsa_key *key)
{
	struct shim6_pds p;

	KUNIT_ASSERT_EQ(test, shim6_pds_parse(pds, len, &p), 0);
	KUNIT_ASSERT_EQ(test, shim6_cga_key(&p, key), 0);
}

static void get_key(struct kunit *test, struct shim6_rsa_key *key)
{
	parse_key(test, cga1024_pds, sizeof(cga1024_pds), key);
}

/* As add_key(2) makes it: the private key in a keyring, a reference for us */
static struct key *private_key(struct kunit *test)
{
	struct key *ring, *key;
	key_ref_t ref;

	ring = keyring_alloc("shim6_kunit", GLOBAL_ROOT_UID, GLOBAL_ROOT_GID,
			     current_cred(), KEY_POS_ALL | KEY_USR_ALL,
			     KEY_ALLOC_NOT_IN_QUOTA, NULL, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ring));
	ref = key_create_or_update(make_key_ref(ring, true), "asymmetric",
				   "shim6", key2048_pkcs8,
				   sizeof(key2048_pkcs8),
				   KEY_POS_ALL | KEY_USR_ALL,
				   KEY_ALLOC_NOT_IN_QUOTA);
	key_put(ring);
	KUNIT_ASSERT_FALSE(test, IS_ERR(ref));
	key = key_ref_to_ptr(ref);
	return key;
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

/* RFC 3972 6: what the private key signs the public one verifies */
static void keyring_signs(struct kunit *test)
{
	u8 *sig = kunit_kzalloc(test, SHIM6_MAX_SIGNATURE, GFP_KERNEL);
	struct key *key = private_key(test);
	u8 digest[SHIM6_SHA1_LEN];
	struct shim6_rsa_key pub;

	KUNIT_ASSERT_NOT_NULL(test, sig);
	parse_key(test, key2048_pds, sizeof(key2048_pds), &pub);
	KUNIT_ASSERT_EQ(test, pub.size, 256);
	KUNIT_ASSERT_EQ(test, shim6_key_sign(key, cga_sig_digest, sig, 256),
			0);
	KUNIT_EXPECT_EQ(test, shim6_key_verify(&pub, cga_sig_digest, sig, 256),
			0);
	memcpy(digest, cga_sig_digest, sizeof(digest));
	digest[7] ^= 1;
	KUNIT_EXPECT_NE(test, shim6_key_verify(&pub, digest, sig, 256), 0);
	get_key(test, &pub);
	KUNIT_EXPECT_NE(test, shim6_key_verify(&pub, cga_sig_digest, sig, 256),
			0);
	key_put(key);
}

/* Another size than that of the parameters; a key taken back */
static void keyring_refuses(struct kunit *test)
{
	u8 *sig = kunit_kzalloc(test, SHIM6_MAX_SIGNATURE, GFP_KERNEL);
	struct key *key = private_key(test);

	KUNIT_ASSERT_NOT_NULL(test, sig);
	KUNIT_EXPECT_EQ(test, shim6_key_sign(key, cga_sig_digest, sig, 128),
			-EKEYREJECTED);
	KUNIT_EXPECT_EQ(test, shim6_key_sign(key, cga_sig_digest, sig, 512),
			-EKEYREJECTED);
	key_revoke(key);
	KUNIT_EXPECT_EQ(test, shim6_key_sign(key, cga_sig_digest, sig, 256),
			-EKEYREVOKED);
	KUNIT_EXPECT_EQ(test, sig[0] | sig[127] | sig[255], 0);
	key_put(key);
}

/* How long a signature and its verification take, in the log of the run */
static void keyring_cost_of_ours(struct kunit *test)
{
	u8 *sig = kunit_kzalloc(test, SHIM6_MAX_SIGNATURE, GFP_KERNEL);
	struct key *key = private_key(test);
	struct shim6_rsa_key pub;
	u64 start, signing;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, sig);
	parse_key(test, key2048_pds, sizeof(key2048_pds), &pub);
	start = ktime_get_ns();
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, shim6_key_sign(key, cga_sig_digest, sig,
						     256), 0);
	signing = ktime_get_ns() - start;
	start = ktime_get_ns();
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, shim6_key_verify(&pub, cga_sig_digest,
						       sig, 256), 0);
	kunit_info(test, "RSA-2048: %llu ns to sign, %llu ns to verify",
		   signing / 10, (ktime_get_ns() - start) / 10);
	key_put(key);
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
	KUNIT_CASE(keyring_signs),
	KUNIT_CASE(keyring_refuses),
	KUNIT_CASE(keyring_cost_of_ours),
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
