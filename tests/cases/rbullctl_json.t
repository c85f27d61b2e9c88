#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What rbullctl prints for other programs: JSON, which must match the installed schema, and raw tables.
# Not in UML: it tests the tool.
# Newest kernel: it tests the tool.
# shellcheck source=/dev/null
. "${0%/*}/../guest/lib.sh"
# shellcheck source=/dev/null
. "${0%/*}/../guest/rbullctl.sh"

AS=
DOCUMENTS=()
CHANGED=()
SCHEMA=/usr/share/rbull/rbullctl.schema.json

# Print the schema without permission for members that it does not name: new members must be added to it.
strict_schema() {
	jq '.definitions.disk.additionalProperties = false
		| .definitions.snapshot.additionalProperties = false' $SCHEMA
}

# prints WORD...: keep what rbullctl prints in JSON, and in a file of DOCUMENTS
prints() {
	capture ${AS:+"$AS"} rbullctl "$@" || return
	JSON=$OUT
	DOCUMENTS+=("$WORK/json.${#DOCUMENTS[@]}")
	printf '%s' "$JSON" >"${DOCUMENTS[-1]}"
}

# disagreeing FILE...: print the files that do not match the schema. Call it once: Python takes seconds to start here.
disagreeing() {
	python3 - "$WORK/schema" "$@" <<-'EOF'
		import json, sys, jsonschema
		check = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))
		for name in sys.argv[2:]:
		    if not check.is_valid(json.load(open(name))):
		        print(name.split("/")[-1])
	EOF
}

# as_user COMMAND...: run it as a user who may not open the control device
as_user() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# json FILTER: apply the jq filter to JSON
json() {
	jq -rc "$1" <<<"$JSON"
}

# change FILTER: make a document that the schema must reject
change() {
	CHANGED+=("$WORK/changed.${#CHANGED[@]}")
	jq "$1" "$WORK/json.0" >"${CHANGED[-1]}"
}

strict_schema >"$WORK/schema"
load nr_disks=0
ok "no disks" prints ls --json
is "$(json '.disks | length')" 0 "is an empty list"
ctl "a disk of its own kind" add --size 12M --name odd.name_1-2 --ro --no-discard --rotational --mem-limit 1G \
	--queue-mode bio --numa-node 0
ctl "a disk like any" add --size 2T
ok "the list" prints ls --json
is "$(json '[.disks[] | [.device, .name, .size, .mem_limit, .ro, .snapshots]]')" \
	'[["/dev/rbull0","odd.name_1-2",12582912,1073741824,true,0],["/dev/rbull1",null,2199023255552,0,false,0]]' \
	"says what they are"
ok "all of it" prints ls --json --output-all
all=$JSON
ok "info" prints info --json 0 1
is "$(json .disks)" "$(jq -c .disks <<<"$all")" "is the same"
is "$(json '.disks[0] | [.discard, .rotational, .queue_mode, .numa_node, .index]')" \
	'[false,true,"bio",0,0]' "and says the rest"
is "$(json '.disks[0] | keys_unsorted | length')" "$(jq '.definitions.disk.properties | length' $SCHEMA)" \
	"all that the schema has"
ok "some columns" prints ls -J -o size,maj:min,mem-used
is "$(json '.disks[0] | keys_unsorted')" '["size","maj:min","mem_used"]' "in the order asked for"

AS=as_user
ok "the list for anybody" prints ls --json
is "$(json '[.disks[] | [.device, .name, .size, .mem_limit, .ro, .snapshots]]')" \
	'[["/dev/rbull0","odd.name_1-2",12582912,1073741824,true,0],["/dev/rbull1",null,2199023255552,0,false,0]]' \
	"says the same"
is "$(json '[.mem_used, .mem_limit]')" "$(jq -c '[.mem_used, .mem_limit]' <<<"$all")" "also about all disks together"
ok "all of it for anybody" prints info --json odd.name_1-2 /dev/rbull1
is "$(json '.disks[0] | keys_unsorted')" "$(jq -c '.disks[0] | keys_unsorted' <<<"$all")" "has the same members"
is "$(json '[.disks[] | [.queue_depth, .numa_node, .populate]]')" '[[null,null,null],[null,null,null]]' \
	"those that sysfs does not tell are null"
