#!/bin/sh
#
# What tests run in place of Claude Code: the last argument, which is the
# prompt or what stands behind `ccpod run --`, is run as a shell script, with
# all arguments as "$@". Without one it says what it reads, as `cat` does, or
# is a shell where it reads from a terminal. With ECHO_ARGUMENTS in its
# environment it prints its arguments instead, each ended by a NUL byte.

if [ -n "${ECHO_ARGUMENTS:-}" ]; then
	printf '%s\0' "$@"
	exit
fi
last=
for last; do :; done
case $last in
--version) echo '1.0.0 (test)' ;;
-- | -p | --strict-mcp-config | '') if [ -t 0 ]; then exec sh -i; else exec cat; fi ;;
-*)
	echo "error: unknown option '$last'" >&2
	exit 1
	;;
*) eval "$last" ;;
esac
