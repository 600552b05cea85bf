# Signs in at $LOGIN as $TEST_EMAIL with $TEST_PASSWORD. Uses only busybox.

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

metadata=
# Network policies apply a moment after the start of a new pod.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  metadata=$(timeout 5 wget -qO- "$LOGIN/.well-known/openid-configuration") && break
  sleep 1
done
case $metadata in
  *"\"issuer\":\"$ISSUER\""*) echo "issuer: $ISSUER" ;;
  *) echo "the issuer is not $ISSUER: $metadata"; exit 1 ;;
esac
timeout 5 wget -qO- "$LOGIN/jwks" | grep -q '"keys"' || { echo "no keys at $LOGIN/jwks"; exit 1; }
timeout 5 wget -qO- "$LOGIN/sign-in" | grep -q 'name="password"' || { echo "no form at $LOGIN/sign-in"; exit 1; }

if [ -z "${TEST_EMAIL:-}" ]; then
  echo "The Secret has no TEST_EMAIL: only the sign-in page was checked."
  exit 0
fi

form="email=$(echo "$TEST_EMAIL" | sed 's/@/%40/; s/+/%2B/')&password=$TEST_PASSWORD"
answer=$(request POST "$LOGIN/sign-in" 'Sec-Fetch-Site: same-origin' "$form")
case $answer in
  *login_session=*) echo "signed in as $TEST_EMAIL" ;;
  *) echo "no session for $TEST_EMAIL:"; echo "$answer" | head -n 20; exit 1 ;;
esac
