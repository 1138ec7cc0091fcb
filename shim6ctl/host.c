// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "host.h"

bool host_number(const struct host_ops *ops, const char *path, long *value)
{
	char *text = ops->read(path, NULL);
	char *end = NULL;

	if (!text)
		return false;
	*value = strtol(text, &end, 10);
	free(text);
	return end != text;
}

bool host_exists(const struct host_ops *ops, const char *path)
{
	char *text = ops->read(path, NULL);

	free(text);
	return text;
}
