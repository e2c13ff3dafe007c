#!/bin/sh
# Runs one server for as long as somebody holds the other end of this script's standard input.
#
#   sh watchdog.sh DIR COMMAND [ARGUMENT...]
#
# The holder may end in any way, SIGKILL included: the system closes its end of the pipe, and the server is killed and
# DIR removed. A holder that writes a line before it lets go gets the server killed and DIR left (a crash to recover from).
# DIR/log collects what the server prints, DIR/exit appears with its status once it has ended.
set -u
dir=$1
shift

# A signal sent to the whole process group (Ctrl-C, a cancelled CI job) must not end the watchdog before its server.
trap '' HUP INT TERM
exec 3<&0 </dev/null >>"$dir/log" 2>&1

"$@" 3<&- &
server=$!

# `read` fails at the end of input, so the status of this subshell says whether the holder has gone without a word.
{
    read -r _ <&3
    gone=$?
    # Once the server has been waited for, its number may belong to somebody else.
    [ -e "$dir/exit" ] || kill -9 "$server"
    exit "$gone"
} &
holder=$!

wait "$server"
echo "$?" >"$dir/exit"
wait "$holder" || rm -rf "$dir"
