# Fetches the page of $TEST_EMAIL from $MYPAGE, signing in at $LOGIN, with busybox alone.

# ask METHOD ADDRESS HEADER FORM: the whole answer with its headers, of which wget shows but a few. The connection is held
# open, since a server may take its end for a person who has left.
ask() {
  host=${2#http://} path=/
  case $host in */*) path=/${host#*/} host=${host%%/*} ;; esac
  {
    printf '%s %s HTTP/1.0\r\nHost: %s\r\n%s\r\n' "$1" "$path" "$host" "${3:-Accept: */*}"
    printf 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %s\r\n\r\n%s' "${#4}" "$4"
    sleep 2
  } | timeout 10 nc "${host%:*}" "${host#*:}" | tr -d '\r' || true
}
# Of an answer: where it leads, and the cookies that it sets.
location() { echo "$1" | sed -n 's/^[Ll]ocation: *//p' | head -n 1; }
cookies() { echo "$1" | sed -n 's/^[Ss]et-[Cc]ookie: *\([^;]*=[^;][^;]*\).*/\1/p' | tr '\n' ';'; }

page=
# The network opens a moment after a new pod has started.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  page=$(timeout 5 wget -qO- "$MYPAGE/") && break
  sleep 1
done
case $page in
  *'href="/auth/sign-in"'*) echo "the page for strangers is there" ;;
  *) echo "no way to sign in at $MYPAGE/: $page"; exit 1 ;;
esac

leaving=$(ask GET "$MYPAGE/auth/sign-in" '' '')
authorize=$(location "$leaving")
case $authorize in
  "$ISSUER"/authorize*) echo "signing in leads to $ISSUER" ;;
  *) echo "signing in does not lead to $ISSUER: $leaving"; exit 1 ;;
esac

if [ -z "${TEST_EMAIL:-}" ]; then
  echo "The Secret has no TEST_EMAIL: nobody's page is fetched."
  exit 0
fi

form="email=$(echo "$TEST_EMAIL" | sed 's/@/%40/; s/+/%2B/')&password=$TEST_PASSWORD"
person=$(cookies "$(ask POST "$LOGIN/sign-in" 'Sec-Fetch-Site: same-origin' "$form")")
[ -n "$person" ] || { echo "login knows no $TEST_EMAIL with that password"; exit 1; }

callback=$(location "$(ask GET "$LOGIN${authorize#"$ISSUER"}" "Cookie: $person" '')")
case $callback in
  "$ORIGIN"/auth/callback*) ;;
  *) echo "login does not lead back to $ORIGIN: $callback"; exit 1 ;;
esac
session=$(cookies "$(ask GET "$MYPAGE${callback#"$ORIGIN"}" "Cookie: $(cookies "$leaving")" '')")
page=$(timeout 10 wget -qO- --header "Cookie: $session" "$MYPAGE/")
case $page in
  *'action="/auth/sign-out"'*) echo "fetched the page of $TEST_EMAIL" ;;
  *) echo "not the page of $TEST_EMAIL: $page"; exit 1 ;;
esac
