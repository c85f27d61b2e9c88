#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# rbull-dkms and the tools as .rpm, in a root that has rpm and DKMS. No rpm-based distribution is at hand, so rpm
# knows no other package: check the dependencies, but do not resolve them.
# shellcheck source=tests/packages/lib.sh
. "${0%/*}/../lib.sh"

RPM=/packages/rbull-dkms-$VERSION-1.noarch.rpm
NEXT=/packages/rbull-dkms-$NEXT_VERSION-1.noarch.rpm
UTILS=/packages/rbull-utils-$VERSION-1.x86_64.rpm
LIBRARY=/packages/librbull0-$VERSION-1.x86_64.rpm

# sources COMMAND...: print the source files among its lines `-MODE ... FILE`.
sources() {
	on "$@" | sed -nE 's,^-.* \.?(/usr/src/.*),\1,p' | sort
}

contents() {
	local name rules=/usr/lib/udev/rules.d/60-rbull.rules

	ok "rpm: dependencies" on rpm -qp --requires "$RPM"
	for name in dkms make; do
		like $'\n'"$OUT" $'\n'"$name"$'\n' "rpm: it needs $name"
	done
	ok "rpm: scriptlets" on rpm -qp --scripts "$RPM"
	like "$OUT" "postinstall scriptlet .*dkms add -m rbull -v $VERSION --rpm_safe_upgrade" "rpm: DKMS is told of it"
	like "$OUT" "preuninstall scriptlet .*dkms remove -m rbull -v $VERSION --all --rpm_safe_upgrade" "rpm: and of its end"
	unlike "$OUT" "modprobe|insmod" "rpm: nothing is loaded"
	is "$(on rpm -qp --qf '%{license} %{arch}' "$RPM")" "GPL-2.0-only noarch" "rpm: licence and architecture"
	sources rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$RPM" >"$WORK/sources"
	ok "rpm: it has sources" grep 'src/main\.c$' "$WORK/sources"
	is "$(sources dpkg-deb -c "/packages/rbull-dkms_${VERSION}_all.deb")" "$(cat "$WORK/sources")" \
		"rpm: those of the .deb"
	ok "rpm: there are the rules" on sh -c "rpm -qpl $RPM | grep -xF $rules"
}

# DKMS must build from the package's files, and building must not change them.
installed() {
	ok "rpm: install $1" on rpm "${@:2}"
	dkms_has "$1" "$KERNEL"
	is "$(grep -c rbull <<<"$OUT")" 1 "rpm: DKMS has no other version than $1"
	is "$(on modinfo -k "$KERNEL" -F version rbull)" "$1" "rpm: the module is $1"
	is "$(on readlink -f "/var/lib/dkms/rbull/$1/source")" "/usr/src/rbull-$1" "rpm: built from the package's files"
	is "$(on rpm -V --nodeps rbull-dkms)" "" "rpm: which are as they were packed"
	is "$(on find "/usr/src/rbull-$1" -type f | sort)" "$(sed "s/-$VERSION/-$1/" "$WORK/sources")" "rpm: and no more than those"
}

# files COMMAND...: print the files among its lines `-MODE ... FILE`, without documents.
files() {
	on "$@" | sed -nE 's,^-.* \.?(/.*),\1,p' | sed -E '/^\/usr\/share\/(doc|licenses|lintian)\//d; s/\.gz$//' | sort
}

tools() {
	ok "rpm: scriptlets of the tools" on rpm -qp --scripts "$UTILS" "$LIBRARY"
	like "$OUT" "preuninstall scriptlet .*rbullctl stop --keep --all" "rpm: disks are saved before rbullctl goes"
	unlike "$OUT" "modprobe|insmod" "rpm: nothing is loaded"
	# Debian's zsh has another directory for completions.
	is "$(files rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$UTILS" | sed 's,/site-functions/,/vendor-completions/,')" \
		"$(files dpkg-deb -c "/packages/rbull-utils_${VERSION}_amd64.deb")" "rpm: the tools' files are those of the .deb"
	# As on rpm-based distributions.
	ok "rpm: the loader looks at /usr/lib64" on sh -c 'echo /usr/lib64 >/etc/ld.so.conf.d/lib64.conf && ldconfig'
	# The C library and others are installed as Debian packages, which rpm does not know.
	ok "rpm: install the tools" on rpm -i --nodeps "$LIBRARY" "$UTILS"
	ok "rpm: rbullctl finds its library" on rbullctl --version
	is "$OUT" "rbullctl $VERSION"$'\n' "rpm: and is of this version"
	is "$(on rpm -V --nodeps librbull0 rbull-utils)" "" "rpm: the files are as they were packed"
	is "$(rbull_files | diff "$WORK/before" - | sed -n 's/^> //p')" \
		"$(on rpm -ql librbull0 rbull-utils | grep 'rbull[^/]*$' | sort)" "rpm: and all that are listed"
	ok "rpm: erase the tools" on rpm -e rbull-utils librbull0
	unlike "$OUT" "saved" "rpm: there was nothing to save"
	is "$(rbull_files | diff "$WORK/before" -)" "" "rpm: no file of the tools is left"
}

machine tools
KERNEL=$(kernels | tail -n 1)
contents
rbull_files >"$WORK/before"
tools
installed "$VERSION" -i --nodeps "$RPM"
installed "$NEXT_VERSION" -U --nodeps "$NEXT"
installed "$VERSION" -U --nodeps --oldpackage "$RPM"
ok "rpm: once more, over itself" on rpm -U --nodeps --replacepkgs "$RPM"
dkms_has "$VERSION" "$KERNEL"
ok "rpm: erase" on rpm -e rbull-dkms
is "$(on dkms status)" "" "rpm: DKMS knows nothing of it"
is "$(rbull_files | diff "$WORK/before" -)" "" "rpm: no file is left"
is "$(on modinfo -k "$KERNEL" rbull 2>&1)" "modinfo: ERROR: Module rbull not found." "rpm: there is no module"
finish
