#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tests of shim6ctl. TAP on stdout; the last line counts.
#
#   UPDATE=1 tests/run.sh	write the golden files anew
#   WRAP="valgrind -q --error-exitcode=99" tests/run.sh
#				run every command under something

cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8 TZ=UTC
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT

passed=0 failed=0 skipped=0
FAKE="${WRAP:-} tests/fake-shim6ctl"
PYTHON=/usr/bin/python3

ok() {
	passed=$((passed + 1))
	echo "ok $((passed + failed + skipped)) - $1"
}

not_ok() {
	failed=$((failed + 1))
	echo "not ok $((passed + failed + skipped)) - $1"
	sed 's/^/# /' "$TMP/why" 2>/dev/null
}

skip() {
	skipped=$((skipped + 1))
	echo "ok $((passed + failed + skipped)) - $1 # SKIP $2"
}

# check NAME COMMAND...: the command's output says why it failed
check() {
	local name=$1

	shift
	if "$@" >"$TMP/why" 2>&1; then ok "$name"; else not_ok "$name"; fi
}

# Rows of a table; the fields are split at " | " and stripped of blanks
rows() {
	sed -e '/^#/d' -e '/^$/d' "tests/$1"
}

strip() {
	local s=$1

	s=${s#"${s%%[![:space:]]*}"}
	printf '%s' "${s%"${s##*[![:space:]]}"}"
}

# run ENVIRONMENT OPTIONS WORDS: stdout, stderr and status into $TMP
run() {
	local words=()

	eval "words=($2 $3)"
	# shellcheck disable=SC2086
	env $1 $FAKE "${words[@]}" >"$TMP/out" 2>"$TMP/err" </dev/null
	echo $? >"$TMP/status"
}

transcript() {
	cat "$TMP/out"
	[ -s "$TMP/err" ] && sed 's/^/stderr: /' "$TMP/err"
	echo "status: $(cat "$TMP/status")"
}

golden() {
	local file=tests/golden/$1

	if [ -n "${UPDATE:-}" ]; then
		transcript >"$file"
		return
	fi
	diff -u "$file" <(transcript)
}

# valid_json NAME: what goes on has an object on each line
valid_json() {
	local lines=

	[ -s "$TMP/out" ] || return 0
	case $1 in monitor* | top*) lines=--json-lines ;; esac
	$PYTHON -m json.tool $lines <"$TMP/out" >/dev/null
}

test_golden() {
	local name env words

	while IFS='|' read -r name env words; do
		name=$(strip "$name")
		run "$env" "" "$words"
		check "$name: text" golden "$name.txt"
		case $name in help*) continue ;; esac
		run "$env" -j "$words"
		check "$name: JSON" golden "$name.json"
		check "$name: valid JSON" valid_json "$name"
	done < <(rows golden.tbl)
}

