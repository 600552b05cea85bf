# shellcheck shell=bash
# Runs parts, several at a time, and stores the result of each. A part is a function part_NAME in one of the other
# files.
#
# A part's result is a file with one value per line: result, seconds, CPU-seconds, second of the start, the part it
# waited for last, note. `checks report` reads it.

# Status of a part whose tool is missing; the part has set `note`.
SKIPPED=77

# Writes the result of a part that has ended.
write_result() { # NAME RESULT SECONDS CPU STARTED WAITED_FOR NOTE
  local name=$1
  shift
  printf '%s\n' "$@" >"$outputs/$name.result.new"
  mv "$outputs/$name.result.new" "$outputs/$name.result"
}

# Prints the CPU-seconds of this shell and all its children, from the output of `times`.
cpu_seconds() { # FILE
  awk '{ for (i = 1; i <= 2; i++) { split($i, part, /[ms]/); sum += part[1] * 60 + part[2] } } END { printf "%.0f", sum }' "$1"
}

# Runs a part in this shell, which runs no other part. The part may set `note`.
run_part() { # NAME WAITED_FOR
  local name=$1 started=$SECONDS status=0 result
  note=''
  rm -f "$outputs/$name.result"
  # `if` and `||` switch -e off in the function, so each part checks the status of its steps.
  if is_in "$name" "${parts[@]}"; then "part_$name" || status=$?; else test_product "$name" || status=$?; fi
  case $status in
    0) result=passed ;;
    "$SKIPPED") result=skipped; printf 'SKIPPED %s: %s\n' "$name" "$note" ;;
    *) result=FAILED ;;
  esac
  # In a pipe, `times` would run in a subshell and count only that one.
  times >"$outputs/$name.times"
  write_result "$name" "$result" $((SECONDS - started)) "$(cpu_seconds "$outputs/$name.times")" "$started" "$2" "$note"
}

result_of() { head -n 1 "$outputs/$1.result" 2>/dev/null || true; }
is_done() { [ -f "$outputs/$1.result" ]; }

# Prints the first part that this one still waits for, if any.
missing_need() { # NAME
  local need
  for need in $(needs_of "$1"); do
    if is_in "$need" "${wanted[@]}" && ! is_done "$need"; then printf '%s' "$need"; return; fi
  done
}

# Prints the failed part that this one needs, if any.
failed_need() { # NAME
  local need
  for need in $(needs_of "$1"); do
    if is_in "$need" "${wanted[@]}" && [ "$(result_of "$need")" = FAILED ]; then printf '%s' "$need"; return; fi
  done
}

# Prints how many parts may run at a time. A part of `waiting_parts` does not count.
jobs() { printf '%d' "${TEST_JOBS:-2}"; }
running=''

busy() {
  local name count=0
  for name in $running; do is_in "$name" "${waiting_parts[@]}" || count=$((count + 1)); done
  printf '%d' "$count"
}

may_start() { # NAME
  if is_in "$1" "${exclusive_parts[@]}"; then [ -z "$running" ]; return; fi
  local name
  for name in $running; do if is_in "$name" "${exclusive_parts[@]}"; then return 1; fi; done
  is_in "$1" "${waiting_parts[@]}" || [ "$(busy)" -lt "$(jobs)" ]
}

start_part() { # NAME WAITED_FOR
  printf '== %s: started after %d s\n' "$1" "$SECONDS"
  # Starts a process group, so that all processes of the part can be ended together.
  set -m
  run_part "$1" "$2" </dev/null >"$outputs/$1" 2>&1 &
  printf '%d\n' $! >"$outputs/$1.pid"
  set +m
  running="$running $1"
}

# Shows the output of a part that has ended.
end_part() { # NAME
  local name still=''
  wait "$(cat "$outputs/$1.pid")" 2>/dev/null || true
  # A part that ended without a result has failed.
  if ! is_done "$1"; then write_result "$1" FAILED 0 0 "$SECONDS" '' 'ended without a result'; fi
  for name in $running; do [ "$name" = "$1" ] || still="$still $name"; done
  running=$still
  printf '\n== %s: %s\n' "$1" "$(result_of "$1")"
  cat "$outputs/$1"
}

# Ends the parts that still run at the deadline, and starts no other.
meet_deadline() {
  local name
  if [ -z "${TEST_DEADLINE:-}" ] || [ "$SECONDS" -lt "$TEST_DEADLINE" ]; then return; fi
  for name in $running; do
    if is_done "$name"; then continue; fi
    end_group "$name"
    write_result "$name" FAILED "$TEST_DEADLINE" 0 0 '' "ended: it still ran after $TEST_DEADLINE s"
  done
  for name in ${pending[@]+"${pending[@]}"}; do
    write_result "$name" FAILED 0 0 "$SECONDS" '' "not started within $TEST_DEADLINE s"
  done
  pending=()
}

# Ends all processes of a part; those that ignore it are ended by force.
end_group() { # NAME
  local pid
  read -r pid <"$outputs/$1.pid"
  kill -- "-$pid" 2>/dev/null || return 0
  for _ in $(seq 50); do
    if ! kill -0 -- "-$pid" 2>/dev/null; then return; fi
    sleep 0.2
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# Starts no process: it runs several times a second.
has_ended() { # NAME
  local pid
  if is_done "$1"; then return; fi
  read -r pid <"$outputs/$1.pid"
  ! kill -0 "$pid" 2>/dev/null
}

# Starts all parts that can start, in the order of the list.
start_ready() {
  local name need still=()
  for name in ${pending[@]+"${pending[@]}"}; do
    need=$(missing_need "$name")
    if [ -n "$need" ]; then
      printf '%s' "$need" >"$outputs/$name.waits"
      still+=("$name")
      continue
    fi
    need=$(failed_need "$name")
    if [ -n "$need" ]; then
      write_result "$name" skipped 0 0 "$SECONDS" "$need" "not run: $need failed"
      continue
    elif may_start "$name"; then
      start_part "$name" "$(cat "$outputs/$name.waits" 2>/dev/null || true)"
      continue
    elif [ ! -f "$outputs/$name.waits" ]; then
      printf 'a free slot' >"$outputs/$name.waits"
    fi
    still+=("$name")
  done
  pending=(${still[@]+"${still[@]}"})
}

# Runs all wanted parts. A part starts after the parts that it needs have ended.
run_all() {
  local name ended=yes
  pending=("${wanted[@]}")
  while [ ${#pending[@]} -gt 0 ] || [ -n "$running" ]; do
    # Only the end of a part, or a part that is not run, lets another one start.
    if [ -n "$ended" ] || [ -z "$running" ]; then start_ready; fi
    ended=''
    meet_deadline
    for name in $running; do
      if has_ended "$name"; then
        end_part "$name"
        ended=yes
      fi
    done
    if [ -z "$ended" ]; then sleep 0.5; fi
  done
}

# Runs one part and shows its output.
run_alone() { # NAME
  printf '\n== %s\n' "$1"
  (run_part "$1" '') > >(tee "$outputs/$1") 2>&1
}

# Ends the running parts when the script is interrupted.
end_running() {
  local name
  for name in $running; do
    if ! is_done "$name"; then end_group "$name"; fi
  done
  wait
}

# Prints the lines of a failed part's output that contain the cause.
show_failure() { # NAME
  if [ ! -f "$outputs/$1" ]; then return; fi
  printf '\n== %s failed; all of its output is in %s\n' "$1" "$outputs/$1"
  grep -E -A 4 'panicked at|FAILED|error(\[|:)|Error' "$outputs/$1" | head -n 80 || tail -n 40 "$outputs/$1"
}
