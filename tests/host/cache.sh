# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# The cache: kernels, Debian roots and whatever else takes long to make. Each is an item, a folder NAME.SUM
# with a file `stamp` that says by which recipe it was made; SUM is a checksum of that. So several clones can
# share a cache, also clones whose recipes differ.
#
#   NAME.SUM         an item; the date of its stamp is that of its last use
#   lock.NAME.SUM    held by the run that makes the item
#   in-use           held, shared, by every run; whoever gets it alone may clean up
#   work.*           temporary folders of runs

# Days without use after which an item goes.
CACHE_DAYS=30

# Prints where the cache is. What RBULL_CACHE names is meant so; a home that cannot be written, or none, is
# no obstacle. XDG_CACHE_HOME counts only if it is absolute.
cache_place() {
	local home=${XDG_CACHE_HOME:-}

	if [ -n "${RBULL_CACHE:-}" ]; then
		realpath -m "$RBULL_CACHE"
		return
	fi
	[[ $home == /* ]] || home=${HOME:+$HOME/.cache}
	if [[ $home == /* ]] && mkdir -p "$home/rbull" 2>/dev/null && [ -w "$home/rbull" ]; then
		echo "$home/rbull"
	else
		echo "$TOP/.cache"
	fi
}

CACHE=$(cache_place)
# The same for all that a run starts.
export RBULL_CACHE=$CACHE

# cache_open: before it is used, and once in a process. A run that is alone cleans up first.
cache_open() {
	local fd

	mkdir -p "$CACHE" || die "cannot make the cache folder $CACHE"
	# What inherits it holds it, too: nothing goes while a guest of a run that was killed is alive.
	exec {fd}>>"$CACHE/in-use" || die "cannot write to the cache folder $CACHE"
	! flock -n "$fd" || cache_prune
	flock -s "$fd"
}

# What runs that were killed have left (a day ago, as an older rbull is not noticed), and items that nobody has used for long.
cache_prune() {
	local stamp item

	find "$CACHE" -maxdepth 1 -name 'work.*' -mmin +1440 -exec rm -rf --one-file-system {} +
	while read -r stamp; do
		item=${stamp%/stamp}
		say "removing ${item##*/} from the cache: not used for $CACHE_DAYS days"
		# The stamp first: without it, an item is none.
		rm -f "$stamp" "$CACHE/lock.${item##*/}"
		rm -rf --one-file-system "$item"
	done < <(find "$CACHE" -mindepth 2 -maxdepth 2 -name stamp -mtime "+$CACHE_DAYS")
}

# cache_item NAME STAMP: where the item is, if it is there.
cache_item() {
	local sum

	sum=$(sha256sum <<<"$2")
	echo "$CACHE/$1.${sum:0:8}"
}

# cache_fresh ITEM STAMP: is the ITEM there and whole? Then it is used from now on.
cache_fresh() {
	[ -e "$1/stamp" ] && [ "$(cat "$1/stamp")" = "$2" ] && touch "$1/stamp"
}

# cache_get ITEM STAMP COMMAND...: it is there, or the COMMAND makes it, in one run at a time; the status is
# the COMMAND's then.
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

# cache_commit TEMP ITEM STAMP: only a finished item gets its stamp and its name.
cache_commit() {
	printf '%s\n' "$3" >"$1/stamp" || return 1
	if [ -e "$2" ]; then
		mv "$2" "$WORK/replaced.${2##*/}" || return 1
	fi
	mv "$1" "$2"
}
