#!/bin/sh
# SPDX-License-Identifier: MIT
#
# data.sh: a shellscript of SWUpdate, which calls it with preinst before anything is
# installed, and with postinst when all else is.
#
# moult, upgrade-data and schema.xml are files of the update; they come to HERE, on the
# data partition, so that nothing is asked of the root file system.  What is not 0 fails
# the update; SWUpdate has no "later": whoever gave it the update gives it again.
set -u
: "${DATA:=/data/app.db}" "${HERE:=/data/update}"

case ${1-} in
preinst)
	rm -rf "$HERE"
	mkdir -p "$HERE"
	;;
postinst)
	chmod 755 "$HERE/moult" "$HERE/upgrade-data" || exit 2
	"$HERE/upgrade-data" go "$DATA" "$HERE/schema.xml"
	;;
esac
