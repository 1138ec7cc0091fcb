// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: what a program hands to /dev/shim6. Command numbers of any
 * version, and the structure of any size that comes with them.
 */
#include "../../module/params.c"
#include "../../module/locset.c"
#include "../../module/der.c"
#include "../../module/hba.c"
#include "../../module/request.c"
#include "fuzz.h"

#define UAPI_MAX	1024

/**
 * struct known - a command and its structures, as published
 * @cmd: its number in the first version
 * @ver0: octets of its structure then
 * @size: and now
 * @elem_ver0: lists: octets of an element then
 */
struct known {
	unsigned int cmd;
	u32 ver0;
	u32 size;
	u32 elem_ver0;
};

#define KNOWN(cmd, type, ver0)	{ SHIM6_IOC_##cmd, ver0, sizeof(type), 0 }
#define LIST(cmd, elem_ver0) \
	{ SHIM6_IOC_##cmd, 40, sizeof(struct shim6_list), elem_ver0 }

static const struct known all[] = {
	KNOWN(INFO, struct shim6_info, 72),
	LIST(CTX_LIST, 184),
	KNOWN(CTX_CREATE, struct shim6_context_create, 40),
	KNOWN(CTX_FLUSH, struct shim6_context_ref, 8),
	KNOWN(CTX_PATH, struct shim6_context_path, 40),
	LIST(LOC_LIST, 40),
	LIST(PARAM_LIST, 280),
	KNOWN(PARAM_SET, struct shim6_param_entry, 280),
	LIST(STATS_LIST, 216),
	{ SHIM6_IOC_STATS_RESET, 0, 0, 0 },
	KNOWN(HBA_ADD, struct shim6_hba_set, 784),
	KNOWN(HBA_DEL, struct shim6_context_ref, 8),
	LIST(HBA_LIST, 784),
	KNOWN(POLICY_ADD, struct shim6_policy_entry, 64),
	KNOWN(POLICY_DEL, struct shim6_context_ref, 8),
	LIST(POLICY_LIST, 64),
	LIST(FLOW_LIST, 72),
	KNOWN(EVENT_MASK, struct shim6_event_mask, 8),
	KNOWN(CTX_FORK, struct shim6_context_fork, 56),
	KNOWN(LOC_PREFS, struct shim6_locator_prefs, 24),
	KNOWN(CGA_ADD, struct shim6_cga_identity, 808),
	KNOWN(CGA_DEL, struct shim6_context_ref, 8),
	LIST(CGA_LIST, 808),
};

/* One number is served by one command at most, and whole from version 0 on */
static const struct known *find(unsigned int cmd)
{
	const struct known *found = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		const struct known *k = &all[i];
		int err = shim6_request_cmd(cmd, k->cmd, k->ver0);
		bool same = !((cmd ^ k->cmd) & ~IOCSIZE_MASK);
		u32 size = _IOC_SIZE(cmd);

		FUZZ_CHECK(!err == (same && size >= k->ver0 &&
				    (k->ver0 || !size)));
		FUZZ_CHECK(!found || err);
		if (!err)
			found = k;
	}
	return found;
}

/*
 * As copy_struct_from_user(): into memory of the size known here; what a newer
 * program has behind it must be zero. Return: for free(), or NULL.
 */
static void *copy_in(const struct known *k, u32 size, struct fuzz_in *in)
{
	u8 octets[UAPI_MAX] = { 0 };

	if (!k->size || size > sizeof(octets))
		return NULL;
	fuzz_take(in, octets, size);
	if (size > k->size && memchr_inv(octets + k->size, 0, size - k->size))
		return NULL;
	return fuzz_copy(octets, k->size);
}

static void check_list(const struct known *k, const struct shim6_list *r)
{
	bool context = k->cmd == SHIM6_IOC_LOC_LIST;
	int err = shim6_request_list(r, k->elem_ver0, context);

	FUZZ_CHECK(!err == (!r->reserved && r->elem_size >= k->elem_ver0 &&
			    r->elem_size <= 4096 && (context || !r->context)));
}

static bool is_unicast(const struct in6_addr *addr)
{
	return addr->s6_addr[0] != 0xff && memchr_inv(addr, 0, 10);
}

static void check_create(const struct shim6_context_create *r)
{
	if (shim6_request_create(r))
		return;
	FUZZ_CHECK(!r->flags);
	FUZZ_CHECK(is_unicast(&r->ulid_local) && is_unicast(&r->ulid_peer));
}

