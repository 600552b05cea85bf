# Signs in at $LOGIN and loads the page of $TEST_EMAIL from $MYPAGE. Uses only busybox.

# request METHOD URL HEADER FORM: prints the whole response with all headers, which wget does not. The connection stays open,
# because a server may cancel the request when the client closes its side.
request() {
  host=${2#http://} path=/
  case $host in */*) path=/${host#*/} host=${host%%/*} ;; esac
  # An IPv6 address is in brackets, and contains colons itself.
  name=$host port=80
  case $host in *]) ;; *:*) name=${host%:*} port=${host##*:} ;; esac
  {
    printf '%s %s HTTP/1.0\r\nHost: %s\r\n%s\r\n' "$1" "$path" "$host" "${3:-Accept: */*}"
    printf 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %s\r\n\r\n%s' "${#4}" "$4"
    sleep 2
  } | timeout 10 nc "$(echo "$name" | tr -d '[]')" "$port" | tr -d '\r' || true
}
# Print the redirect URL and the cookies of a response.
location() { echo "$1" | sed -n 's/^[Ll]ocation: *//p' | head -n 1; }
cookies() { echo "$1" | sed -n 's/^[Ss]et-[Cc]ookie: *\([^;]*=[^;][^;]*\).*/\1/p' | tr '\n' ';'; }

page=
# Network policies apply a moment after the start of a new pod.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  page=$(timeout 5 wget -qO- "$MYPAGE/") && break
  sleep 1
done
case $page in
  *'href="/auth/sign-in"'*) echo "the page of visitors is available" ;;
  *) echo "no link to sign in at $MYPAGE/: $page"; exit 1 ;;
esac

leaving=$(request GET "$MYPAGE/auth/sign-in" '' '')
authorize=$(location "$leaving")
case $authorize in
  "$ISSUER"/authorize*) echo "sign-in redirects to $ISSUER" ;;
  *) echo "sign-in does not redirect to $ISSUER: $leaving"; exit 1 ;;
esac

if [ -z "${TEST_EMAIL:-}" ]; then
  echo "The Secret has no TEST_EMAIL: no page was loaded."
  exit 0
fi
# nc speaks no TLS. A failure here would roll a good release back.
case $LOGIN in
  https:*) echo "login.backchannelUrl is empty or has https, which this test cannot speak: no page was loaded."; exit 0 ;;
esac

form="email=$(echo "$TEST_EMAIL" | sed 's/@/%40/; s/+/%2B/')&password=$TEST_PASSWORD"
person=$(cookies "$(request POST "$LOGIN/sign-in" 'Sec-Fetch-Site: same-origin' "$form")")
[ -n "$person" ] || { echo "login refused the password of $TEST_EMAIL"; exit 1; }

callback=$(location "$(request GET "$LOGIN${authorize#"$ISSUER"}" "Cookie: $person" '')")
case $callback in
  "$ORIGIN"/auth/callback*) ;;
  *) echo "login did not redirect to $ORIGIN: $callback"; exit 1 ;;
esac
session=$(cookies "$(request GET "$MYPAGE${callback#"$ORIGIN"}" "Cookie: $(cookies "$leaving")" '')")
page=$(timeout 10 wget -qO- --header "Cookie: $session" "$MYPAGE/")
case $page in
  *'action="/auth/sign-out"'*) echo "loaded the page of $TEST_EMAIL" ;;
  *) echo "not the page of $TEST_EMAIL: $page"; exit 1 ;;
esac
