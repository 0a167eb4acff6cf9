# SPDX-License-Identifier: MIT
#
# examples/fleet, over ssh to this machine under several names: a canary that fails, a poisoned file,
# a driver that is killed, a second run, and the state of all as one table.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin_with_people
	cp app.xml want.xml
	fleet=$MOULT_SOURCE/examples/fleet
	command -v sshd >/dev/null || PATH=$PATH:/usr/sbin
	command -v sshd >/dev/null && command -v ssh >/dev/null || skip "no sshd here"
	begin_sshd || skip "sshd does not run here"
	export MOULT SSH="ssh -F $PWD/config" LIST="$PWD/{}/list" JOURNAL="$PWD/{}/journal"
	for machine in m1 m2 m3; do
		mkdir $machine
		for i in 1 2 3; do
			cp app.db $machine/$i.db
			echo "$PWD/$machine/$i.db"
		done >$machine/list
		echo $machine
	done >hosts
}

teardown() {
	[ ! -s pid ] || kill "$(cat pid)" 2>/dev/null || true
}

# On a port of the loopback that nobody has; only the key that is made here is let in.
begin_sshd() {
	local port i
	ssh-keygen -q -t ed25519 -N '' -f key
	ssh-keygen -q -t ed25519 -N '' -f host
	mkdir -p /run/sshd 2>/dev/null || true
	for port in $(shuf -i 20000-60000 -n 5); do
		"$(command -v sshd)" -f /dev/null -o Port="$port" -o ListenAddress=127.0.0.1 -o HostKey="$PWD/host" \
			-o PidFile="$PWD/pid" -o AuthorizedKeysFile="$PWD/key.pub" -o StrictModes=no -o UsePAM=no \
			-o MaxStartups=50 -o Subsystem="sftp internal-sftp" 2>log 3>&- || continue
		printf 'Host *\nHostName 127.0.0.1\nPort %s\nIdentityFile %s/key\nIdentitiesOnly yes\nLogLevel ERROR\n' \
			"$port" "$PWD" >config
		printf 'StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nBatchMode yes\n' >>config
		for ((i = 0; i < 50; i++)); do
			! ssh -F config m1 true 2>/dev/null || return 0
			sleep 0.1
		done
	done
	return 1
}

migrated() {
	local file count=0
	for file in m?/?.db; do
		! is_migrated "$file" || count=$((count + 1))
	done
	echo "$count"
}

poison() {
	sqlite3 "$1" "INSERT INTO person(name) VALUES (NULL)"
}

heal() {
	sqlite3 "$1" "DELETE FROM person WHERE name IS NULL"
}

@test "GNU parallel: a canary that fails, a poisoned file, a driver that is killed, and the rest" {
	command -v parallel >/dev/null || skip "no GNU parallel here"
	poison m1/2.db
	run ! "$fleet/roll-out" hosts want.xml
	[ "$(migrated)" = 2 ]
	heal m1/2.db
	poison m3/1.db
	FAILURES=100% AT_ONCE=2 timeout -s KILL 1 "$fleet/roll-out" hosts want.xml 3>&- || true
	FAILURES=100% run ! "$fleet/roll-out" hosts want.xml
	[ "$(migrated)" = 8 ]
	[[ $output == *m3/1.db*refused*MF104* ]]
	run --separate-stderr ! "$fleet/status" hosts want.xml
	echo "$output $stderr"
	[ "${#lines[@]}" = 9 ]
	[ "$(grep -c 'in shape' <<<"$output")" = 8 ]
	heal m3/1.db
	run -0 "$fleet/roll-out" hosts want.xml
	[ "$(migrated)" = 9 ]
	run -0 "$fleet/status" hosts want.xml
	[ "$(sqlite3 m1/1.db "SELECT count(*) FROM _moult_history")" = 1 ]
}

@test "Ansible: a canary that fails, a poisoned file, changed and not changed" {
	command -v ansible-playbook >/dev/null || skip "no Ansible here"
	export ANSIBLE_PIPELINING=1 ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_SSH_ARGS="-F $PWD/config" ANSIBLE_HOME=$PWD/ansible LC_ALL=C.UTF-8
	{
		echo '[databases]'
		for machine in m1 m2 m3; do
			echo "$machine moult_list=$PWD/$machine/list moult_journal=$PWD/$machine/journal"
		done
	} >inventory
	set -- -i inventory "$fleet/ansible/site.yml" -e "ansible_python_interpreter=$(command -v python3) moult=$MOULT moult_want=$PWD/want.xml"
	poison m1/3.db
	run ! ansible-playbook "$@"
	[ "$(migrated)" = 2 ]
	heal m1/3.db
	poison m2/1.db
	run ! ansible-playbook "$@"
	[ "$(migrated)" = 8 ]
	heal m2/1.db
	run -0 ansible-playbook "$@"
	[ "$(migrated)" = 9 ]
	[[ $output =~ m2\ *:\ ok=1\ *changed=1 && $output =~ m3\ *:\ ok=1\ *changed=0 ]]
}
