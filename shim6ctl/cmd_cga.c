// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmd_set.h"
#include "err.h"
#include "hba.h"
#include "key.h"
#include "net.h"
#include "out.h"
#include "search.h"
#include "setfile.h"
#include "show.h"
#include "verbs.h"

#define DEFAULT_SEC	1
#define DEFAULT_BITS	2048

/* Of an RSA key in SubjectPublicKeyInfo; 0: it is none that could be read */
static unsigned int key_bits(const struct hba_pds *p)
{
	/* Two sequences, the algorithm, a bit string, a sequence, an integer */
	static const uint8_t walk[] = { 0x30, 0x30, 0x03, 0x30, 0x02 };
	const uint8_t *at = p->raw + p->key_at;
	const uint8_t *end = at + p->key_len;
	size_t len = 0, head, i;

	for (i = 0; i < sizeof(walk); i++) {
		head = end - at > 4 && at[1] & 0x80 ? 2u + (at[1] & 3) : 2;
		if (end - at <= (ptrdiff_t)head || at[0] != walk[i])
			return 0;
		len = head == 4 ? (size_t)at[2] << 8 | at[3] :
		      head == 3 ? at[2] : at[1];
		at += head;
		if (walk[i] == 0x30 && i == 1)
			at += len;
		else if (walk[i] == 0x03)
			at++;
	}
	return at < end ? (unsigned int)(len - !*at) * 8 : 0;
}

/* The private key is in the file and nowhere else */
static void show_file(struct out *o, const struct hba_set *set,
		      const char *file, bool fresh)
{
	out_record_begin(o);
	out_number(o, "sec", "sec", hba_sec(&set->addr[0]));
	out_number(o, "bits", "key bits", key_bits(&set->pds));
	out_bool(o, "hba", "members prove each other", set->pds.nprefix);
	out_string(o, "file", "file", file);
	out_string(o, NULL, "note", "it has the private key: keep it to yourself");
	if (fresh)
		out_string(o, NULL, "next", "\"cga load FILE\" puts it to use");
	cmd_set_addresses(o, set);
	out_record_end(o);
}

/* A key, parameters around it, a modifier that fits, the addresses */
static int make(struct hba_set *set, const struct in6_addr *prefixes, size_t n,
		unsigned int bits, bool hba)
{
	struct key_blob priv, pub;
	int ret = key_generate(bits, &priv, &pub);

	if (!ret)
		ret = hba_build_cga(&set->pds, pub.at, pub.len, prefixes, n,
				    hba);
	if (!ret) {
		memcpy(set->key, priv.at, priv.len);
		set->key_len = priv.len;
	}
	key_forget(&priv);
	return ret;
}

static int generate(struct cmd_env *env, const struct cmd_args *args,
		    struct hba_set *set)
{
	const struct arg_value *bits = cmd_get(args, "bits");
	const struct arg_value *arg = cmd_get(args, "sec");
	unsigned int sec = arg ? (unsigned int)arg->number : DEFAULT_SEC;
	struct in6_addr prefixes[HBA_GENERATE_MAX];
	size_t n;
	int ret = cmd_set_prefixes(args, prefixes, &n);

	if (ret)
		return ret;
	ret = make(set, prefixes, n,
		   bits ? (unsigned int)bits->number : DEFAULT_BITS,
		   cmd_has(args, "hba"));
	if (ret == -EMSGSIZE)
		return err_failed("cga generate: %zu prefixes and this key are more than %d octets of parameters; take fewer of them, a shorter key, or leave \"hba\" out",
				  n, HBA_PDS_MAX);
	if (!ret && sec)
		ret = search_modifier(&set->pds, sec, env->quiet);
	if (ret)
		return cmd_fail("cga generate", ret);
	for (; set->naddr < n; set->naddr++)
		hba_address(&set->pds, &prefixes[set->naddr], sec,
			    &set->addr[set->naddr]);
	return CTL_OK;
}

static int run_generate(struct cmd_env *env, const struct cmd_args *args)
{
	const char *file = cmd_get(args, "file")->text;
	struct hba_set set = {};
	/* Before the search, which may take minutes */
	int ret = setfile_check(file);

	if (!ret)
		ret = generate(env, args, &set);
	if (!ret)
		ret = setfile_save(file, &set);
	if (!ret)
		show_file(env->out, &set, file, true);
	explicit_bzero(set.key, sizeof(set.key));
	return ret;
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	const char *file = cmd_get(args, "file")->text;
	struct hba_set set;
	int ret = cmd_set_load(file, SETFILE_CGA, &set);

	explicit_bzero(set.key, sizeof(set.key));
	if (!ret)
		show_file(env->out, &set, file, false);
	return ret;
}

