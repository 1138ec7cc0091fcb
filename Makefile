# SPDX-License-Identifier: GPL-2.0
#
# make                      module/shim6.ko and shim6ctl/shim6ctl
# make KDIR=/path/to/linux  the module for another kernel tree
# make modules_install install
# make man                  the tables in the manuals, after a change of params.h
#                           or stats.h
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
	install -D -m 0644 man/abi/sysfs-kernel-shim6 \
		$(DESTDIR)$(PREFIX)/share/doc/shim6/sysfs-kernel-shim6
	install -D -m 0644 scripts/wireshark/shim6.lua \
		$(DESTDIR)$(PREFIX)/share/shim6/shim6.lua
	$(MAKE) install_man DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

# man/NAME.SECTION
install_man:
	for page in man/*.[1-9]; do \
		install -D -m 0644 $$page \
			$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page#man/} || \
			exit 1; \
	done

# The tables in the manuals, from those in the code
man:
	python3 scripts/manual.py

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

.PHONY: all modules tools modules_install install install_man man check demo \
	bench fuzz conformance coverage clean
