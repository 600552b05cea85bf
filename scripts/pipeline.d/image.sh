# shellcheck shell=bash
# Builds the image from the repository, tags it by a hash of its sources, and pushes it.

# Builders that can push come first.
builder_order='buildah podman docker'

local_image() { image_of "services/$product"; }

step_image() {
  local image tag digest='' revision=unknown
  rm -f "$output/image.json"
  choose_builder
  note_untracked "services/$product"
  image=$(local_image) || exit
  tag=${image##*:}
  if [ -n "${IMAGE_REPOSITORY:-}" ]; then
    case ${builder%% *} in buildah | podman) ;; *) fail 69 "$builder cannot push images: install buildah or podman" ;; esac
    need_tools skopeo
    log_in
    digest=$(digest_of "$IMAGE_REPOSITORY:$tag") || exit
  fi
  if [ -n "$digest" ]; then
    say "$IMAGE_REPOSITORY:$tag already exists: its sources have not changed"
  else
    # A downloaded archive has no commit.
    if is_clone; then revision=$(git rev-parse HEAD) || fail 1 'git cannot name the commit: its message is above'; fi
    builder="$builder --build-arg REVISION=$revision"
    build_image "$image" "services/$product/Dockerfile"
    if [ -n "${IMAGE_REPOSITORY:-}" ]; then digest=$(push "$image" "$IMAGE_REPOSITORY:$tag"); fi
  fi
  # Values of the chart, which the step `deploy` installs.
  printf '{"image":{"repository":"%s","tag":"%s","digest":"%s"}}\n' "${IMAGE_REPOSITORY:-${image%:*}}" "$tag" "$digest" >"$output/image.json"
  cat "$output/image.json"
}

log_in() {
  local host=${IMAGE_REPOSITORY%%/*} region
  case $host in
    *.dkr.ecr.*.amazonaws.com | *.dkr.ecr.*.amazonaws.com.cn)
      need_tools aws
      region=${host#*.dkr.ecr.}
      aws ecr get-login-password --region "${region%%.*}" |
        "${builder%% *}" login --username AWS --password-stdin "$host"
      ;;
    *)
      if [ -n "${REGISTRY_USER:-}" ]; then
        printf '%s' "${REGISTRY_PASSWORD:?is not set, though REGISTRY_USER is}" |
          "${builder%% *}" login --username "$REGISTRY_USER" --password-stdin "$host"
      fi
      ;;
  esac
}

# digest_of REMOTE: prints the digest; nothing when the registry answers that it has no such image. After another answer, such as
# 429, the step fails: an image that exists would be built again, with another digest.
digest_of() {
  local said=$output/inspect.log absent='manifest unknown|name unknown|status( ?code)?:? 404'
  if skopeo inspect --retry-times 2 --format '{{.Digest}}' "docker://$1" 2>"$said"; then return; fi
  # Docker Hub denies access to a repository that the first push creates. Without the right to push, the push fails.
  case $1 in docker.io/*) absent="$absent|denied" ;; esac
  if grep -iE "$absent" "$said" >/dev/null; then return; fi
  cat "$said" >&2
  fail 75 "the registry does not tell whether it has $1: its answer is above; start the step again later"
}

# push IMAGE REMOTE: pushes the image and prints its digest.
push() {
  rm -f "$output/digest"
  "${builder%% *}" push --quiet --digestfile "$output/digest" "$1" "docker://$2" >&2 || return 1
  cat "$output/digest"
}

# pushed_image: prints REPOSITORY@DIGEST; nothing when the image was built but not pushed.
pushed_image() {
  sed -n 's/.*"repository":"\([^"]*\)".*"digest":"\(sha256:[0-9a-f]*\)".*/\1@\2/p' "$output/image.json"
}
