# SPDX-License-Identifier: GPL-2.0-only
#
# The commands for people. src/Kbuild builds the driver itself.

KDIR ?= /lib/modules/$(shell uname -r)/build
MINIMUM := 5.10
VERSION := $(shell sed -n 's/^\#define RBULL_VERSION "\(.*\)"/\1/p' src/version.h)

.PHONY: help modules tools install uninstall install-dkms uninstall-dkms install-udev
.PHONY: demo shell test bench check dist deb rpm clean

help:
	@echo 'make modules [KDIR=/lib/modules/VERSION/build]  build src/rbull.ko'
	@echo 'make install [KDIR=...]     install the module for that kernel; make uninstall removes it'
	@echo 'make install-dkms           install the sources, for DKMS to build the module for each kernel'
	@echo 'make tools                  build rbullctl and librbull in build/tools; make -C tools install'
	@echo 'make demo                   see rbull work, in a virtual machine'
	@echo 'make shell [KERNEL=6.1]     open a shell in that virtual machine'
	@echo 'make test [KERNEL=6.1] [ONLY=case]  test it on all kernels (FULL=1: every case on each)'
	@echo 'make bench [KERNEL=7.2] [ONLY=icount]  measure it beside brd and null_blk (HOST=1: on this kernel)'
	@echo 'make check                  check style, static analysis, documents against code'
	@echo 'make deb, make rpm          build packages in build/deb and build/rpm'
	@echo 'make compile_commands.json  list how each file is compiled, for clangd and other tools (needs bear)'
	@echo 'make clean                  remove build results, keep the cache'

# --- the module ---------------------------------------------------------------
#
# The module is built separately for each kernel, in build/VERSION/, from links to
# the sources. src/rbull.ko is a copy of the module that was built last.

