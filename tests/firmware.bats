# SPDX-License-Identifier: MIT
#
# examples/firmware: the hooks, called as the updaters call them, first with a moult that
# only ends with every status there is, then with the real one.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	firmware=$MOULT_SOURCE/examples/firmware
	export MOULT DATA=$PWD/data/app.db HERE=$PWD/bundle
	mkdir data bundle
	cp "$firmware/upgrade-data" bundle
	document '<column name="mail" type="TEXT"/>' >bundle/schema.xml
	document >data/first.xml
	sqlite3 "$DATA" "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
		INSERT INTO person VALUES (1, 'Ada'), (2, NULL);"
	for state in ArtifactCommit_Enter ArtifactCommit_Leave ArtifactRollback_Enter; do
		cp "$firmware/mender/state-script" "${state}_10_data"
	done
}

# A document of the table, with a column more.
document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="person">'
	echo '<column name="id" type="INTEGER" primary-key="true"/><column name="name" type="TEXT"/>'
	echo "${1-}</table></database>"
}

# Makes MOULT a program that ends with a status, and says much before it does; diff and
# dump are as if all were well, and $2 what diff says.
ends_with() {
	cat >stub <<-END
		#!/bin/sh
		case \$1 in
		diff) exit ${2-0} ;;
		dump) : >"\$4"; exit 0 ;;
		esac
		[ $1 -ne 0 ] || exit 0
		i=0
		while [ \$i -lt 400 ]; do
			i=\$((i + 1))
			echo "app.xml:\$i:1: error: MD105: column t.c: values do not survive \$i" >&2
			echo "  hint: say it outright" >&2
		done
		[ $1 -ne 137 ] || kill -9 \$\$
		exit $1
	END
	chmod +x stub
	MOULT=$PWD/stub
}

rauc() {
	RAUC_BUNDLE_MOUNT_POINT=$HERE RAUC_SLOT_CLASS=rootfs RAUC_MF_COMPATIBLE=example \
		RAUC_SYSTEM_COMPATIBLE=${system-example} "$firmware/rauc/hook" "$1"
}

columns() {
	sqlite3 "$DATA" "SELECT group_concat(name) FROM pragma_table_info('person')"
}

# Holds a status, and that standard error alone says why, in less than 10 KiB and last in one line.
answers() {
	local status=$1
	shift
	run -"$status" --separate-stderr "$@"
	[ -z "$output" ]
	[ "${#stderr}" -le 10240 ]
	[ "$status" -eq 0 ] || [[ ${stderr_lines[-1]} == "MD105: column t.c"* ]]
}

# The statuses of moult, and what each updater is told: go on, later, the old system.
each_status() {
	local -a told=(0:"$1" 1:"$3" 2:"$3" 3:"$3" 4:"$3" 5:"$2" 137:"$2" 126:"$3" 99:"$3")
	shift 3
	for pair in "${told[@]}"; do
		ends_with "${pair%:*}"
		answers "${pair#*:}" "$@"
	done
}

@test "upgrade-data maps every status of moult" {
	for verb in go try start; do
		each_status 0 1 2 bundle/upgrade-data "$verb" "$DATA" bundle/schema.xml
	done
}

@test "RAUC is told 0, or 10 and above" {
	each_status 0 10 11 rauc slot-post-install
	each_status 0 10 11 rauc install-check
	ends_with 0
	system=other run -12 --separate-stderr rauc install-check
	[[ ${stderr_lines[-1]} == *"not for other" ]]
}

@test "Mender is told 0, 1 or 21" {
	each_status 0 21 1 ./ArtifactCommit_Enter_10_data
	run -1 --separate-stderr "$firmware/mender/state-script"
}

@test "SWUpdate is told 0 or not" {
	printf '#!/bin/sh\n' >bundle/moult
	each_status 0 1 2 "$firmware/swupdate/data.sh" postinst
	cp data/first.xml "$DATA.before.xml"
	ends_with 3 1
	run -2 --separate-stderr "$firmware/swupdate/postfailure.sh"
}

@test "without moult the old system stays" {
	MOULT=$PWD/nothing run -2 --separate-stderr bundle/upgrade-data go "$DATA" bundle/schema.xml
	[[ ${stderr_lines[-1]} == *nothing* ]]
}

