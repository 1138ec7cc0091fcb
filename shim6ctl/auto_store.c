// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auto_store.h"
#include "cmd_set.h"
#include "err.h"

#define NAME	"auto-%010" PRIu64 ".hba"

static void path_of(const char *dir, uint64_t made, char *path, size_t room)
{
	snprintf(path, room, "%s/" NAME, dir, made);
}

/* Is it the name of a set, as it is written here */
static bool is_ours(const char *name, uint64_t *made)
{
	char again[64];

	if (sscanf(name, "auto-%" SCNu64, made) != 1)
		return false;
	snprintf(again, sizeof(again), NAME, *made);
	return !strcmp(again, name);
}

static int newest_first(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? 1 : -1;
}

/* When the sets of a folder were made, the newest first */
static size_t list(DIR *d, uint64_t *made)
{
	struct dirent *entry;
	size_t n = 0;

	while (n < AUTO_SETS && (entry = readdir(d)))
		n += is_ours(entry->d_name, &made[n]);
	qsort(made, n, sizeof(*made), newest_first);
	return n;
}

static void load_one(const char *dir, struct auto_state *state, uint64_t made)
{
	struct auto_set *s = &state->set[state->n];
	char path[4096];

	path_of(dir, made, path, sizeof(path));
	if (cmd_set_load(path, SETFILE_HBA, &s->set))
		return;
	s->made = made;
	s->replaced = state->n ? s[-1].made : 0;
	s->used = false;
	state->n++;
}

int auto_store_load(const char *dir, struct auto_state *state)
{
	uint64_t made[AUTO_SETS];
	size_t n, i;
	DIR *d;

	memset(state, 0, sizeof(*state));
	if (mkdir(dir, 0700) && errno != EEXIST)
		return err_failed("folder %s: %s", dir, strerror(errno));
	d = opendir(dir);
	if (!d)
		return err_failed("folder %s: %s", dir, strerror(errno));
	n = list(d, made);
	closedir(d);
	for (i = 0; i < n; i++)
		load_one(dir, state, made[i]);
	return CTL_OK;
}

int auto_store_push(const char *dir, struct auto_state *state,
		    const struct hba_set *set, uint64_t now)
{
	char path[4096];
	int ret;

	if (state->n && now <= state->set[0].made)
		now = state->set[0].made + 1;
	/* One that is damaged may have the name, too */
	for (;; now++) {
		path_of(dir, now, path, sizeof(path));
		if (access(path, F_OK))
			break;
	}
	ret = setfile_save(path, set);
	if (ret)
		return ret;
	memmove(&state->set[1], &state->set[0],
		state->n * sizeof(state->set[0]));
	state->n++;
	state->set[0] = (struct auto_set){ .set = *set, .made = now };
	if (state->n > 1)
		state->set[1].replaced = now;
	return CTL_OK;
}

int auto_store_drop(const char *dir, struct auto_state *state, size_t i)
{
	char path[4096];

	path_of(dir, state->set[i].made, path, sizeof(path));
	if (unlink(path) && errno != ENOENT)
		return err_failed("file %s: %s", path, strerror(errno));
	state->n--;
	memmove(&state->set[i], &state->set[i + 1],
		(state->n - i) * sizeof(state->set[0]));
	return CTL_OK;
}
