// SPDX-License-Identifier: GPL-2.0
/* What is on a device, as tc and ip tell it */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"
#include "qos.h"
#include "tc.h"

static int fail_tool(const char *tool, int err)
{
	if (err == -ENOENT)
		return err_failed("%s: not found in the path; install iproute2",
				  tool);
	if (err == -EINTR)
		return err_failed("%s: interrupted", tool);
	return err_failed("%s: %s", tool, strerror(-err));
}

/*
 * A name goes into commands of a shell and of tc, both of which have their own
 * ideas of quotes and blanks.
 */
static bool plain_name(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@:+";
	size_t len = strlen(name);

	return len && len < IF_NAMESIZE && strspn(name, allowed) == len &&
	       *name != '-';
}

int qos_device_check(const char *name)
{
	if (plain_name(name))
		return CTL_OK;
	return err_usage("dev %s: must be the name of an interface, 1 to %d letters, digits, - _ . @ : and +",
			 name, IF_NAMESIZE - 1);
}

/* The number behind a word of ip's line */
static unsigned int word_value(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	return at ? (unsigned int)strtoul(at + strlen(word), NULL, 10) : 0;
}

static int read_link(struct qos_device *d)
{
	const char *const argv[] = { "ip", "-d", "-o", "link", "show", "dev",
				     d->name, NULL };
	struct tc_said said;
	int ret = tc_run(argv, NULL, &said);

	if (ret)
		ret = fail_tool("ip", ret);
	else if (said.status)
		ret = err_failed("dev %s: no such interface; see \"ip link\"",
				 d->name);
	if (!ret) {
		d->index = (unsigned int)strtoul(said.out, NULL, 10);
		d->mtu = word_value(said.out, " mtu ");
		d->qlen = word_value(said.out, " qlen ");
		d->gso_octets = word_value(said.out, " gso_max_size ");
		d->gso_segs = word_value(said.out, " gso_max_segs ");
		snprintf(d->ifb, sizeof(d->ifb), QOS_IFB "%u",
			 d->index % 10000000);
		d->has_ifb = if_nametoindex(d->ifb);
	}
	tc_free(&said);
	return ret;
}

/* "tc WORDS": its output, or NULL and the reason was reported */
static char *ask_tc(const char *const *argv)
{
	struct tc_said said;
	char why[256];
	char *out = NULL;
	int ret = tc_run(argv, NULL, &said);

	tc_reason(&said, why, sizeof(why));
	if (ret) {
		fail_tool("tc", ret);
	} else if (said.status) {
		err_failed("tc %s: %s", argv[1], why);
	} else {
		out = said.out;
		said.out = NULL;
	}
	tc_free(&said);
	return out;
}

/* "qdisc KIND MAJOR: root ..." or "... parent ...", one a line */
static void take_qdiscs(struct qos_device *d, const char *text)
{
	char kind[32], parent[16];
	unsigned int major;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (sscanf(text, "qdisc %31s %x: %15s", kind, &major,
			   parent) != 3)
			continue;
		if (!strcmp(kind, "clsact"))
			d->clsact = true;
		else if (!strcmp(kind, "ingress"))
			d->ingress = true;
		if (strcmp(parent, "root"))
			continue;
		snprintf(d->root, sizeof(d->root), "%s", kind);
		d->major = major;
	}
}

static int read_clsact(struct qos_device *d)
{
	const char *const out[] = { "tc", "filter", "show", "dev", d->name,
				    "egress", NULL };
	const char *const in[] = { "tc", "filter", "show", "dev", d->name,
				   "ingress", NULL };

	if (!d->clsact)
		return CTL_OK;
	d->egress_filters = ask_tc(out);
	if (d->egress_filters)
		d->ingress_filters = ask_tc(in);
	return d->ingress_filters ? CTL_OK : CTL_FAILED;
}

