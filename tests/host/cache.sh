# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The cache of kernels, Debian roots and other things that take long to make. Each is an item: a folder NAME.SUM
# with a file `stamp`, which has the recipe of the item; SUM is a checksum of the recipe. So several clones can
# share a cache, even if their recipes differ.
#
#   NAME.SUM         an item; the date of its stamp is the date of its last use
#   lock.NAME.SUM    held by the run that makes the item
#   in-use           a lock that every run holds shared; a run that gets it exclusively may clean up
#   work.*           temporary folders of runs

# Items are removed after so many days without use.
CACHE_DAYS=30

# cache_usable FOLDER: make the folder; succeed if files can be made there.
cache_usable() {
	{ mkdir -p "$1" && : >>"$1/in-use"; } 2>/dev/null
}

# Print the folder of the cache: RBULL_CACHE if it is set, else a folder in XDG_CACHE_HOME or the home; if that cannot
# be written, .cache in this tree. Ignore XDG_CACHE_HOME unless it is absolute.
cache_place() {
	local home=${XDG_CACHE_HOME:-} own=$TOP/.cache

	if [ -n "${RBULL_CACHE:-}" ]; then
		cache_usable "$RBULL_CACHE" && realpath "$RBULL_CACHE" && return
		echo "RBULL_CACHE=$RBULL_CACHE cannot be written; the cache is $own" >&2
	fi
	[[ $home == /* ]] || home=${HOME:+$HOME/.cache}
	if [ -z "${RBULL_CACHE:-}" ] && [[ $home == /* ]] && cache_usable "$home/rbull"; then
		echo "$home/rbull"
	else
		echo "$own"
	fi
}

CACHE=$(cache_place)
# All processes of a run use the same cache.
export RBULL_CACHE=$CACHE

# cache_open: call it once in a process, before the cache is used. If no other run uses the cache, clean up first.
cache_open() {
	local fd

	mkdir -p "$CACHE" || die "cannot make the cache folder $CACHE"
	# Children inherit the lock: nothing is removed while a guest of a killed run is alive.
	exec {fd}>>"$CACHE/in-use" || die "cannot write to the cache folder $CACHE"
	! flock -n "$fd" || cache_prune
	flock -s "$fd"
}

# Remove what killed runs have left, and items that nobody has used for long. Older versions of rbull do not take the
# lock: remove only work folders that are older than a day.
cache_prune() {
	local stamp item

	find "$CACHE" -maxdepth 1 -name 'work.*' -mmin +1440 -exec rm -rf --one-file-system {} +
	while read -r stamp; do
		item=${stamp%/stamp}
		say "removing ${item##*/} from the cache: not used for $CACHE_DAYS days"
		# Remove the stamp first: without it the item does not count.
		rm -f "$stamp" "$CACHE/lock.${item##*/}"
		rm -rf --one-file-system "$item"
	done < <(find "$CACHE" -mindepth 2 -maxdepth 2 -name stamp -mtime "+$CACHE_DAYS")
}

# cache_item NAME STAMP: print the path of the item, which need not exist.
cache_item() {
	local sum

	sum=$(sha256sum <<<"$2")
	echo "$CACHE/$1.${sum:0:8}"
}

# cache_fresh ITEM STAMP: succeed if the item exists and is complete, and note its use.
cache_fresh() {
	[ -e "$1/stamp" ] && [ "$(cat "$1/stamp")" = "$2" ] && touch "$1/stamp"
}

# cache_get ITEM STAMP COMMAND...: unless the item exists, make it with COMMAND, in one run at a time, and return the
# status of COMMAND.
cache_get() {
	local item=$1 stamp=$2 fd status=0

	shift 2
	! cache_fresh "$item" "$stamp" || return 0
	exec {fd}>>"$CACHE/lock.${item##*/}"
	if ! flock -n "$fd"; then
		say "waiting for another run, which makes ${item##*/}"
		flock "$fd"
	fi
	cache_fresh "$item" "$stamp" || "$@"
	status=$?
	exec {fd}>&-
	return $status
}

# cache_commit TEMP ITEM STAMP: give a finished item its stamp and its name.
cache_commit() {
	printf '%s\n' "$3" >"$1/stamp" || return 1
	if [ -e "$2" ]; then
		mv "$2" "$WORK/replaced.${2##*/}" || return 1
	fi
	mv "$1" "$2"
}
