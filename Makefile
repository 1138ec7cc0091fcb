# SPDX-License-Identifier: GPL-2.0
#
# make                      module/shim6.ko and shim6ctl/shim6ctl
# make KDIR=/path/to/linux  the module for another kernel tree
# make modules_install install
# make check | demo | bench | fuzz | conformance | coverage
#                           see README.md

KDIR	?= /lib/modules/$(shell uname -r)/build
DESTDIR	?=
PREFIX	?= /usr/local
# An absolute path, since the kernel's make runs in its own directory
MODDIR	:= $(CURDIR)/module

all: modules tools

modules:
	@[ -e $(KDIR)/Makefile ] || { \
		echo "no kernel headers in $(KDIR): install the package" \
			"linux-headers-$(shell uname -r), or make KDIR=..."; \
		exit 1; \
	} >&2
	$(MAKE) -C $(KDIR) M=$(MODDIR) modules

tools:
	$(MAKE) -C shim6ctl

modules_install: modules
	$(MAKE) -C $(KDIR) M=$(MODDIR) modules_install

install: tools
	$(MAKE) -C shim6ctl install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)
	install -D -m 0644 include/uapi/linux/shim6.h \
		$(DESTDIR)$(PREFIX)/include/linux/shim6.h
	install -D -m 0644 include/uapi/linux/shim6_socket.h \
		$(DESTDIR)$(PREFIX)/include/linux/shim6_socket.h
	install -D -m 0644 man/shim6_socket.7 \
		$(DESTDIR)$(PREFIX)/share/man/man7/shim6_socket.7

check:
	bash scripts/check.sh

demo:
	bash scripts/demo.sh $(SCENARIO)

bench:
	bash scripts/bench.sh

# T seconds for each target: make fuzz T=600
fuzz:
	bash scripts/fuzz.sh

conformance:
	python3 scripts/conformance.py

coverage:
	bash scripts/coverage.sh

# Without the kernel's make, as its headers may be gone by now
clean:
	cd $(MODDIR) && rm -rf *.o .*.o *.ko *.mod *.mod.c .*.cmd .*.d \
		.tmp_versions Module.symvers modules.order
	$(MAKE) -C shim6ctl clean
	$(MAKE) -C kunit/user clean
	rm -rf out

.PHONY: all modules tools modules_install install check demo bench fuzz \
	conformance coverage clean
