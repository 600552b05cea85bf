# shellcheck shell=bash
# The files that images are built from: those that git tracks, as they are in the work tree. Files that a person or a desktop
# has left there, such as .env or .DS_Store, change no image and get into none.

# is_clone: whether the repository is a clone, not a downloaded archive.
is_clone() { [ -e "$root/.git" ]; }

# tracked PATH…: the tracked files below these paths. An archive has no list; there, hidden files do not count.
tracked() {
  local list file
  if ! is_clone; then
    (cd "$root" && find "$@" \( -name target -o -name '.?*' ! -name .sqlx ! -name .dockerignore \) -prune -o -type f ! -name '*~' -print) |
      sed 's|^\./||' | LC_ALL=C sort
    return
  fi
  list=$(git_files --cached -- "$@") || return
  # A deleted file stays in git's list until the next commit.
  printf '%s\n' "$list" | LC_ALL=C sort -u | while IFS= read -r file; do if [ -f "$root/$file" ]; then printf '%s\n' "$file"; fi; done
}

# git_files OPTION… -- PATH…: runs git ls-files; names are printed as they are, also Korean ones.
git_files() {
  if ! has git; then fail 69 "git is missing, which lists the files of this clone (scripts/cluster doctor prints how to install it)"; fi
  git -C "$root" -c core.quotePath=false ls-files "$@" || fail 69 'git cannot list the files of this clone: its message is above'
}

# only_inputs: removes tests, charts and documents from a list of files, as no image is built from them.
only_inputs() {
  awk '!/(^|\/)(target|tests)\// && !/^(services|infra)\/[^\/]*\/(chart|terraform|ops|pipeline)\// && !/\.md$/ && !/\/(catalog-info\.yaml|product\.toml)$/'
}

# inputs FOLDER: the files that the image of that crate is built from.
inputs() {
  local list
  list=$(tracked Cargo.toml Cargo.lock .dockerignore proto infra/chassis "$1") || return
  printf '%s\n' "$list" | only_inputs
}

# Fails when git tracks nothing of a product, whose image would lack it.
need_tracked() { # FOLDER
  local list
  list=$(tracked "$1") || exit
  if [ -z "$list" ]; then fail 1 "git tracks no file of $1, and images have tracked files only: git add $1"; fi
}

# Names the untracked files that would be inputs of these folders' images: a new file of a person's change may be among them.
note_untracked() { # FOLDER…
  local list
  if ! is_clone; then return; fi
  list=$(git_files --others --exclude-standard -- proto infra/chassis "$@") || exit
  list=$(printf '%s\n' "$list" | only_inputs)
  if [ -z "$list" ]; then return; fi
  say '  not in the images, because git does not track them (git add FILE, to have them in):'
  printf '%s\n' "$list" | awk 'NR <= 5 { print "    " $0 } END { if (NR > 5) print "    … and " NR - 5 " more" }'
}

# copy_tracked FOLDER: copies the tracked files into an empty folder, from which an image is built.
copy_tracked() {
  local list
  list=$(tracked .) || return
  # Without the variable, the tar of macOS adds files for extended attributes.
  printf '%s\n' "$list" | COPYFILE_DISABLE=1 tar -C "$root" -cf - -T - | tar -C "$1" -xf -
}
