// SPDX-License-Identifier: GPL-2.0
/* What a program may ask for through the device */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/locset.c"
#include "../module/params.c"
#include "../module/request.c"

static const struct in6_addr global = { { { 0x20, 0x01, 0x0d, 0xb8 } } };
static const struct in6_addr multicast = { { { 0xff, 0x02, [15] = 1 } } };

/* The size says which version, everything else which command */
static void commands(struct kunit *test)
{
	const unsigned int known = SHIM6_IOC_POLICY_ADD;
	const u32 ver0 = SHIM6_POLICY_ENTRY_SIZE_VER0;
	const unsigned int dir = _IOC_DIR(known), nr = _IOC_NR(known);

	KUNIT_EXPECT_EQ(test, shim6_request_cmd(known, known, ver0), 0);
	KUNIT_EXPECT_EQ(test, shim6_request_cmd(_IOC(dir, SHIM6_IOC_MAGIC, nr,
						     ver0 + 8), known, ver0),
			0);
	KUNIT_EXPECT_EQ(test, shim6_request_cmd(_IOC(dir, SHIM6_IOC_MAGIC, nr,
						     ver0 - 1), known, ver0),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_request_cmd(_IOC(dir, SHIM6_IOC_MAGIC,
						     nr + 1, ver0), known,
						ver0), -ENOTTY);
	KUNIT_EXPECT_EQ(test, shim6_request_cmd(_IOC(dir, SHIM6_IOC_MAGIC + 1,
						     nr, ver0), known, ver0),
			-ENOTTY);
	KUNIT_EXPECT_EQ(test, shim6_request_cmd(_IOC(_IOC_READ,
						     SHIM6_IOC_MAGIC, nr,
						     ver0), known, ver0),
			-ENOTTY);
}

static void command_without_structure(struct kunit *test)
{
	const unsigned int known = SHIM6_IOC_STATS_RESET;

	KUNIT_EXPECT_EQ(test, shim6_request_cmd(known, known, 0), 0);
	KUNIT_EXPECT_EQ(test, shim6_request_cmd(_IOC(_IOC_NONE,
						     SHIM6_IOC_MAGIC,
						     _IOC_NR(known), 1), known,
						0), -ENOTTY);
}

static void lists(struct kunit *test)
{
	struct shim6_list r = { .elem_size = 72 };

	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 72, false), 0);
	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 73, false), -EINVAL);
	r.elem_size = SHIM6_REQUEST_ELEM_MAX;
	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 72, false), 0);
	r.elem_size++;
	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 72, false), -E2BIG);
	r.elem_size = 72;
	r.context = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 72, false), -EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 72, true), 0);
	r.reserved = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_list(&r, 72, true), -EINVAL);
}

static void contexts(struct kunit *test)
{
	struct shim6_context_create c = { global, global };
	struct shim6_context_path path = { .id = 1 };
	struct shim6_context_ref ref = { .id = 1 };

	KUNIT_EXPECT_EQ(test, shim6_request_create(&c), 0);
	c.flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_create(&c), -EINVAL);
	c.flags = 0;
	c.ulid_local = multicast;
	KUNIT_EXPECT_EQ(test, shim6_request_create(&c), -EINVAL);
	c.ulid_local = global;
	c.ulid_peer = multicast;
	KUNIT_EXPECT_EQ(test, shim6_request_create(&c), -EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_request_path(&path), 0);
	path.flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_path(&path), -EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_request_ref(&ref), 0);
	ref.flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_ref(&ref), -EINVAL);
}

static void preferences(struct kunit *test)
{
	const struct shim6_locator_prefs all = {
		.addr = global,
		.flags = SHIM6_PREF_BROKEN | SHIM6_PREF_TRANSIENT,
		.priority = 255,
		.weight = 255,
	};
	struct shim6_locator_prefs r = all;

	KUNIT_EXPECT_EQ(test, shim6_request_prefs(&r), 0);
	r.flags = SHIM6_PREF_TRANSIENT << 1;
	KUNIT_EXPECT_EQ(test, shim6_request_prefs(&r), -EINVAL);
	r = all;
	r.reserved[4] = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_prefs(&r), -EINVAL);
	r = all;
	r.addr = multicast;
	KUNIT_EXPECT_EQ(test, shim6_request_prefs(&r), -EINVAL);
}

