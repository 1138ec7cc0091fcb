// SPDX-License-Identifier: GPL-2.0
/* The way to the keyrings of this kernel: the only user of add_key(2) and keyctl(2) */
#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "key.h"

int key_add_kernel(const uint8_t *pkcs8, size_t len, int32_t *serial)
{
	long ret = syscall(SYS_add_key, "asymmetric", "shim6", pkcs8, len,
			   KEY_SPEC_PROCESS_KEYRING);

	if (ret < 0)
		return -errno;
	*serial = (int32_t)ret;
	return 0;
}

/* A shell goes on for long, and what cannot be unlinked ends with it */
void key_drop_kernel(int32_t serial)
{
	syscall(SYS_keyctl, KEYCTL_UNLINK, serial, KEY_SPEC_PROCESS_KEYRING);
}