int qos_device_read(const char *name, struct qos_device *d)
{
	const char *const argv[] = { "tc", "qdisc", "show", "dev", name, NULL };
	char *qdiscs;
	int ret;

	memset(d, 0, sizeof(*d));
	ret = qos_device_check(name);
	if (ret)
		return ret;
	snprintf(d->name, sizeof(d->name), "%s", name);
	ret = read_link(d);
	if (ret)
		return ret;
	qdiscs = ask_tc(argv);
	if (!qdiscs)
		return CTL_FAILED;
	take_qdiscs(d, qdiscs);
	free(qdiscs);
	return read_clsact(d);
}

void qos_device_free(struct qos_device *d)
{
	free(d->egress_filters);
	free(d->ingress_filters);
	memset(d, 0, sizeof(*d));
}

bool qos_is_ours(unsigned int major)
{
	return major == QOS_MAJOR ||
	       (major >= QOS_FIRST && major <= QOS_LAST);
}

const char *qos_next_filter(const char *at, unsigned int *pref, size_t *len)
{
	const char *end, *word;

	while (at && strncmp(at, "filter ", 7)) {
		at = strchr(at, '\n');
		at += at ? 1 : 0;
	}
	if (!at)
		return NULL;
	end = strstr(at, "\nfilter ");
	*len = end ? (size_t)(end - at) + 1 : strlen(at);
	word = strstr(at, " pref ");
	*pref = word && word < at + *len ?
			(unsigned int)strtoul(word + 6, NULL, 10) : 0;
	return at;
}

static bool our_pref(unsigned int pref)
{
	return pref >= QOS_PREF && pref <= QOS_PREF_MAX;
}

static bool filters_ours(const char *text)
{
	unsigned int pref;
	size_t len;

	while ((text = qos_next_filter(text, &pref, &len))) {
		if (our_pref(pref))
			return true;
		text += len;
	}
	return false;
}

bool qos_device_ours(const struct qos_device *d, unsigned int ways)
{
	return (ways & QOS_LEAVING && (qos_is_ours(d->major) ||
				       filters_ours(d->egress_filters))) ||
	       (ways & QOS_ARRIVING && (d->has_ifb ||
					filters_ours(d->ingress_filters)));
}

/* Our preferences in a text, each once, as lines that delete them */
static void delete_filters(FILE *file, const struct qos_device *d,
			   const char *text, const char *where)
{
	unsigned int pref, last = 0;
	size_t len;

	while ((text = qos_next_filter(text, &pref, &len))) {
		if (our_pref(pref) && pref != last)
			fprintf(file, "filter del dev %s %s pref %u\n", d->name,
				where, pref);
		last = pref;
		text += len;
	}
}

/* Is there a filter that stays, and keeps clsact there; @ours: those go */
static bool filters_stay(const char *text, bool ours)
{
	unsigned int pref;
	size_t len;

	while ((text = qos_next_filter(text, &pref, &len))) {
		if (!ours || !our_pref(pref))
			return true;
		text += len;
	}
	return false;
}

static char *strip_lines(const struct qos_device *d, unsigned int ways)
{
	char *text = NULL;
	size_t n = 0;
	FILE *file = open_memstream(&text, &n);

	if (!file)
		return NULL;
	if (ways & QOS_LEAVING)
		delete_filters(file, d, d->egress_filters, "egress");
	if (ways & QOS_ARRIVING)
		delete_filters(file, d, d->ingress_filters, "ingress");
	/* One that was there before us stays for its filters */
	if (d->clsact && qos_device_ours(d, ways) &&
	    !filters_stay(d->egress_filters, ways & QOS_LEAVING) &&
	    !filters_stay(d->ingress_filters, ways & QOS_ARRIVING))
		fprintf(file, "qdisc del dev %s clsact\n", d->name);
	if (ways & QOS_LEAVING && qos_is_ours(d->major))
		fprintf(file, "qdisc del dev %s root\n", d->name);
	fclose(file);
	return text;
}