/* The address of an identity on this host, NULL: there is none */
static const struct shim6_locator_entry *
find_address(uint32_t id, const struct shim6_locator_entry *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].set == id)
			return &v[i];
	return NULL;
}

static void show_identity(struct out *o, const struct shim6_cga_identity *c,
			  const struct shim6_locator_entry *loc)
{
	out_row_begin(o);
	out_number(o, "id", "id", c->id);
	out_address(o, "address", "address", loc ? &loc->addr : NULL);
	out_number(o, "addresses", NULL, c->naddr);
	out_number(o, "bits", "bits", c->bits);
	out_number(o, "key", "key", (uint64_t)c->key);
	out_number(o, "locators", "locators", c->nlist);
	out_number(o, "generation", "generation", c->generation);
	out_number(o, "signature", NULL, c->signature);
	out_number(o, "error", NULL, c->error);
	out_string(o, NULL, "signed", c->error ? strerror((int)c->error) :
		   !c->nlist ? "not yet" :
		   c->signature ? "yes" : "no need");
	out_row_end(o);
}

static int run_list(struct cmd_env *env, const struct cmd_args *args)
{
	struct shim6_locator_entry *locs = NULL;
	struct shim6_cga_identity *v = NULL;
	size_t nlocs, n, i;
	int ret = client_cgas(env->client, &v, &n);

	(void)args;
	if (!ret)
		ret = client_locators(env->client, 0, &locs, &nlocs);
	if (ret) {
		ret = cmd_fail("cga list", ret);
	} else {
		out_table_begin(env->out, NULL, NULL);
		for (i = 0; i < n; i++)
			show_identity(env->out, &v[i],
				      find_address(v[i].id, locs, nlocs));
		out_table_end(env->out);
	}
	free(v);
	free(locs);
	return ret;
}

static int run_remove(struct cmd_env *env, const struct cmd_args *args)
{
	static const struct cmd_set_kind kind = {
		.object = "cga",
		.what = "identity",
		.note = "its address stays, and so does the file with the key",
		.del = client_cga_del,
	};

	return cmd_set_remove(env, args, &kind);
}

static const struct arg_spec generate_args[] = {
	CMD_SET_GENERATE_ARGS,
	{ .name = "bits", .type = ARG_NUMBER, .min = KEY_BITS_MIN,
	  .max = KEY_BITS_MAX, .help = "of the RSA key; 2048 when not given" },
	{ .name = "hba", .type = ARG_FLAG,
	  .help = "addresses prove each other too, as an HBA set (RFC 5535)" },
	{ .name = "file", .type = ARG_STRING, .flags = ARG_REQUIRED,
	  .help = "save addresses and private key here",
	  .from = ARG_FROM_FILES },
	{},
};

static const struct arg_spec load_args[] = {
	CMD_SET_INSTALL_ARGS("cga"),
	{},
};

static const struct arg_spec file_args[] = {
	CMD_SET_FILE("cga"),
	{},
};

static const struct arg_spec remove_args[] = {
	CMD_SET_ID(ARG_FROM_CGAS, "number of the identity"),
	{},
};

const struct cmd_verb cga_verbs[] = {
	{ .name = "list", .help = "identities in the module, and what they signed",
	  .flags = CMD_MODULE, .features = SHIM6_FEATURE_CGA,
	  .run = run_list },
	{ .name = "generate", .help = "make a key and addresses that belong to it",
	  .flags = CMD_FILES | CMD_ONCE, .args = generate_args, .run = run_generate },
	{ .name = "load", .help = "put a key and its addresses to use",
	  .flags = CMD_MODULE | CMD_NET | CMD_ADMIN | CMD_FILES,
	  .features = SHIM6_FEATURE_CGA, .args = load_args,
	  .run = cmd_cga_load, .check = cmd_cga_load_check },
	{ .name = "show", .help = "what is in a file, but for the private key",
	  .flags = CMD_FILES, .args = file_args, .run = run_show },
	{ .name = "remove", .help = "unload an identity from the module",
	  .flags = CMD_MODULE | CMD_ADMIN, .features = SHIM6_FEATURE_CGA,
	  .args = remove_args, .run = run_remove },
	{},
};
