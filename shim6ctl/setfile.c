// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "hba.h"
#include "mem.h"
#include "setfile.h"

#define VERSION	"1"

static const struct {
	const char *magic;
	const char *title;
	const char *other;	/* a file that is something else */
} kinds[] = {
	[SETFILE_HBA] = {
		"shim6-hba", "Shim6 HBA set (RFC 5535)",
		"not an HBA set; \"hba generate ... file NAME\" makes one",
	},
	[SETFILE_CGA] = {
		"shim6-cga", "Shim6 CGAs and their PRIVATE KEY (RFC 3972)",
		"not a CGA with its key; \"cga generate ... file NAME\" makes one",
	},
};

int setfile_check(const char *name)
{
	char *copy = mem_copy_string(name);
	const char *dir = dirname(copy);
	int ret = CTL_OK;

	if (!access(name, F_OK))
		ret = err_failed("file %s: exists; a set in use must not be lost, so remove it or choose another name",
				 name);
	else if (eaccess(dir, W_OK))
		ret = err_failed("file %s: %s: %s", name, dir, strerror(errno));
	free(copy);
	return ret;
}

static void write_octets(FILE *f, const char *key, const uint8_t *p, size_t n)
{
	fprintf(f, "%s ", key);
	while (n--)
		fprintf(f, "%02x", *p++);
	putc('\n', f);
}

static void write_set(FILE *f, const struct hba_set *set)
{
	enum setfile_kind kind = set->key_len ? SETFILE_CGA : SETFILE_HBA;
	char text[INET6_ADDRSTRLEN];
	size_t i;

	fprintf(f, "# %s\n%s %s\n", kinds[kind].title, kinds[kind].magic,
		VERSION);
	write_octets(f, "parameters", set->pds.raw, set->pds.len);
	for (i = 0; i < set->naddr; i++) {
		inet_ntop(AF_INET6, &set->addr[i], text, sizeof(text));
		fprintf(f, "address %s\n", text);
	}
	if (set->key_len)
		write_octets(f, "key", set->key, set->key_len);
}

int setfile_save(const char *name, const struct hba_set *set)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int err;

	if (!f)
		return err_failed("file %s: %s", name, strerror(errno));
	write_set(f, set);
	err = ferror(f) || fflush(f) || fsync(fd) ? errno : 0;
	/* A pipe or a device has nothing to sync */
	if (err == EINVAL || err == EROFS)
		err = 0;
	if (fclose(f) && !err)
		err = errno;
	if (!err)
		return CTL_OK;
	unlink(name);
	return err_failed("file %s: %s", name, strerror(err));
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c | 0x20) : NULL;

	return p ? (int)(p - digits) : -1;
}

int setfile_octets(const char *hex, uint8_t *raw, size_t room, size_t *len)
{
	size_t n = strlen(hex);
	size_t i;

	if (n % 2 || n / 2 > room)
		return -ERANGE;
	for (i = 0; i < n; i++) {
		if (hex_digit(hex[i]) < 0)
			return -EINVAL;
		if (i % 2)
			raw[i / 2] |= (uint8_t)hex_digit(hex[i]);
		else
			raw[i / 2] = (uint8_t)(hex_digit(hex[i]) << 4);
	}
	*len = n / 2;
	return 0;
}

static const char *load_parameters(struct hba_set *set, const char *hex,
				   enum setfile_kind kind)
{
	uint8_t raw[HBA_PDS_MAX];
	size_t n = 0;
	int ret;

	if (set->pds.len)
		return "the parameters are given twice";
	ret = setfile_octets(hex, raw, sizeof(raw), &n);
	if (ret)
		return ret == -ERANGE ?
			"the parameters are cut off or too long" :
			"the parameters are not hexadecimal";
	return kind == SETFILE_CGA ? hba_parse_cga(&set->pds, raw, n) :
				     hba_parse(&set->pds, raw, n);
}

static const char *load_key(struct hba_set *set, const char *hex)
{
	if (set->key_len)
		return "the key is given twice";
	if (setfile_octets(hex, set->key, sizeof(set->key), &set->key_len))
		return "the key is cut off, too long or not hexadecimal";
	return NULL;
}

static const char *load_address(struct hba_set *set, const char *text)
{
	struct in6_addr addr;
	size_t i;

	if (inet_pton(AF_INET6, text, &addr) != 1)
		return "not an IPv6 address";
	for (i = 0; i < set->naddr; i++)
		if (!memcmp(&set->addr[i], &addr, sizeof(addr)))
			return "the address is given twice";
	if (set->naddr == HBA_MEMBERS_MAX)
		return "too many addresses";
	set->addr[set->naddr++] = addr;
	return NULL;
}

/* @begun: the first line that counts was there */
static const char *load_line(struct hba_set *set, enum setfile_kind kind,
			     char *line, bool *begun)
{
	char *key = strtok(line, " \t\r\n");
	char *value = strtok(NULL, " \t\r\n");

	if (!key || *key == '#')
		return NULL;
	if (!*begun) {
		*begun = true;
		return strcmp(key, kinds[kind].magic) || !value ||
		       strcmp(value, VERSION) ? kinds[kind].other : NULL;
	}
	if (!value || strtok(NULL, " \t\r\n"))
		return "a line is a key and a value";
	if (!strcmp(key, "parameters"))
		return load_parameters(set, value, kind);
	if (!strcmp(key, "address"))
		return load_address(set, value);
	if (kind == SETFILE_HBA)
		return "unknown key; there is parameters and address";
	if (!strcmp(key, "key"))
		return load_key(set, value);
	return "unknown key; there is parameters, address and key";
}

static int load_lines(const char *name, FILE *f, enum setfile_kind kind,
		      struct hba_set *set)
{
	const char *why = NULL;
	unsigned int number = 0;
	char line[2 * HBA_KEY_MAX + 64];
	bool begun = false;

	while (!why && fgets(line, sizeof(line), f)) {
		number++;
		if (!strchr(line, '\n') && !feof(f))
			why = "the line is too long";
		else
			why = load_line(set, kind, line, &begun);
	}
	if (why)
		return err_failed("file %s: line %u: %s", name, number, why);
	if (ferror(f))
		return err_failed("file %s: %s", name, strerror(errno));
	if (!begun)
		return err_failed("file %s: %s", name, kinds[kind].other);
	if (!set->pds.len || !set->naddr)
		return err_failed("file %s: no %s in it", name,
				  set->pds.len ? "address" : "parameters");
	if (kind == SETFILE_CGA && !set->key_len)
		return err_failed("file %s: no key in it", name);
	return CTL_OK;
}

int setfile_load(const char *name, enum setfile_kind kind, struct hba_set *set)
{
	FILE *f = fopen(name, "re");
	int ret;

	*set = (struct hba_set){};
	if (!f)
		return err_failed("file %s: %s", name, strerror(errno));
	ret = load_lines(name, f, kind, set);
	fclose(f);
	return ret;
}