static int batch(const char *tool, const char *lines)
{
	struct tc_said said;
	char why[256];
	int ret = tc_batch(tool, lines, &said);

	tc_reason(&said, why, sizeof(why));
	if (ret)
		ret = fail_tool(tool, ret);
	else if (said.status)
		ret = err_failed("%s: could not take everything away: %s; see \"tc qdisc show\"",
				 tool, why);
	tc_free(&said);
	return ret;
}

int qos_device_strip(struct qos_device *d, unsigned int ways)
{
	char name[IF_NAMESIZE];
	char line[64];
	char *lines = strip_lines(d, ways);
	int ret = CTL_OK;

	if (lines && *lines)
		ret = batch("tc", lines);
	free(lines);
	snprintf(line, sizeof(line), "link del dev %s\n", d->ifb);
	if (!ret && ways & QOS_ARRIVING && d->has_ifb)
		ret = batch("ip", line);
	if (ret)
		return ret;
	memcpy(name, d->name, sizeof(name));
	qos_device_free(d);
	return qos_device_read(name, d);
}

/*
 * Words whose next one differs between devices with the same settings; u32
 * numbers its tables beside those of others
 */
static const char *const passing[] = {
	"refcnt", "direct_packets_stat", "index", "ref", "bind", "installed",
	"used", "fh", "ht",
};

static bool is_passing(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(passing); i++)
		if (strlen(passing[i]) == len &&
		    !strncmp(word, passing[i], len))
			return true;
	return false;
}

/* Word by word; a policer's number is the second word after its name */
static void put_normal(FILE *file, const char *text, size_t len)
{
	const char *end = text + len;
	unsigned int drop = 0;
	size_t n;

	while (text < end) {
		n = strcspn(text, " \t\n");
		if (text + n > end)
			n = (size_t)(end - text);
		if (n && !drop)
			fprintf(file, "%.*s ", (int)n, text);
		if (n)
			drop = is_passing(text, n) ||
			       (n == 6 && !strncmp(text, "police", n));
		text += n;
		text += strspn(text, " \t\n");
	}
	putc('\n', file);
}

static void put_filters(FILE *file, const char *text)
{
	unsigned int pref;
	size_t len;

	while ((text = qos_next_filter(text, &pref, &len))) {
		if (our_pref(pref))
			put_normal(file, text, len);
		text += len;
	}
}

static char *ask_batch(const char *lines)
{
	struct tc_said said;
	char *out = NULL;

	if (!tc_batch("tc", lines, &said) && !said.status) {
		out = said.out;
		said.out = NULL;
	}
	tc_free(&said);
	return out;
}

static int put_device(FILE *file, const char *dev)
{
	char lines[256];
	unsigned int major;
	char *text, *at;
	size_t n;

	snprintf(lines, sizeof(lines),
		 "qdisc show dev %s\nclass show dev %s\nfilter show dev %s\n",
		 dev, dev, dev);
	text = ask_batch(lines);
	if (!text)
		return -EIO;
	for (at = text; *at; at += n, at += *at == '\n') {
		n = strcspn(at, "\n");
		if (sscanf(at, "qdisc %*s %x:", &major) != 1 ||
		    qos_is_ours(major))
			put_normal(file, at, n);
	}
	free(text);
	return 0;
}

int qos_device_dump(const struct qos_device *d, unsigned int ways, char **text)
{
	size_t n = 0;
	FILE *file;
	int ret = 0;

	*text = NULL;
	file = open_memstream(text, &n);
	if (!file)
		return -ENOMEM;
	if (ways & QOS_LEAVING && qos_is_ours(d->major))
		ret = put_device(file, d->name);
	if (!ret && ways & QOS_ARRIVING && d->has_ifb) {
		fputs(QOS_IFB "\n", file);
		ret = put_device(file, d->ifb);
	}
	if (ways & QOS_LEAVING)
		put_filters(file, d->egress_filters);
	if (ways & QOS_ARRIVING)
		put_filters(file, d->ingress_filters);
	fclose(file);
	return ret;
}