is "$(jq -n --argjson a "$all" --argjson b "$JSON" '[$a.disks, $b.disks] | transpose
	| map(.[0] + (.[1] | with_entries(select(.value != null))) == .[0]) | all')" true "the others are the same"
ok "statistics for anybody" as_user rbullctl stats -rn 1
is "$OUT" "$(</sys/block/rbull1/rbull/stats)"$'\n' "are those of sysfs"
ok "top for anybody" as_user rbullctl top 0.1 --count 1
like "$OUT" "  2 disks"[^$'\n']*$'\n\n'"DISK " "has all disks"
like "$(as_user rbullctl --complete info '' | xargs)" "/dev/rbull0 odd.name_1-2" "disks are completed for anybody"
fails "no such disk for anybody" as_user rbullctl ls nothing
like "$OUT" "^rbullctl: there is no disk nothing: 'rbullctl ls'" "it says so"
fails "snapshots are not for anybody" as_user rbullctl snapshot -l 1
like "$OUT" "only root or a process with CAP_SYS_ADMIN may open it" "it says so, too"
AS=

ok "no snapshots" prints snapshot --list --json 1
ctl "a snapshot" snapshot 1 first
ctl "another" snapshot 1 second
ok "they are listed" prints snapshot -lJ 1
is "$(json '[.snapshots[] | [.name, .size]]')" '[["first",2199023255552],["second",2199023255552]]' "with sizes"
like "$(json '.snapshots[0].created')" 'T[0-9]{2}:[0-9]{2}:[0-9]{2}[+]00:00$' "times are as RFC 3339 says"
created=$(date -d "$(json '.snapshots[0].created')" +%s)
between $(($(date +%s) - created)) -1 60 "and when they were made"
export TZ=XYZ+3:30
ok "elsewhere" prints snapshot -lJ 1
like "$(json '.snapshots[0].created')" '[0-9]-03:30$' "they have another offset"
is "$(date -d "$(json '.snapshots[0].created')" +%s)" "$created" "but are the same"
unset TZ

ok "a write" dd if=/dev/zero of=/dev/rbull1 bs=4k count=3 oflag=direct status=none
ok "statistics" prints stats --json 1
is "$(json '.stats.device')" /dev/rbull1 "of that disk"
is "$(json '.stats.write_bytes')" 12288 "count what was written"
is "$(json '.stats | keys_unsorted - ["device"] | .[]')" "$(cut -d' ' -f1 /sys/block/rbull1/rbull/stats)" \
	"all that sysfs has"

is "$(rbullctl ls -rn -o device,size 1)" "/dev/rbull1 2T" "raw, with human-readable sizes"
is "$(rbullctl ls -brn -o device,size 1)" "/dev/rbull1 2199023255552" "raw, in bytes"
is "$(rbullctl stats -rn 1 | grep '^write_bytes')" "write_bytes 12288" "raw statistics"
like "$(rbullctl ls)" "^DEVICE +NAME +SIZE +MEM_USED +MEM_LIMIT +RO +OPENS +SNAPSHOTS"$'\n' "a table has headings"
like "$(rbullctl ls)" $'\n\n[0-9.]+K of [0-9.]+[MG] of RAM in use$' "below it is the RAM in use by all disks"
unlike "$(rbullctl ls -r; rbullctl ls -n; rbullctl ls -o size; rbullctl ls 1)" "in use" "but not in output for programs"
ok "the sum" prints ls --json
is "$(json '.mem_used')" "$(json '[.disks[].mem_used] | add')" "is that of the disks"
is "$(json '.mem_limit')" $(($(param mem_limit_mb) << 20)) "the limit is that of the module"
refused "no such column" "$USAGE" "there is no column 'colour'" ls -o device,colour
refused "two forms at once" "$USAGE" "give either --json or --raw, not both" ls --json --raw
ctl "all go" rm --all

between "${#DOCUMENTS[@]}" 8 100 "there are several documents"
ok "a member of another type" change '.disks[0] = {"size": "2T"}'
ok "a member that is not documented" change '.disks[0] = {"more": 1}'
ok "no disks at all" change 'del(.disks)'
ok "they are compared with the schema" disagreeing "${DOCUMENTS[@]}" "${CHANGED[@]}"
is "$OUT" $'changed.0\nchanged.1\nchanged.2\n' "all but those three agree"

finish
