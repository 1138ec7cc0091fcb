# SPDX-License-Identifier: GPL-2.0
#
# make                      module/shim6.ko and shim6ctl/shim6ctl
# make KDIR=/path/to/linux  the module for another kernel tree
# make modules_install install
# make man                  the tables in the manuals, after a change of params.h
#                           or stats.h
# make install-system       what a distribution adds: service, udev rule
# make install-dkms         the module's source for DKMS
# make deb | rpm            packages, in out/deb and out/rpm
# make check | demo | lab | bench | bench-exact | fuzz | conformance | qos-rows |
#      qos-tests | coverage see README.md

KDIR	?= /lib/modules/$(shell uname -r)/build
DESTDIR	?=
PREFIX	?= /usr/local
UNITDIR	?= /usr/lib/systemd/system
# An absolute path, since the kernel's make runs in its own directory
MODDIR	:= $(CURDIR)/module
VERSION	:= $(shell sed -n 's/^\#define SHIM6_VERSION[[:space:]]*"\(.*\)"$$/\1/p' \
	$(CURDIR)/module/version.h)
DKMSDIR	= $(DESTDIR)/usr/src/shim6-$(VERSION)

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
	install -D -m 0644 include/uapi/linux/shim6_qos.h \
		$(DESTDIR)$(PREFIX)/include/linux/shim6_qos.h
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

# The service's script is found by its path, so not below another PREFIX
install-system:
	install -D -m 0755 scripts/pkg/service.sh \
		$(DESTDIR)/usr/libexec/shim6/service
	install -D -m 0644 scripts/pkg/shim6.service \
		$(DESTDIR)$(UNITDIR)/shim6.service
	install -D -m 0644 scripts/pkg/shim6-auto.service \
		$(DESTDIR)$(UNITDIR)/shim6-auto.service
	install -D -m 0644 scripts/pkg/60-shim6.rules \
		$(DESTDIR)/usr/lib/udev/rules.d/60-shim6.rules
	install -D -m 0644 scripts/pkg/shim6.default \
		$(DESTDIR)/etc/default/shim6

install-dkms:
	install -d $(DKMSDIR)/module $(DKMSDIR)/include/uapi/linux
	install -m 0644 module/Kbuild module/*.[ch] $(DKMSDIR)/module
	install -m 0644 include/uapi/linux/*.h $(DKMSDIR)/include/uapi/linux
	sed 's/#MODULE_VERSION#/$(VERSION)/' dkms.conf >$(DKMSDIR)/dkms.conf
	install -D -m 0644 scripts/pkg/shim6.modules-load \
		$(DESTDIR)/usr/lib/modules-load.d/shim6.conf

deb:
	bash scripts/deb.sh

rpm:
	bash scripts/rpm.sh

check:
	bash scripts/check.sh

demo:
	bash scripts/demo.sh $(SCENARIO)

# Whole Debian hosts, with systemd; takes minutes
lab:
	bash scripts/lab.sh

bench:
	bash scripts/bench.sh

# What classes cost, counted in instructions; takes some minutes
bench-exact:
	bash scripts/bench-exact.sh

# T seconds for each target: make fuzz T=600
fuzz:
	bash scripts/fuzz.sh

conformance:
	python3 scripts/conformance.py

# The systems of the survey: what does it today, and the test that shows it
qos-rows:
	python3 scripts/conformance.py qos

# Traffic control on a stock kernel with all that takes too long for "check",
# like ten minutes of overload: make qos-tests [BED=qemu-6.12]
QOS_TESTS = $(notdir $(basename $(wildcard scripts/tests/qos-*.sh)))
qos-tests:
	bash scripts/setup.sh
	bash scripts/run-tests.sh --bed $(or $(BED),qemu) $(QOS_TESTS)

coverage:
	bash scripts/coverage.sh

# Without the kernel's make, as its headers may be gone by now
clean:
	cd $(MODDIR) && rm -rf *.o .*.o *.ko *.mod *.mod.c .*.cmd .*.d \
		.tmp_versions Module.symvers modules.order
	$(MAKE) -C shim6ctl clean
	$(MAKE) -C kunit/user clean
	rm -rf out

.PHONY: all modules tools modules_install install install_man install-system \
	install-dkms deb rpm man check demo lab bench \
	bench-exact fuzz conformance qos-rows qos-tests coverage \
	clean