@test "RAUC: a data partition is migrated, again, and put back" {
	rauc install-check
	[ "$(columns)" = id,name ]
	rauc slot-post-install
	[ "$(columns)" = id,name,mail ]
	rauc slot-post-install
	[ "$(ls data/*.backup | wc -l)" = 1 ]
	bundle/upgrade-data back "$DATA"
	[ "$(columns)" = id,name ]
	bundle/upgrade-data back "$DATA"
	[ "$(columns)" = id,name ]
	[ ! -e "$DATA.before.xml" ]
}

@test "RAUC: data that does not fit rejects the bundle before anything is written" {
	document | sed 's/name="name"/name="name" not-null="true"/' >bundle/schema.xml
	cp "$DATA" before.db
	run -11 --separate-stderr rauc install-check
	[[ ${stderr_lines[-1]} == M[DF]1* ]]
	run -11 --separate-stderr rauc slot-post-install
	cmp "$DATA" before.db
	[ "$(ls data)" = $'app.db\nfirst.xml' ]
}

@test "Mender: commit, rollback, commit; each state twice" {
	for _ in 1 2; do ./ArtifactCommit_Enter_10_data; done
	[ "$(columns)" = id,name,mail ]
	sqlite3 "$DATA" "INSERT INTO person VALUES (3, 'Grace', 'g@example.org')"
	for _ in 1 2; do ./ArtifactRollback_Enter_10_data; done
	[ "$(columns)" = id,name ]
	[ "$(sqlite3 "$DATA" "SELECT name FROM person WHERE id = 3")" = Grace ]
	./ArtifactCommit_Enter_10_data
	for _ in 1 2; do ./ArtifactCommit_Leave_10_data; done
	[ "$(sqlite3 "$DATA" "SELECT count(*) FROM _moult_way_back")" = 0 ]
	./ArtifactRollback_Enter_10_data
	[ "$(columns)" = id,name,mail ]
}

@test "Mender: a locked file is tried later, and is as it was" {
	export TIMEOUT=0
	sqlite3 "$DATA" "BEGIN EXCLUSIVE" ".shell ./ArtifactCommit_Enter_10_data 2>said; echo \$? >status"
	[ "$(cat status)" = 21 ]
	[[ $(tail -n 1 said) == RUN* ]]
	[ ! -e "$DATA.before.xml" ]
	[ "$(columns)" = id,name ]
	./ArtifactCommit_Enter_10_data
}

@test "two releases without a word in between go back to the first" {
	bundle/upgrade-data go "$DATA" bundle/schema.xml
	document '<column name="mail" type="TEXT"/><column name="town" type="TEXT"/>' >bundle/schema.xml
	bundle/upgrade-data go "$DATA" bundle/schema.xml
	[ "$(columns)" = id,name,mail,town ]
	bundle/upgrade-data back "$DATA"
	[ "$(columns)" = id,name ]
}

@test "the old system, started again, takes its data back" {
	sed -i 's/name="name"/name="full_name" was="name"/' bundle/schema.xml
	bundle/upgrade-data start "$DATA" bundle/schema.xml
	[ "$(columns)" = id,full_name,mail ]
	bundle/upgrade-data start "$DATA" bundle/schema.xml
	[ "$(columns)" = id,full_name,mail ]
	bundle/upgrade-data start "$DATA" data/first.xml
	[ "$(columns)" = id,name ]
}

@test "what start finds on a new device" {
	rm "$DATA"
	bundle/upgrade-data start "$DATA" bundle/schema.xml
	[ "$(columns)" = id,name,mail ]
}

@test "rows that the old schema has no place for go to a backup, and the file goes back" {
	sqlite3 "$DATA" "UPDATE person SET name = 'Bob' WHERE id = 2"
	sed 's/name="name"/name="name" not-null="true"/' data/first.xml >bundle/first.xml
	"$MOULT" apply "$DATA" bundle/first.xml -q
	bundle/upgrade-data go "$DATA" bundle/schema.xml
	sqlite3 "$DATA" "INSERT INTO person VALUES (3, NULL, 'm')"
	bundle/upgrade-data back "$DATA"
	[ "$(columns)" = id,name ]
	[ "$(sqlite3 "$DATA" "SELECT count(*) FROM person")" = 2 ]
}