/* Either a value in its range is in force, or the one from before */
static void check_param(const struct shim6_param_entry *r)
{
	int i = shim6_request_param(r);
	struct shim6_params p;
	u64 old;

	FUZZ_CHECK(i < SHIM6_P_COUNT);
	if (i < 0)
		return;
	FUZZ_CHECK(!r->flags);
	if (r->index == ~0U)
		FUZZ_CHECK(!strcmp(r->name, shim6_param_info[i].name));
	else
		FUZZ_CHECK(r->index == (u32)i);
	shim6_params_init(&p);
	old = shim6_param(&p, i);
	if (shim6_param_set(&p, i, r->value))
		FUZZ_CHECK(shim6_param(&p, i) == old);
	else
		FUZZ_CHECK(shim6_param(&p, i) == r->value &&
			   r->value >= shim6_param_info[i].min &&
			   r->value <= shim6_param_info[i].max);
}

/* What goes on to the parser has a length that is its own */
static void check_parameters(int err, u32 flags, const u8 *pds, u32 len)
{
	struct shim6_pds p;
	u8 *raw;

	if (err)
		return;
	FUZZ_CHECK(!flags && len <= 768);
	raw = fuzz_copy(pds, len);
	if (!shim6_pds_parse(raw, len, &p))
		FUZZ_CHECK(p.len == len);
	free(raw);
}

static void check_hba_set(const struct shim6_hba_set *r)
{
	check_parameters(shim6_request_hba(r), r->flags, r->pds, r->pds_len);
}

static void check_identity(const struct shim6_cga_identity *r)
{
	check_parameters(shim6_request_cga(r), r->flags, r->pds, r->pds_len);
}

static void check_prefs(const struct shim6_locator_prefs *r)
{
	if (shim6_request_prefs(r))
		return;
	FUZZ_CHECK(r->flags <= 3 && is_unicast(&r->addr));
	FUZZ_CHECK(!memchr_inv(r->reserved, 0, sizeof(r->reserved)));
}

static void check_fork(const struct shim6_context_fork *r)
{
	if (shim6_request_fork(r))
		return;
	FUZZ_CHECK(!r->flags && r->fd >= -1);
	if (r->fd >= 0)
		return;
	FUZZ_CHECK(r->proto && r->proto <= 255);
	FUZZ_CHECK(is_unicast(&r->ulid_local) && is_unicast(&r->ulid_peer));
}

static void check_policy(const struct shim6_policy_entry *r)
{
	if (shim6_request_policy(r))
		return;
	FUZZ_CHECK(!r->flags && r->action <= SHIM6_POLICY_ALWAYS);
	FUZZ_CHECK(r->local_len <= 128 && r->peer_len <= 128);
	FUZZ_CHECK(r->proto <= 255);
	FUZZ_CHECK(!r->port || r->proto == 6 || r->proto == 17);
}

static void check_request(const struct known *k, const void *arg)
{
	if (k->elem_ver0) {
		check_list(k, arg);
		return;
	}
	switch (k->cmd) {
	case SHIM6_IOC_CTX_CREATE:
		check_create(arg);
		break;
	case SHIM6_IOC_CTX_FLUSH:
	case SHIM6_IOC_HBA_DEL:
	case SHIM6_IOC_CGA_DEL:
	case SHIM6_IOC_POLICY_DEL:
		FUZZ_CHECK(!shim6_request_ref(arg) == !((u32 *)arg)[1]);
		break;
	case SHIM6_IOC_CTX_PATH:
		FUZZ_CHECK(!shim6_request_path(arg) == !((u32 *)arg)[1]);
		break;
	case SHIM6_IOC_PARAM_SET:
		check_param(arg);
		break;
	case SHIM6_IOC_HBA_ADD:
		check_hba_set(arg);
		break;
	case SHIM6_IOC_CGA_ADD:
		check_identity(arg);
		break;
	case SHIM6_IOC_LOC_PREFS:
		check_prefs(arg);
		break;
	case SHIM6_IOC_CTX_FORK:
		check_fork(arg);
		break;
	case SHIM6_IOC_POLICY_ADD:
		check_policy(arg);
		break;
	}
}

/* The first octet picks a command, the second says what is odd about it */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_in in = { data, size };
	unsigned int cmd = all[fuzz_u8(&in) % ARRAY_SIZE(all)].cmd;
	const struct known *k;
	u8 odd = fuzz_u8(&in);
	void *arg;

	if (odd & 1)
		cmd ^= (unsigned int)fuzz_u16(&in) << 16;
	if (odd & 2)
		cmd ^= fuzz_u16(&in);
	k = find(cmd);
	if (!odd)
		FUZZ_CHECK(k && k->cmd == cmd);
	if (!k)
		return 0;
	arg = copy_in(k, _IOC_SIZE(cmd), &in);
	if (arg)
		check_request(k, arg);
	free(arg);
	return 0;
}
