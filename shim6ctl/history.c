// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history.h"
#include "mem.h"
#include "split.h"

#define NAME	"history"
#define FRESH	"history.new"

/* Hexadecimal or base64 octets in a row; no address and no word is so long */
#define KEY_LIKE	40

static int join(char *path, const char *dir, const char *name)
{
	return snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX ?
		0 : -ENAMETOOLONG;
}

static int make_dir(const char *path)
{
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

/* The folder, as the XDG Base Directory Specification says; made if missing */
static int find_dir(char *path)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int ret;

	/* Relative ones are to be ignored */
	if (state && *state == '/') {
		ret = make_dir(state);
		return ret ? ret : join(path, state, "shim6");
	}
	if (!home || *home != '/')
		return -ENOENT;
	ret = join(path, home, ".local");
	if (!ret)
		ret = make_dir(path);
	if (!ret)
		ret = join(path, home, ".local/state");
	if (!ret)
		ret = make_dir(path);
	return ret ? ret : join(path, home, ".local/state/shim6");
}

/* Open and locked; its lock is that of the file, which is replaced */
static int open_dir(void)
{
	char path[PATH_MAX];
	int ret = find_dir(path);
	int fd;

	if (!ret)
		ret = make_dir(path);
	if (ret)
		return ret;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!flock(fd, LOCK_EX))
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

/* The latest last; the oldest one goes when there are too many */
static void put(struct history *h, const char *line)
{
	size_t i;

	for (i = 0; i < h->n && strcmp(h->v[i], line); i++)
		;
	if (i == h->n && h->n == HISTORY_LINES)
		i = 0;
	if (i < h->n) {
		free(h->v[i]);
		memmove(&h->v[i], &h->v[i + 1],
			(--h->n - i) * sizeof(h->v[0]));
	}
	h->v[h->n++] = mem_copy_string(line);
}

static int load(struct history *h, int dir)
{
	int fd = openat(dir, NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[SPLIT_LINE_MAX];

	*h = (struct history){};
	if (!f)
		return errno == ENOENT ? 0 : -errno;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (history_wants(line))
			put(h, line);
	}
	fclose(f);
	return 0;
}

/* Under another name first: whatever happens, one of them is whole */
static int save(const struct history *h, int dir)
{
	int fd;
	FILE *f;
	size_t i;
	int err;

	unlinkat(dir, FRESH, 0);
	fd = openat(dir, FRESH, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f)
		return -errno;
	for (i = 0; i < h->n; i++)
		fprintf(f, "%s\n", h->v[i]);
	err = fflush(f) || ferror(f) ? errno : 0;
	if (fclose(f) && !err)
		err = errno;
	if (!err && renameat(dir, FRESH, dir, NAME))
		err = errno;
	if (err)
		unlinkat(dir, FRESH, 0);
	return -err;
}

int history_load(struct history *h)
{
	int dir = open_dir();
	int ret;

	*h = (struct history){};
	if (dir < 0)
		return dir;
	ret = load(h, dir);
	close(dir);
	return ret;
}

void history_free(struct history *h)
{
	while (h->n)
		free(h->v[--h->n]);
}

bool history_wants(const char *line)
{
	size_t run = 0;

	if (!*line || isspace((unsigned char)*line) || strchr(line, '\n') ||
	    strlen(line) >= SPLIT_LINE_MAX - 1)
		return false;
	for (; *line; line++) {
		run = isalnum((unsigned char)*line) || strchr("+=", *line) ?
			run + 1 : 0;
		if (run >= KEY_LIKE)
			return false;
	}
	return true;
}

int history_add(const char *line)
{
	struct history h;
	int dir = open_dir();
	int ret;

	if (dir < 0)
		return dir;
	ret = load(&h, dir);
	if (!ret) {
		put(&h, line);
		ret = save(&h, dir);
	}
	history_free(&h);
	close(dir);
	return ret;
}
