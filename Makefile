# SPDX-License-Identifier: GPL-2.0-only
#
# Every verb a person types. What builds the driver itself is src/Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build
MINIMUM := 5.10

.PHONY: help modules install demo shell test bench check clean

help:
	@echo 'make modules [KDIR=/lib/modules/VERSION/build]  build src/rbull.ko'
	@echo 'make install [KDIR=...]     install the module for that kernel'
	@echo 'make demo                   see it work, in a virtual machine'
	@echo 'make shell [KERNEL=6.1]     a shell in that virtual machine'
	@echo 'make test [KERNEL=6.1] [ONLY=case]  test it on all kernels'
	@echo 'make bench [KERNEL=7.2] [ONLY=icount]  measure it beside brd and null_blk (HOST=1: on this kernel)'
	@echo 'make check                  style, static analysis, documents against code'
	@echo 'make clean                  remove what was built, keep the cache'

# --- the module ---------------------------------------------------------------
#
# Kernels are built for apart from one another, in build/VERSION/, from links to
# the sources. src/rbull.ko is the module that was built last.

# The name that modules are looked up by; Debian's kernel.release is another.
kernel-release = $(shell sed -n 's/^\#define UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
kernel-clang = $(shell grep -s '^CONFIG_CC_IS_CLANG=y' $(KDIR)/include/config/auto.conf)
version-older = $(filter-out $(MINIMUM),$(firstword $(shell printf '%s\n' $(1) $(MINIMUM) | sort -V)))

modules:
	$(if $(kernel-release),,$(error no kernel to build for in KDIR=$(KDIR): install its headers (Debian: linux-headers-amd64) or name another))
	$(if $(call version-older,$(kernel-release)),$(error rbull needs Linux $(MINIMUM) or newer, KDIR=$(KDIR) is $(kernel-release)))
	@$(MAKE) --no-print-directory build-module BUILD=build/$(kernel-release)

.PHONY: build-module
build-module:
	@mkdir -p $(BUILD)/src/compat
	@find $(BUILD)/src -type l -delete
	@ln -srf src/*.[ch] src/Kbuild $(BUILD)/src/
	@ln -srf src/compat/* $(BUILD)/src/compat/
	@ln -srfn include $(BUILD)/include
	$(MAKE) -C $(KDIR) M=$(CURDIR)/$(BUILD)/src $(if $(kernel-clang),LLVM=1) modules
	@cp $(BUILD)/src/rbull.ko $(BUILD)/rbull.ko
	@cp $(BUILD)/src/rbull.ko src/rbull.ko

install: modules
	install -D -m 644 build/$(kernel-release)/rbull.ko \
		$(DESTDIR)/lib/modules/$(kernel-release)/updates/rbull.ko
	depmod $(if $(DESTDIR),-b $(DESTDIR)) $(kernel-release)

# --- seeing it work, and proof that it does --------------------------------------

demo:
	@tests/demo-run

shell:
	@tests/demo-run --shell $(if $(KERNEL),--kernel $(KERNEL))

test:
	@tests/run $(if $(KERNEL),--kernel $(KERNEL)) $(if $(ONLY),--only $(ONLY))

bench:
	@tests/bench/run $(if $(KERNEL),--kernel $(KERNEL)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(filter 1,$(HOST)),--host) $(if $(filter 1,$(PUBLISH)),--publish)

check:
	@tests/check/run

clean:
	rm -rf build src/rbull.ko