static void hba_sets(struct kunit *test)
{
	struct shim6_hba_set *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	memset(r->pds, 1, 100);
	r->pds_len = 100;
	KUNIT_EXPECT_EQ(test, shim6_request_hba(r), 0);
	r->pds_len = 99;
	KUNIT_EXPECT_EQ(test, shim6_request_hba(r), -EINVAL);
	memset(r->pds, 1, sizeof(r->pds));
	r->pds_len = sizeof(r->pds);
	KUNIT_EXPECT_EQ(test, shim6_request_hba(r), 0);
	r->pds_len++;
	KUNIT_EXPECT_EQ(test, shim6_request_hba(r), -EINVAL);
	r->pds_len = ~0U;
	KUNIT_EXPECT_EQ(test, shim6_request_hba(r), -EINVAL);
	r->pds_len = 768;
	r->flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_hba(r), -EINVAL);
}

static void cgas(struct kunit *test)
{
	struct shim6_cga_identity *r = kunit_kzalloc(test, sizeof(*r),
						     GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, r);
	memset(r->pds, 1, sizeof(r->pds));
	r->pds_len = sizeof(r->pds);
	KUNIT_EXPECT_EQ(test, shim6_request_cga(r), 0);
	r->flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_cga(r), -EINVAL);
	r->flags = 0;
	r->pds_len--;
	KUNIT_EXPECT_EQ(test, shim6_request_cga(r), -EINVAL);
	r->pds_len += 2;
	KUNIT_EXPECT_EQ(test, shim6_request_cga(r), -EINVAL);
}

/* A socket says all, without one each member counts */
static void forks(struct kunit *test)
{
	const struct shim6_context_fork named = {
		.ulid_local = global,
		.ulid_peer = global,
		.proto = IPPROTO_SCTP,
		.port_local = 1,
		.port_peer = 9,
		.fd = -1,
	};
	struct shim6_context_fork r = { .fd = 0 };

	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), 0);
	r.flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), -EINVAL);
	r = named;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), 0);
	r.fd = -2;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), -EINVAL);
	r = named;
	r.proto = 0;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), -EINVAL);
	r.proto = 256 + IPPROTO_TCP;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), -EINVAL);
	r = named;
	r.ulid_peer = multicast;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), -EINVAL);
	r = named;
	r.ulid_local = multicast;
	KUNIT_EXPECT_EQ(test, shim6_request_fork(&r), -EINVAL);
}

/* Both ports of a protocol that has ports, none of another one */
static void fork_ports(struct kunit *test)
{
	static const struct {
		u8 proto;
		bool ports;
	} rows[] = {
		{ IPPROTO_TCP, true },
		{ IPPROTO_UDP, true },
		{ IPPROTO_UDPLITE, true },
		{ IPPROTO_SCTP, true },
		{ IPPROTO_DCCP, true },
		{ IPPROTO_ESP, false },
		{ IPPROTO_ICMPV6, false },
		{ 255, false },
	};
	struct shim6_context_fork r = {
		.ulid_local = global,
		.ulid_peer = global,
		.fd = -1,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		int both = rows[i].ports ? 0 : -EINVAL;
		int none = rows[i].ports ? -EINVAL : 0;

		r.proto = rows[i].proto;
		r.port_local = 0;
		r.port_peer = 0;
		KUNIT_EXPECT_EQ_MSG(test, shim6_request_fork(&r), none,
				    "row %u", i);
		r.port_local = 1;
		KUNIT_EXPECT_EQ_MSG(test, shim6_request_fork(&r), -EINVAL,
				    "row %u", i);
		r.port_peer = 65535;
		KUNIT_EXPECT_EQ_MSG(test, shim6_request_fork(&r), both,
				    "row %u", i);
		r.port_local = 0;
		KUNIT_EXPECT_EQ_MSG(test, shim6_request_fork(&r), -EINVAL,
				    "row %u", i);
	}
}