@test "a device without moult: up, fall back with all rows, up again, good" {
	command -v "${CC:-cc}" >/dev/null || skip "there is no C compiler"
	export CFLAGS=-O0 SQLITE=3.24
	document >one.xml
	document '<column name="mail" type="TEXT" />' | sed 's/name="name"/name="full_name" was="name"/' >two.xml
	for release in one two; do
		"$MOULT" release $release.xml releases --name $release -q
		mkdir system-$release
		(cd system-$release && "$firmware/unit/make-data" ../releases $release)
	done
	rm "$DATA"
	system-one/data start "$DATA"
	sqlite3 "$DATA" "INSERT INTO person VALUES (1, 'Ada')"
	system-two/data start "$DATA"
	sqlite3 "$DATA" "INSERT INTO person VALUES (2, 'Grace', 'g')"
	system-one/data start "$DATA" 2>said
	grep -q "newer than this version" said
	[ "$(columns)" = id,name ]
	[ "$(sqlite3 "$DATA" "SELECT group_concat(name) FROM person")" = Ada,Grace ]
	system-two/data start "$DATA"
	system-two/data good "$DATA"
	run -2 system-one/data start "$DATA"
	[ "$(columns)" = id,full_name,mail ]
}

@test "SWUpdate itself installs an update, and stops at data that does not fit" {
	for tool in swupdate openssl cpio; do
		command -v $tool >/dev/null || skip "there is no $tool"
	done
	[ "$(id -u)" = 0 ] || skip "not root"
	mkdir tmp
	export KEY=key.pem CERTIFICATE=certificate.pem HERE=$PWD/data/update TMPDIR=$PWD/tmp
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$KEY" -out "$CERTIFICATE" -subj /CN=example \
		-addext extendedKeyUsage=emailProtection 2>/dev/null
	local program=$MOULT
	unset MOULT
	"$firmware/swupdate/make-swu" "$program" bundle/schema.xml good.swu
	swupdate -i good.swu -k "$CERTIFICATE" -H example:1.0 -M -m
	[ "$(columns)" = id,name,mail ]
	sed 's/name="name"/name="name" not-null="true"/' bundle/schema.xml >bad.xml
	"$firmware/swupdate/make-swu" "$program" bad.xml bad.swu
	run ! swupdate -i bad.swu -k "$CERTIFICATE" -H example:1.0 -M -m
	[[ $output == *"MF104: column person.name"* ]]
	[ "$(sqlite3 "$DATA" "SELECT count(*) FROM person WHERE name IS NULL")" = 1 ]
}

# install SCHEMA: RAUC's service on a bus of its own, under the system in slot A, installs a bundle with it.
install() {
	rm -rf made made.raucb && mkdir made
	cp "$firmware"/rauc/* bundle/upgrade-data "$program" made
	cp "$1" made/schema.xml
	[ "${program##*/}" = moult ] || mv "made/${program##*/}" made/moult
	# Where the kernel has no dm-verity, the bundle is signed and its content is not.
	[ -e /dev/mapper/control ] || sed -i 's/^format=verity/format=plain/' made/manifest.raucm
	truncate -s 64K made/rootfs.img
	command rauc bundle --cert="$CERTIFICATE" --key="$KEY" made made.raucb || return
	dbus-run-session -- sh -c 'export DBUS_STARTER_BUS_TYPE=session
		rauc service --conf=system.conf --override-boot-slot=A >service.log 2>&1 &
		i=0
		while [ $i -lt 20 ] && ! dbus-send --session --dest=org.freedesktop.DBus --print-reply / \
			org.freedesktop.DBus.ListNames | grep -q rauc; do i=$((i + 1)); sleep 1; done
		rauc install made.raucb
		status=$?
		kill $!
		exit $status'
}

@test "RAUC itself installs a bundle, and rejects one whose data does not fit" {
	for tool in rauc mksquashfs dbus-run-session dbus-send openssl losetup; do
		type -P $tool >/dev/null || skip "there is no $tool"
	done
	[ "$(id -u)" = 0 ] && losetup -f >/dev/null 2>&1 || skip "mounting is not allowed here"
	export KEY=key.pem CERTIFICATE=certificate.pem
	local program=$MOULT
	unset MOULT
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$KEY" -out "$CERTIFICATE" -subj /CN=example 2>/dev/null
	truncate -s 64K A.img B.img
	mkdir mnt
	cat >system.conf <<-END
		[system]
		compatible=example
		bootloader=noop
		mountprefix=$PWD/mnt
		statusfile=$PWD/status
		[keyring]
		path=$PWD/$CERTIFICATE
		[slot.rootfs.0]
		device=$PWD/A.img
		type=raw
		bootname=A
		[slot.rootfs.1]
		device=$PWD/B.img
		type=raw
		bootname=B
	END
	sed 's/name="name"/name="name" not-null="true"/' bundle/schema.xml >bad.xml
	cp "$DATA" before.db
	run ! install bad.xml
	[[ $output == *"MF104: column person.name"* ]]
	cmp "$DATA" before.db
	install bundle/schema.xml
	[ "$(columns)" = id,name,mail ]
}

