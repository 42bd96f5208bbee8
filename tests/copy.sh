# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the runs of the whole suite share that look into each program of ours (tests/sanitize, tests/valgrind): they work
# on a copy of the sources in DIR/tree with a build of its own, since the tests run what stands in build/. What was
# found is left in DIR/found. Sets root, dir, tree, found and tests from the arguments DIR [TEST...].
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
# shellcheck disable=SC2034 # for whoever reads this
tree=$dir/tree found=$dir/found tests=("${@:2}")

die()
{
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

# The sources as they are, and what `make deps` has fetched; what was built here before stays. And an empty place for
# what is found, by whichever user.
copy_sources()
{
	mkdir -p "$tree/build"
	find "$tree" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
	tar -C "$root" -c --exclude=./build --exclude=./.git . | tar -C "$tree" -x
	for part in freeradius browser galera cache; do
		[ ! -e "$root/build/$part" ] || ln -sfn "$root/build/$part" "$tree/build/$part"
	done
	rm -rf "$found"
	mkdir -m 1777 "$found"
	chmod 1777 "$found"
}

# replace FILE FROM TO: in the copy; FROM has to be there.
replace()
{
	grep -qF -- "$2" "$tree/$1" || die "no '$2' in $1"
	FROM=$2 TO=$3 perl -pi -e 's/\Q$ENV{FROM}\E/$ENV{TO}/g' "$tree/$1"
}