/* Each member alone at its limit and one beyond */
static void policies(struct kunit *test)
{
	const struct shim6_policy_entry most = {
		.action = SHIM6_POLICY_ALWAYS,
		.proto = IPPROTO_UDP,
		.local_len = 128,
		.peer_len = 128,
		.port = 65535,
	};
	struct shim6_policy_entry r = most;

	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), 0);
	r.action++;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), -EINVAL);
	r = most;
	r.local_len++;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), -EINVAL);
	r = most;
	r.peer_len++;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), -EINVAL);
	r = most;
	r.flags++;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), -EINVAL);
	r = most;
	r.proto = IPPROTO_ICMPV6;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), -EINVAL);
	r.port = 0;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), 0);
	r.proto = 255;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), 0);
	r.proto++;
	KUNIT_EXPECT_EQ(test, shim6_request_policy(&r), -EINVAL);
}

static void tunables(struct kunit *test)
{
	struct shim6_param_entry r = { .index = SHIM6_P_COUNT - 1 };

	KUNIT_EXPECT_EQ(test, shim6_request_param(&r), SHIM6_P_COUNT - 1);
	r.index++;
	KUNIT_EXPECT_EQ(test, shim6_request_param(&r), -ENOENT);
	r.index = ~0U;
	KUNIT_EXPECT_EQ(test, shim6_request_param(&r), -ENOENT);
	strscpy(r.name, "send_timeout", sizeof(r.name));
	KUNIT_EXPECT_EQ(test, shim6_request_param(&r),
			(int)SHIM6_P_SEND_TIMEOUT);
	r.flags = 1;
	KUNIT_EXPECT_EQ(test, shim6_request_param(&r), -EINVAL);
	r.flags = 0;
	memset(r.name, 'a', sizeof(r.name));
	KUNIT_EXPECT_EQ(test, shim6_request_param(&r), -EINVAL);
}

static void event_masks(struct kunit *test)
{
	struct shim6_event_mask m = { .mask = SHIM6_EVENT_ALL };

	KUNIT_EXPECT_EQ(test, shim6_request_mask(&m), 0);
	m.size = SHIM6_EVENT_SIZE_VER0;
	KUNIT_EXPECT_EQ(test, shim6_request_mask(&m), 0);
	m.size = SHIM6_EVENT_SIZE_VER0 - 8;
	KUNIT_EXPECT_EQ(test, shim6_request_mask(&m), -EINVAL);
	m.size = SHIM6_EVENT_SIZE_VER1 + 4;
	KUNIT_EXPECT_EQ(test, shim6_request_mask(&m), -EINVAL);
	/* Of a program that is newer */
	m.size = SHIM6_EVENT_SIZE_VER1 + 800;
	m.flags = SHIM6_WATCH_TRAFFIC;
	KUNIT_EXPECT_EQ(test, shim6_request_mask(&m), 0);
	m.flags = SHIM6_WATCH_TRAFFIC << 1;
	KUNIT_EXPECT_EQ(test, shim6_request_mask(&m), -EINVAL);
}

static struct kunit_case request_cases[] = {
	KUNIT_CASE(commands),
	KUNIT_CASE(command_without_structure),
	KUNIT_CASE(lists),
	KUNIT_CASE(contexts),
	KUNIT_CASE(preferences),
	KUNIT_CASE(hba_sets),
	KUNIT_CASE(cgas),
	KUNIT_CASE(forks),
	KUNIT_CASE(fork_ports),
	KUNIT_CASE(policies),
	KUNIT_CASE(tunables),
	KUNIT_CASE(event_masks),
	{}
};

static struct kunit_suite request_suite = {
	.name = "shim6_request",
	.test_cases = request_cases,
};

kunit_test_suite(request_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 device requests");
MODULE_LICENSE("GPL");
