#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh [ARCHITECTURE [TEST]...]: builds moult for another machine and runs its tests
# there, as far as qemu-user is one.  arm64 without a name; s390x has its bytes the other
# way round.
#
#	apt-get, lists of its own -> packages of ARCHITECTURE -> work/sysroot (nothing is installed)
#	TRIPLET-gcc, pkg-config of the sysroot -> configure --host -> make check under qemu
#
# Needs Debian, gcc-TRIPLET and qemu-user.  Status 77 where one of them is not to be had.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/../.." && pwd) || exit 2
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
architecture=${1-arm64}
[ $# -eq 0 ] || shift

skip() {
	echo "run.sh: skipped: $*" >&2
	exit 77
}

case $architecture in
arm64) machine=aarch64 triplet=aarch64-linux-gnu ;;
armhf) machine=arm triplet=arm-linux-gnueabihf ;;
s390x) machine=s390x triplet=s390x-linux-gnu ;;
*) skip "nothing is known of $architecture" ;;
esac
for tool in apt-get dpkg-deb "$triplet-gcc" "qemu-$machine"; do
	command -v "$tool" >/dev/null || skip "there is no $tool"
done

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
sysroot=$work/sysroot

# apt COMMAND...: as if this were a machine of that architecture, on which nothing is installed.
apt() {
	apt-get -q -y -o APT::Sandbox::User=root -o APT::Architecture="$architecture" \
		-o APT::Architectures::="$architecture" -o Dir::Etc::SourceList="$work/sources.list" \
		-o Dir::Etc::SourceParts=- -o Dir::State="$work/state" -o Dir::State::Status=/dev/null \
		-o Dir::Cache="$work/cache" "$@"
}

fetch() {
	mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$sysroot" || return 1
	# shellcheck disable=SC2016 # apt-get's own variables
	apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
		grep -E 'debian.* main$' | sort -u | sed 's/^/deb /' >"$work/sources.list"
	apt update && apt --no-install-recommends --download-only install libsqlite3-dev libxml2-dev \
		libcmocka-dev || return 1
	# The compiler has a C library of its own to link with; that of the packages is run.
	rm -f "$work"/cache/archives/libc6-dev_* "$work"/cache/archives/linux-libc-dev_*
	for package in "$work"/cache/archives/*.deb; do
		dpkg-deb -x "$package" "$sysroot" || return 1
	done
}

# The program is called by tests as a program: a script that calls qemu stands in for it.
build() {
	mkdir "$work/build" && cd "$work/build" || return 1
	libraries=$sysroot/usr/lib/$triplet
	PKG_CONFIG_LIBDIR=$libraries/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot
	export PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
	"$root/configure" -q --host="$triplet" CFLAGS='-O2' \
		LDFLAGS="-Wl,-rpath-link,$libraries -Wl,-rpath-link,$sysroot/lib/$triplet" &&
		make -j"$jobs" && make -j"$jobs" check TESTS= || return 1
	mv moult moult.real || return 1
	printf '#!/bin/sh\nexec qemu-%s -L %s %s/moult.real "$@"\n' "$machine" "$sysroot" "$work/build" >moult
	chmod +x moult
}

(fetch) >"$work/log" 2>&1 || {
	tail -n 5 "$work/log" >&2
	skip "no packages of $architecture to be had"
}
[ -x "$root/configure" ] || (cd "$root" && ./autogen.sh) >"$work/log" 2>&1
(build) >"$work/log" 2>&1 || {
	tail -n 30 "$work/log" >&2
	echo "run.sh: moult does not build for $architecture" >&2
	exit 1
}
cd "$work/build" || exit 2
file=$(od -An -tu1 -j5 -N1 moult.real | tr -d ' ')
echo "$architecture, $([ "$file" = 1 ] && echo little || echo big)-endian, $(./moult --version)"
# What runs programs that it compiled itself would need qemu within.
# shellcheck disable=SC2016,SC2046
[ $# -gt 0 ] || set -- $(printf 'include Makefile\nevery: ; @echo $(TESTS)\n' | make -s -f - every |
	tr ' ' '\n' | grep -vxE 'tests/(amalgamation|histories|scripts/(back|scripts))\.sh')
make check LOG_COMPILER="qemu-$machine -L $sysroot" TESTS="$*" >"$work/log" 2>&1 </dev/null
status=$?
grep -hE -A 12 '^not ok|^Bail out' tests/*.log tests/*/*.log 2>/dev/null | head -n 100
grep -E '^(# (PASS|SKIP|FAIL|ERROR)|ERROR|FAIL):' "$work/log" || tail -n 20 "$work/log"
exit "$status"
