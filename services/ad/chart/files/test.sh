# Selects an ad for $TEST_EMAIL at $GRPC with an access token of $LOGIN. Uses only busybox.

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

front=
# Network policies apply a moment after the start of a new pod.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  front=$(timeout 5 wget -qO- "$AD/") && break
  sleep 1
done
case $front in
  *'"product":"ad"'*) echo "the public port answers" ;;
  *) echo "the response is not from ad: $front"; exit 1 ;;
esac

if [ -z "${TEST_EMAIL:-}" ]; then
  echo "The Secret has no TEST_EMAIL: no ad was selected."
  exit 0
fi
# nc speaks no TLS. A failure here would roll a good release back.
case $LOGIN in
  https:*) echo "login.backchannelUrl is empty or has https, which this test cannot speak: no ad was selected."; exit 0 ;;
esac

# Gets an access token by the authorization code grant with PKCE. Verifier and challenge are the example of RFC 7636.
verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM
form="email=$(echo "$TEST_EMAIL" | sed 's/@/%40/; s/+/%2B/')&password=$TEST_PASSWORD"
person=$(cookies "$(request POST "$LOGIN/sign-in" 'Sec-Fetch-Site: same-origin' "$form")")
[ -n "$person" ] || { echo "login refused the password of $TEST_EMAIL"; exit 1; }
authorize="response_type=code&client_id=$CLIENT&redirect_uri=$REDIRECT&scope=openid%20api&state=test"
authorize="$authorize&code_challenge=$challenge&code_challenge_method=S256"
back=$(location "$(request GET "$LOGIN/authorize?$authorize" "Cookie: $person" '')")
code=$(echo "$back" | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p')
[ -n "$code" ] || { echo "no code for $CLIENT: $back"; exit 1; }
form="grant_type=authorization_code&client_id=$CLIENT&redirect_uri=$REDIRECT&code=$code&code_verifier=$verifier"
token=$(timeout 10 wget -qO- --post-data "$form" "$LOGIN/token" | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')
[ -n "$token" ] || { echo "no token for $CLIENT"; exit 1; }

# gRPC uses HTTP/2, which wget does not support: the request is built from hexadecimal digits.
hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n'; }
# Prints a text after its length in HPACK's encoding (RFC 7541, 5.1): 7 bits, then 7 bits a byte.
text() {
  length=${#1}
  if [ "$length" -lt 127 ]; then
    printf %02x "$length"
  else
    printf 7f
    rest=$((length - 127))
    while [ "$rest" -ge 128 ]; do printf %02x $((rest % 128 + 128)); rest=$((rest / 128)); done
    printf %02x "$rest"
  fi
  hex "$1"
}
# Prints a frame. Arguments: type, flags, stream, content.
frame() { printf '%06x%s%s%08x%s' $((${#4} / 2)) "$1" "$2" "$3" "$4"; }
# :method POST, :scheme http, then :path, :authority, content-type, te, authorization.
request="8386"
request="${request}04$(text /ad.v1.Ads/SelectAds)01$(text "$GRPC:9090")0f10$(text application/grpc)"
request="${request}00$(text te)$(text trailers)0f08$(text "Bearer $token")"
# SelectAdsRequest: placement, locale, count.
message="0a$(text mypage.home)12$(text ko)1801"
message="00$(printf %08x $((${#message} / 2)))$message"
all="$(hex 'PRI * HTTP/2.0')0d0a0d0a$(hex SM)0d0a0d0a"
all="$all$(frame 04 00 0 '')$(frame 01 04 1 "$request")$(frame 00 01 1 "$message")"

# The connection stays open for three seconds, so that the response can arrive.
answer=$({ echo "$all" | xxd -r -p; sleep 3; } | nc -w 5 "$GRPC" 9090 | tr -c '!-~' '\n' || true)
link=$(echo "$answer" | grep -o "$ORIGIN/c/[A-Za-z0-9_.-]*" | head -n 1)
if [ -n "$link" ]; then
  echo "selected an ad for $TEST_EMAIL, which links to $(echo "$link" | cut -c1-60)…"
else
  echo "no ad for $TEST_EMAIL: is there a campaign for this person? The response was:"
  echo "$answer" | grep . | head -n 20
  exit 1
fi