# The release name under which modules are looked up; on Debian, kernel.release differs from it.
kernel-release = $(shell sed -n 's/^\#define UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
kernel-clang = $(shell grep -s '^CONFIG_CC_IS_CLANG=y' $(KDIR)/include/config/auto.conf)
version-older = $(filter-out $(MINIMUM),$(firstword $(shell printf '%s\n' $(1) $(MINIMUM) | sort -V)))

modules:
	$(if $(kernel-release),,$(error no kernel to build for in KDIR=$(KDIR): install its headers (Debian: linux-headers-amd64) or name another))
	$(if $(call version-older,$(kernel-release)),$(error rbull needs Linux $(MINIMUM) or newer, KDIR=$(KDIR) is $(kernel-release)))
	@$(MAKE) --no-print-directory build-module BUILD=build/$(kernel-release)

source-folders := $(patsubst %/,%,$(wildcard src/*/))

.PHONY: build-module
build-module:
	@mkdir -p $(addprefix $(BUILD)/,$(source-folders))
	@find $(BUILD)/src -type l -delete
	@ln -srf src/*.[ch] src/Kbuild $(BUILD)/src/
	@$(foreach folder,$(source-folders),ln -srf $(folder)/* $(BUILD)/$(folder)/;)
	@ln -srfn include $(BUILD)/include
	$(MAKE) -C $(KDIR) M=$(CURDIR)/$(BUILD)/src $(if $(kernel-clang),LLVM=1) modules
	@cp $(BUILD)/src/rbull.ko $(BUILD)/rbull.ko
	@cp $(BUILD)/src/rbull.ko src/rbull.ko

# Compile everything again, as bear records only files that are compiled. The module is built from
# links; replace them by the files that editors open.
.PHONY: compile_commands.json
compile_commands.json:
	@command -v bear >/dev/null || { echo 'make $@ needs bear (Debian: apt-get install bear)' >&2; exit 1; }
	@rm -rf build/$(kernel-release)/src build/tools
	@bear --output $@ -- $(MAKE) --no-print-directory modules tools
	@sed -i '/"file":/s|/build/$(kernel-release)/src/|/src/|' $@

installed-module = $(DESTDIR)/lib/modules/$(kernel-release)/updates/rbull.ko

install: modules install-udev
	install -D -m 644 build/$(kernel-release)/rbull.ko $(installed-module)
	depmod $(if $(DESTDIR),-b $(DESTDIR)) $(kernel-release)

uninstall:
	rm -f $(installed-module) $(installed-rules)
	depmod $(if $(DESTDIR),-b $(DESTDIR)) $(kernel-release)

# The sources for DKMS: all files of src and include. The packages have the same.
dkms-source = $(DESTDIR)/usr/src/rbull-$(VERSION)
installed-rules = $(DESTDIR)/usr/lib/udev/rules.d/60-rbull.rules

install-dkms: install-udev
	@find dkms.conf Makefile src include -type f ! -name '*.ko' | while read -r file; do \
		mode=644; [ ! -x "$$file" ] || mode=755; \
		install -D -m $$mode "$$file" "$(dkms-source)/$$file" || exit 1; done
	@echo 'The sources are in $(dkms-source); next: dkms install rbull/$(VERSION)'

uninstall-dkms:
	rm -rf $(dkms-source) $(installed-rules)

# DKMS's copy of the sources does not contain the rules: only this target installs them.
install-udev:
	install -D -m 644 udev/60-rbull.rules $(installed-rules)

# --- the tools ------------------------------------------------------------------

tools:
	@$(MAKE) --no-print-directory -C tools

# --- demo, tests, measurements ----------------------------------------------------

demo:
	@tests/demo-run

shell:
	@tests/demo-run --shell $(if $(KERNEL),--kernel $(KERNEL))

test:
	@tests/run $(if $(KERNEL),--kernel $(KERNEL)) $(if $(ONLY),--only $(ONLY)) $(if $(filter 1,$(FULL)),--full)

bench:
	@tests/bench/run $(if $(KERNEL),--kernel $(KERNEL)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(filter 1,$(HOST)),--host) $(if $(filter 1,$(PUBLISH)),--publish)

check:
	@tests/check/run

# --- packages -----------------------------------------------------------------

# The files that git tracks or would add, or, in a source package, all of its files. All have one date,
# that of the last version in the changelog, so that two builds give the same bytes. The copy of the
# sources that DKMS builds the module from has no changelog.
dist deb rpm: export SOURCE_DATE_EPOCH ?= $(shell sed -n 's/^ -- .*>  //p' debian/changelog | head -n 1 | date -f - +%s)
dist-files = { git ls-files -co --exclude-standard 2>/dev/null || \
	find . \( -name .git -o -name .cache -o -name build \) -prune -o -type f ! -name '*.ko' -printf '%P\n'; }
dist-name := rbull-$(VERSION)

dist:
	@mkdir -p build
	@$(dist-files) | while read -r file; do [ ! -e "$$file" ] || echo "$$file"; done | LC_ALL=C sort | \
		tar -c --no-recursion --format=gnu --mtime=@$$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner \
			--mode=u+rw,go=rX --transform 's,^,$(dist-name)/,' -T - | gzip -n9 >build/$(dist-name).tar.gz
	@chmod 644 build/$(dist-name).tar.gz

# $(call needs,COMMAND,PACKAGES): say what to install. These commands themselves name what else is missing.
needs = @command -v $(1) >/dev/null || { echo 'make $@: there is no $(1): install $(2)' >&2; exit 1; }

# Do not depend on the user's umask.
deb: dist
	$(call needs,dpkg-buildpackage,dpkg-dev)
	@rm -rf build/deb && mkdir -p build/deb
	umask 022 && cd build/deb && tar -xf ../$(dist-name).tar.gz && cd $(dist-name) && dpkg-buildpackage -us -uc
	@rm -r build/deb/$(dist-name)
	@ls build/deb/*.deb

# On Debian, rpm does not know which packages are installed, so use --nodeps. The contents of the source
# package depend on the path of the build; binary packages contain only its name.
rpm-tmp := $(CURDIR)/build/rpm/tmp
rpm-options = $(if $(wildcard /etc/debian_version),--nodeps) \
	--define '_topdir $(rpm-tmp)' --define '_sourcedir $(CURDIR)/build' \
	--define '_srcrpmdir $(CURDIR)/build/rpm' --define '_rpmdir $(CURDIR)/build/rpm' \
	--define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
	--define '_buildhost rbull' --define 'use_source_date_epoch_as_buildtime 1' \
	--define 'clamp_mtime_to_source_date_epoch 1' --define 'source_date_epoch_from_changelog 0'

rpm: dist
	$(call needs,rpmbuild,rpm-build (Debian: rpm))
	@rm -rf build/rpm && mkdir -p $(rpm-tmp)
	@tar -xpf build/$(dist-name).tar.gz -C $(rpm-tmp) --strip-components=1 $(dist-name)/rbull.spec
	umask 022 && rpmbuild -ba $(rpm-options) $(rpm-tmp)/rbull.spec
	@rm -r $(rpm-tmp)
	@ls build/rpm/*.rpm

clean:
	rm -rf build src/rbull.ko compile_commands.json