# What Mender's client looks for under /usr/share and /etc, on top of what is there, for one command.
with_mender() {
	cat >overlay <<-'END'
		mount -t tmpfs none mnt && mkdir mnt/share mnt/etc mnt/work-share mnt/work-etc || exit 99
		mkdir -p mnt/share/mender/modules/v3 mnt/etc/mender
		cp module mnt/share/mender/modules/v3/example
		echo artifact_name=first >mnt/etc/mender/artifact_info
		for at in share etc; do
			[ $at = etc ] && on=/etc || on=/usr/share
			mount -t overlay overlay -o "lowerdir=$on,upperdir=$PWD/mnt/$at,workdir=$PWD/mnt/work-$at" $on ||
				exit 99
		done
		exec "$@"
	END
	unshare -m sh overlay "$@"
}

# artifact NAME: with the state script under its three names.
artifact() {
	mender-artifact write module-image -T example -n "$1" -t example -o "$1.mender" -f module \
		-s ArtifactCommit_Enter_10_data -s ArtifactCommit_Leave_10_data -s ArtifactRollback_Enter_10_data
	with_mender mender --no-syslog -c mender.conf -b none -d "$PWD/state" install "$1.mender"
}

commit() {
	with_mender mender --no-syslog -c mender.conf -b none -d "$PWD/state" commit
}

@test "Mender itself commits, waits for a lock, and rolls back what does not fit" {
	for tool in mender mender-artifact unshare; do
		type -P $tool >/dev/null || skip "there is no $tool"
	done
	mkdir mnt state state/scripts
	printf '#!/bin/sh\ncase $1 in\nNeedsArtifactReboot) echo No ;;\nSupportsRollback) echo Yes ;;\nesac\n' >module
	chmod +x module
	with_mender true || skip "mounting is not allowed here"
	echo device_type=example >state/device_type
	echo '{"DeviceTypeFile": "state/device_type", "StateScriptRetryIntervalSeconds": 1,
		"StateScriptRetryTimeoutSeconds": 30}' >mender.conf
	export TIMEOUT=0
	artifact second
	sqlite3 "$DATA" "BEGIN EXCLUSIVE" ".shell touch locked; sleep 3" &
	while [ ! -e locked ]; do sleep 0.1; done
	commit
	wait
	[ "$(columns)" = id,name,mail ]
	[ ! -e "$DATA.before.xml" ]
	sed -i 's/name="name"/name="name" not-null="true"/' bundle/schema.xml
	artifact third
	run ! commit
	[[ $output == *MF104* ]]
	[ "$(sqlite3 "$DATA" "SELECT count(*) FROM person WHERE name IS NULL")" = 1 ]
	[ "$(columns)" = id,name,mail ]
}

@test "one static file does it in an empty, read-only root without /tmp" {
	local program=${MOULT_STATIC:-$(dirname "$MOULT")/moult-static}
	[ -x "$program" ] || skip "there is no moult-static: make static"
	unshare -m true 2>/dev/null || skip "mounting is not allowed here"
	mkdir -p root/data
	cp "$program" root/moult
	cp bundle/schema.xml root
	unshare -m sh -c 'mount --bind root root && mount -o remount,bind,ro root &&
		mount --bind data root/data && ! touch root/x 2>/dev/null || exit 9
		for verb in "rehearse" "apply --deadline 60" "apply --deadline 60" "verify"; do
			chroot root /moult $verb /data/app.db /schema.xml || exit
		done
		chroot root /moult rollback /data/app.db --yes'
	[ "$(columns)" = id,name ]
}

@test "the scripts are POSIX shell, and clean" {
	command -v shellcheck >/dev/null || skip "there is no shellcheck"
	shellcheck --shell=sh "$firmware"/upgrade-data "$firmware"/rauc/hook "$firmware"/mender/state-script \
		"$firmware"/swupdate/*.sh "$firmware"/swupdate/make-swu "$firmware"/unit/make-data
}
