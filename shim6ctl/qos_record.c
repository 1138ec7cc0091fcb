// SPDX-License-Identifier: GPL-2.0
/*
 * What made the tree of a device, kept for when it is to come back: a script as
 * "print" writes it, where only its owner gets at it. It is worth a try and no
 * more; whoever runs it looks whether what was there comes out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qos.h"

#define FOLDER		"/run/shim6ctl"
#define UNFINISHED	".new"
#define NAME_ROOM	64

/* Namespaces end unseen, and what they had stays: not more than so many */
#define RECORDS		256

static bool is_private(int fd, mode_t type)
{
	struct stat st;

	return !fstat(fd, &st) && (st.st_mode & S_IFMT) == type &&
	       st.st_uid == geteuid() && !(st.st_mode & 022);
}

/* -1: this user has none */
static int open_folder(void)
{
	int fd = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || is_private(fd, S_IFDIR))
		return fd;
	close(fd);
	return -1;
}

static uintmax_t this_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) ? 0 : (uintmax_t)st.st_ino;
}

/* By numbers: another device may have the name by now */
static void name_it(unsigned int index, unsigned int way, char *name)
{
	snprintf(name, NAME_ROOM, "%ju-%u-%s", this_namespace(), index,
		 way == QOS_ARRIVING ? "arriving" : "leaving");
}

static bool write_it(int folder, const struct qos_batch *b)
{
	FILE *file;
	bool ok;
	int fd;

	unlinkat(folder, UNFINISHED, 0);
	fd = openat(folder, UNFINISHED,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	file = fdopen(fd, "w");
	if (!file) {
		close(fd);
		return false;
	}
	qos_batch_print(b, file, NULL);
	ok = !ferror(file);
	return !fclose(file) && ok;
}

/* Of a device of this namespace that is gone */
static bool is_left_over(const char *name)
{
	char device[IF_NAMESIZE];
	unsigned int index;
	uintmax_t ns;

	return sscanf(name, "%ju-%u-", &ns, &index) == 2 &&
	       ns == this_namespace() && !if_indextoname(index, device);
}

static void tidy(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	char oldest[NAME_MAX + 1] = "";
	struct dirent *entry;
	struct stat st;
	time_t since = 0;
	size_t n = 0;

	while (d && (entry = readdir(d))) {
		if (*entry->d_name == '.' ||
		    fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (is_left_over(entry->d_name)) {
			unlinkat(folder, entry->d_name, 0);
			continue;
		}
		if (n++ && st.st_mtime >= since)
			continue;
		since = st.st_mtime;
		snprintf(oldest, sizeof(oldest), "%s", entry->d_name);
	}
	if (n > RECORDS)
		unlinkat(folder, oldest, 0);
	if (d)
		closedir(d);
}

void qos_record_save(unsigned int index, const struct qos_batch *b)
{
	char name[NAME_ROOM];
	int folder;

	mkdir(FOLDER, 0700);
	folder = open_folder();
	if (folder < 0)
		return;
	name_it(index, b->ways, name);
	/* Rather none than that of another tree */
	if (!write_it(folder, b) ||
	    renameat(folder, UNFINISHED, folder, name)) {
		unlinkat(folder, UNFINISHED, 0);
		unlinkat(folder, name, 0);
	}
	tidy(folder);
	close(folder);
}

void qos_record_drop(unsigned int index, unsigned int ways)
{
	int folder = open_folder();
	char name[NAME_ROOM];
	unsigned int way;

	if (folder < 0)
		return;
	for (way = QOS_LEAVING; way <= QOS_ARRIVING; way <<= 1) {
		if (!(ways & way))
			continue;
		name_it(index, way, name);
		unlinkat(folder, name, 0);
	}
	close(folder);
}

static void take_lines(FILE *file, struct qos_batch *b)
{
	char *text = NULL;
	size_t room = 0;

	while (getline(&text, &room, file) > 0) {
		text[strcspn(text, "\n")] = '\0';
		if (!strncmp(text, "tc ", 3))
			qos_tc(b, "%s", text + 3);
		else if (!strncmp(text, "ip ", 3))
			qos_batch_add(b, QOS_IP, "%s", text + 3);
	}
	free(text);
}

static FILE *open_it(unsigned int index, unsigned int way)
{
	int folder = open_folder();
	char name[NAME_ROOM];
	FILE *file = NULL;
	int fd;

	if (folder < 0)
		return NULL;
	name_it(index, way, name);
	fd = openat(folder, name,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	close(folder);
	if (fd >= 0 && is_private(fd, S_IFREG))
		file = fdopen(fd, "r");
	if (fd >= 0 && !file)
		close(fd);
	return file;
}

bool qos_record_read(unsigned int index, unsigned int way, struct qos_batch *b)
{
	FILE *file = open_it(index, way);

	if (!file)
		return false;
	b->ways = way;
	take_lines(file, b);
	fclose(file);
	return b->n;
}
