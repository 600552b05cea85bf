# shellcheck shell=bash
# Checks the command line of a script before it builds or starts anything. The script has a function `usage`.

# refuse MESSAGE: prints what is wrong, then the usage, and exits with 64.
refuse() {
  printf '%s: %s\n\n' "scripts/$(basename "$0")" "$1" >&2
  usage >&2
  exit 64
}

# is_word WORD LIST: whether a list with spaces between has the word.
is_word() { case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# check_arguments FLAGS OPTIONS LEAST MOST ARGUMENT…
# FLAGS are options without a value, OPTIONS those with one, LEAST and MOST the number of the other arguments. Refuses
# everything else by its name, and sets `words` to the other arguments. Prints the usage for -h and --help.
# An option is given once, except those in `repeatable`.
repeatable=''
check_arguments() {
  local flags=$1 options=$2 least=$3 most=$4 argument seen=''
  shift 4
  words=()
  while [ $# -gt 0 ]; do
    argument=$1
    shift
    case $argument in
      -?*)
        if is_word "${argument%%=*}" "$seen"; then refuse "${argument%%=*} is given twice"; fi
        is_word "${argument%%=*}" "$repeatable" || seen="$seen ${argument%%=*}"
        ;;
    esac
    case $argument in
      -h | --help) usage; exit 0 ;;
      --) refuse 'no command is taken after --' ;;
      --*=*)
        is_word "${argument%%=*}" "$options" || refuse "no option ${argument%%=*}"
        if [ -z "${argument#*=}" ]; then refuse "${argument%%=*} needs a value"; fi
        ;;
      -*)
        if is_word "$argument" "$flags"; then continue; fi
        # Short options also take their value without a space: -n5.
        case $argument in --*) ;; -??*) if is_word "${argument%"${argument#-?}"}" "$options"; then continue; fi ;; esac
        is_word "$argument" "$options" || refuse "no option $argument"
        if [ $# -eq 0 ] || [ -z "$1" ]; then refuse "$argument needs a value"; fi
        case $1 in -*) refuse "$argument needs a value, not $1" ;; esac
        shift
        ;;
      '') refuse 'an argument is empty' ;;
      *)
        words+=("$argument")
        if [ ${#words[@]} -gt "$most" ]; then refuse "too many arguments: $argument"; fi
        ;;
    esac
  done
  if [ ${#words[@]} -lt "$least" ]; then refuse 'an argument is missing'; fi
}

# value_of OPTION ARGUMENT…: the last value of an option with a value; nothing when it was not given.
value_of() {
  local option=$1 found='' argument
  shift
  while [ $# -gt 0 ]; do
    argument=$1
    shift
    case $argument in
      "$option"=*) found=${argument#*=} ;;
      "$option") found=${1-} ;;
    esac
  done
  printf '%s' "$found"
}

# check_number OPTION LEAST MOST ARGUMENT…: refuses a value that is no whole number within the limits.
check_number() {
  local option=$1 least=$2 most=$3
  shift 3
  refuse_number "$option" "$least" "$most" "$(value_of "$option" "$@")"
}

# check_variable NAME LEAST MOST: the same for a variable of the environment. An empty one counts as unset.
check_variable() {
  if [ -z "${!1-}" ]; then unset "$1"; return; fi
  refuse_number "$1 in the environment" "$2" "$3" "${!1}"
}

refuse_number() { # NAME LEAST MOST VALUE
  case $4 in
    '') return ;;
    *[!0-9]* | ????????*) ;;
    *) if [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; then return; fi ;;
  esac
  refuse "$1 must be a number from $2 to $3, not $4"
}

# check_product NAME: refuses a name that is no product.
check_product() {
  local root names
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  if [ -f "$root/services/$1/product.toml" ]; then return; fi
  names=$(cd "$root/services" && for file in */product.toml; do if [ -f "$file" ]; then printf ' %s' "${file%/*}"; fi; done)
  refuse "no product $1: choose one of$names"
}