# Every golden file belongs to a row
test_orphans() {
	local file name

	for file in tests/golden/*; do
		name=$(basename "${file%.*}")
		rows golden.tbl | grep -q "^${name}[[:space:]|]" ||
			echo "$file belongs to nothing"
	done | diff /dev/null -
}

refused() {
	local status=$1 line=$2

	[ "$(cat "$TMP/status")" = "$status" ] ||
		{ transcript; echo "status is not $status"; return 1; }
	[ ! -s "$TMP/out" ] || { transcript; echo "stdout has something"; return 1; }
	[ "$(wc -l <"$TMP/err")" = 1 ] ||
		{ transcript; echo "stderr has not one line"; return 1; }
	grep -qxE "shim6ctl: $line" "$TMP/err" ||
		{ cat "$TMP/err"; echo "is not: $line"; return 1; }
}

test_bad() {
	local row status env words line rest

	while IFS= read -r row; do
		status=${row%% | *}
		rest=${row#* | }
		env=${rest%% | *}
		rest=${rest#* | }
		words=${rest%% | *}
		line=${rest#* | }
		run "$env" "" "$words"
		check "refused: ${words:-nothing}${env:+ ($env)}" \
			refused "$(strip "$status")" "$line"
	done < <(rows bad.tbl)
}

changed() {
	diff -u <(tr ';' '\n' <<<"$1" | sed '/^$/d') "$TMP/log"
}

test_changes() {
	local env words log

	while IFS='|' read -r env words log; do
		: >"$TMP/log"
		run "$(strip "$env") SHIM6_FAKE_LOG=$TMP/log" "" "$words"
		check "changes:$words${env:+ ($env)}" changed "$(strip "$log")"
	done < <(rows changes.tbl)
}

# What failed says so, and says what became of it
test_undo() {
	run "SHIM6_FAKE=nosets SHIM6_FAKE_FAIL=addr:13:2" "" \
		"hba install tests/sets/good.hba"
	check "install: undone" refused 1 \
		"address 2001:db8:b:2:4d9:f16b:c092:dce7: IPv6 is off on eth1, see .*; nothing was changed"
	run "SHIM6_FAKE=nosets SHIM6_FAKE_FAIL=addr:12" "" \
		"hba install tests/sets/good.hba"
	check "install: no memory" refused 1 \
		"address 2001:db8:a:1:fb:5b98:575f:692d: could not be added to eth0: Cannot allocate memory; nothing was changed"
	run "SHIM6_FAKE=nosets SHIM6_FAKE_FAIL=addr:13:2,noaddr:99" "" \
		"hba install tests/sets/good.hba"
	check "install: not undone" refused 1 \
		"address 2001:db8:b:2:4d9:f16b:c092:dce7: .*; not all could be undone, see .*"
	run "SHIM6_FAKE=duplicate" "" "hba install tests/sets/good.hba"
	check "install: duplicate address" refused 1 \
		"address 2001:db8:b:2:4d9:f16b:c092:dce7: another host on eth1 has it; nothing was changed; generate another set"
}

# The same for CGAs; the key is in the file, and what is shown has no key
round_trip_cga() {
	# shellcheck disable=SC2086
	$FAKE -j cga generate 2001:db8:a::/64 2001:db8:b::/64 bits 1024 sec 0 \
		file "$TMP/x.cga" >"$TMP/made" || return 1
	mode_is "$TMP/x.cga" 600 || return 1
	# shellcheck disable=SC2086
	$FAKE -j cga show "$TMP/x.cga" | diff "$TMP/made" - || return 1
	! grep -qF "$(sed -n 's/^key //p' "$TMP/x.cga")" "$TMP/made"
}

# All or nothing: what was loaded before the failure is unloaded
undo_cga() {
	: >"$TMP/log"
	run "SHIM6_FAKE=nosets SHIM6_FAKE_FAIL=0x20:28:2 SHIM6_FAKE_LOG=$TMP/log" \
		"" "cga load tests/sets/good.cga"
	changed "keep admin files;key of 634 octets;cga add 187 octets prefix 000a key 1000;cga del 11;key 1000 dropped"
}

full_disk() {
	# shellcheck disable=SC2086
	$FAKE "$1" >/dev/full 2>"$TMP/err"
	echo $? >"$TMP/status"
	: >"$TMP/out"
	refused 1 "standard output: No space left on device"
}

mode_is() {
	[ "$(stat -c %a "$1")" = "$2" ] || { stat "$1"; return 1; }
}

# A set that was saved is the set that is read
round_trip() {
	# shellcheck disable=SC2086
	$FAKE -j hba generate 2001:db8:a::/64 2001:db8:b::/64 file "$TMP/x.hba" \
		>"$TMP/made" || return 1
	mode_is "$TMP/x.hba" 600 || return 1
	# shellcheck disable=SC2086
	$FAKE -j hba show "$TMP/x.hba" | diff "$TMP/made" - || return 1
	# shellcheck disable=SC2086
	$FAKE -q hba verify "$TMP/x.hba"
}

# Names are anything, JSON is Unicode
odd_name() {
	local name=$TMP/$'q"u\\o\nt\xc3\xa9\xff.hba'

	cp tests/sets/good.hba "$name"
	# shellcheck disable=SC2086
	$FAKE -j hba show "$name" >"$TMP/odd" || return 1
	$PYTHON - "$TMP/odd" <<-'END'
	import json, sys
	name = json.load(open(sys.argv[1]))["file"]
	assert name.endswith('/q"u\\o\nt\u00e9\ufffd.hba'), repr(name)
	END
}

# What is saved is what is restored, and readable by its owner only
saved_state() {
	# shellcheck disable=SC2086
	$FAKE state save "$TMP/x.state" contexts >"$TMP/made" || return 1
	mode_is "$TMP/x.state" 600 || return 1
	diff -u <(
		grep -v "^context" tests/sets/lab.state
		sed 1d tests/sets/lab.qos
		grep "^context" tests/sets/lab.state
	) "$TMP/x.state" || return 1
	# A second time over the first, and nothing else is left behind
	# shellcheck disable=SC2086
	SHIM6_FAKE=empty $FAKE state save "$TMP/x.state" >"$TMP/made" || return 1
	[ "$(grep -vc "^#" "$TMP/x.state")" = 0 ] || { cat "$TMP/x.state"; return 1; }
	[ "$(find "$TMP" -name 'x.state*' | wc -l)" = 1 ] || { ls "$TMP"; return 1; }
}

full_disk_set() {
	# shellcheck disable=SC2086
	(
		ulimit -f 0
		trap '' XFSZ
		exec $FAKE -j hba generate 2001:db8:a::/64 file "$TMP/y.hba" \
			2>&1 | cat >"$TMP/why2"
	)
	[ ! -e "$TMP/y.hba" ] || { ls -l "$TMP/y.hba"; return 1; }
}

# Of the tool itself: what works without a module
test_alone() {
	check "--version" grep -q '^shim6ctl [0-9.]* (ABI 1)$' \
		<(${WRAP:-} ./shim6ctl --version)
	check "--help without a module" grep -q '^Usage: ' \
		<(${WRAP:-} ./shim6ctl --help)
	# shellcheck disable=SC2086
	check "hba verify without a module" \
		${WRAP:-} ./shim6ctl hba verify tests/sets/sec1.hba
	check "a full disk is a failure" full_disk status
	check "settings saved" saved_state
	check "a full disk is a failure for --version" full_disk --version
	check "a full disk is a failure for --help" full_disk --help
	check "a set saved and read again" round_trip
	check "CGAs saved and read again" round_trip_cga
	check "cga load: undone" undo_cga
	check "a file with an odd name" odd_name
	check "a set that cannot be saved leaves no file" full_disk_set
}

abi() {
	gcc "$1" -ffreestanding -std=gnu11 -Wall -Wextra -Werror -fsyntax-only \
		-I../include/uapi -isystem "/usr/include/$(gcc -print-multiarch)" \
		tests/abi.c
}

test_abi() {
	check "ABI of 64 bits" abi -m64
	if [ "$(uname -m)" = x86_64 ]; then
		check "ABI of 32 bits" abi -m32
	else
		skip "ABI of 32 bits" "no 32-bit compiler here"
	fi
}

# Lines of other programs that speak TAP are counted as ours
tap() {
	local line

	while IFS= read -r line; do
		case $line in
		"ok - "*" # SKIP "*)
			line=${line#ok - }
			skip "${line%% # SKIP *}" "${line##* # SKIP }" ;;
		"ok - "*) ok "${line#ok - }" ;;
		"not ok - "*) : >"$TMP/why"; not_ok "${line#not ok - }" ;;
		"#"*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done < <("$@" 2>&1 || echo "not ok - $1 ended with $?")
}

# Signals as a job of a script has them, under nohup
in_background() {
	(
		trap '' INT QUIT HUP
		exec "$@"
	)
}

# What is thought of a host is written behind it
plans() {
	local file=tests/plans/$1

	if [ -n "${UPDATE:-}" ]; then
		tests/plan <"$file" >"$TMP/plan" && cp "$TMP/plan" "$file"
		return
	fi
	# shellcheck disable=SC2086
	${WRAP:-} tests/plan <"$file" | diff -u "$file" -
}

AUTO_FIRST="keep admin files
hba add 127 octets
label add 2001:db8:a:1::/64 140
label add 2001:db8:a:1::/128 1
label add 2001:db8:b:2::/64 140
label add 2001:db8:b:2::/128 1
route add 14002 eth0
route add 14003 eth1
rule add ::/0 254
rule add 2001:db8:a:1::/64 14002
rule add 2001:db8:b:2::/64 14003
address in 2001:db8:a:1::/64 eth0 600 300
address in 2001:db8:b:2::/64 eth1 600 300"

auto() {
	local env=$1

	shift
	: >"$TMP/log"
	run "SHIM6_FAKE=advertised $env SHIM6_FAKE_LOG=$TMP/log" "" \
		"hba auto sec 0 state $TMP/auto $*"
}

auto_first() {
	auto "" once
	[ "$(cat "$TMP/status")" = 0 ] || { transcript; return 1; }
	diff -u <(echo "$AUTO_FIRST") "$TMP/log" || return 1
	mode_is "$TMP/auto" 700 && mode_is "$TMP"/auto/*.hba 600
}

# The same set serves again
auto_again() {
	cp "$TMP"/auto/*.hba "$TMP/before"
	auto "" once
	cmp "$TMP/before" "$TMP"/auto/*.hba && ! grep -q ": made" "$TMP/out"
}

auto_removed() {
	auto "" remove
	[ "$(cat "$TMP/status")" = 0 ] || { transcript; return 1; }
	! ls "$TMP"/auto/*.hba 2>/dev/null
}

# Everything else is done nevertheless
auto_partly() {
	auto SHIM6_FAKE_FAIL=renew:1 once
	[ "$(cat "$TMP/status")" = 1 ] || { transcript; return 1; }
	[ "$(grep -c '^shim6ctl: address .*: cannot be set: Operation not permitted$' \
		"$TMP/err")" = 2 ] && diff -u <(echo "$AUTO_FIRST") "$TMP/log"
}

# A set that is damaged is reported and not used, and not lost either
auto_damaged() {
	local file

	file=$(echo "$TMP"/auto/*.hba)
	sed -i 's/^address 2001:db8:a/address 2001:db8:f/' "$file"
	auto "" once
	grep -q "file $file: address .*: .*; generate the set again" \
		"$TMP/err" && grep -q "set of 2 prefixes: made" "$TMP/out" &&
		rm "$file"
}

# The package goes when the module is gone, too
auto_removed_alone() {
	auto "" once
	run "SHIM6_FAKE=unloaded" "" "hba auto remove state $TMP/auto"
	[ "$(cat "$TMP/status")" = 0 ] || { transcript; return 1; }
	! ls "$TMP"/auto/*.hba 2>/dev/null
}

auto_json() {
	run "SHIM6_FAKE=advertised" -j "hba auto once sec 0 state $TMP/auto.j"
	$PYTHON - "$TMP/out" <<-'END'
	import json, sys
	text, decoder, seen = open(sys.argv[1]).read(), json.JSONDecoder(), []
	while text.strip():
	    value, end = decoder.raw_decode(text.lstrip())
	    text = text.lstrip()[end:]
	    seen.append((value["object"], value["action"]))
	assert seen.count(("set", "made")) == 1, seen
	assert [x[0] for x in seen].count("address") == 2, seen
	END
}

auto_ends() {
	local pid status=0

	# shellcheck disable=SC2086
	SHIM6_FAKE=alone $FAKE hba auto state "$TMP/auto.e" >"$TMP/ends" &
	pid=$!
	# Before it says something it may not be the program yet
	for _ in $(seq 200); do
		[ ! -s "$TMP/ends" ] || break
		sleep 0.05
	done
	kill -TERM $pid
	wait $pid || status=$?
	# Its own end, not that of the signal
	[ "$(cat "$TMP/ends") $status" = \
		"prefixes 1 of 2: a set needs one of each provider 0" ]
}

# What the file says counts, its other lines are for others
auto_config() {
	printf '%s\n' "fly away" "hba auto noprefix 2001:db8:b::/48" \
		>"$TMP/auto.conf"
	auto "" once config "$TMP/auto.conf"
	[ "$(cat "$TMP/status")" = 0 ] || { transcript; return 1; }
	grep -q "prefixes 1 of 2" "$TMP/out" || { transcript; return 1; }
	# No file, nothing to say
	auto "" once config "$TMP/nothing.conf"
	grep -q "set of 2 prefixes: made" "$TMP/out" || return 1
	auto "" remove
	echo "hba auto sec 9" >"$TMP/auto.conf"
	auto "" once config "$TMP/auto.conf"
	grep -q "^shim6ctl: $TMP/auto.conf:1: sec 9: must be" "$TMP/err"
}

test_auto() {
	check "auto: what a host needs" plans auto.plan
	check "auto: a set, labels, routes, addresses" auto_first
	check "auto: again" auto_again
	check "auto: a change that fails" auto_partly
	check "auto: a damaged set" auto_damaged
	check "auto: removed" auto_removed
	check "auto: removed without a module" auto_removed_alone
	check "auto: JSON" auto_json
	check "auto: ends when told to" auto_ends
	check "auto: told by a file" auto_config
	run "SHIM6_FAKE=unloaded" "" "hba auto once state $TMP/auto"
	check "auto: no module" refused 3 \
		"/dev/shim6: the module is not loaded; load it: modprobe shim6"
	run "SHIM6_FAKE=advertised" "" "hba auto once state /proc/nothing"
	check "auto: no folder" refused 1 \
		"folder /proc/nothing: No such file or directory"
	run "SHIM6_FAKE=advertised" "" "hba auto once dev eth9 state $TMP/auto"
	check "auto: no interface" refused 1 \
		"dev eth9: no such interface; see \"ip link\""
	run "SHIM6_FAKE=advertised SHIM6_FAKE_FAIL=addrs:12" "" \
		"hba auto once state $TMP/auto"
	check "auto: no addresses" refused 1 \
		"addresses and routes: Cannot allocate memory"
}

test_golden
check "no golden file without a command" test_orphans
test_bad
test_changes
test_undo
test_alone
test_auto
test_abi
# shellcheck disable=SC2086
tap ${WRAP:-} tests/walk
tap $PYTHON tests/batch.py "${WRAP:-}"
tap $PYTHON tests/table.py "${WRAP:-}"
tap $PYTHON tests/shell.py "${WRAP:-}"
tap $PYTHON tests/completion.py
tap $PYTHON tests/hba.py "${WRAP:-}"
tap $PYTHON tests/exposition.py "${WRAP:-}"
tap in_background $PYTHON tests/live.py "${WRAP:-}"
tap tests/netns.sh
# shellcheck disable=SC2086
tap $PYTHON tests/ruleset.py $FAKE
tap tests/qos.sh

echo "1..$((passed + failed + skipped))"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
