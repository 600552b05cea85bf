// Runs the code flow with openid-client and prints the results as JSON. fetch plays the browser.
import * as oidc from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, ALG, EMAIL, PASSWORD, REDIRECT_URI, POST_LOGOUT_REDIRECT_URI } = process.env

const config = await oidc.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  { client_secret: CLIENT_SECRET, id_token_signed_response_alg: ALG },
  oidc.ClientSecretBasic(CLIENT_SECRET),
  // Verify signatures with the keys at jwks_uri, although the code flow allows TLS instead.
  { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
)

let cookie = ''

// One browser request without following redirects.
async function visit(address, form) {
  const response = await fetch(new URL(address, ISSUER), {
    method: form ? 'POST' : 'GET',
    headers: { cookie, origin: ISSUER },
    body: form && new URLSearchParams(form),
    redirect: 'manual',
  })
  const set = response.headers.get('set-cookie')
  if (set) cookie = set.split(';')[0]
  return response
}

// Steps of a person from the authorization request back to the client.
async function authorize(url) {
  const asked = []
  let location = url.href
  while (!location.startsWith(REDIRECT_URI)) {
    const page = new URL(location, ISSUER).pathname
    asked.push(page)
    const forms = { '/sign-in': { email: EMAIL, password: PASSWORD }, '/consent': { answer: 'allow' } }
    const response = await visit(location, forms[page])
    location = response.headers.get('location')
    if (!location) throw new Error(`${page} answered ${response.status}: ${await response.text()}`)
  }
  return { asked, callback: new URL(location) }
}

const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
const state = oidc.randomState()
const nonce = oidc.randomNonce()
const url = oidc.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: 'openid profile email api',
  code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  state,
  nonce,
})
const { asked, callback } = await authorize(url)
const tokens = await oidc.authorizationCodeGrant(config, callback, {
  pkceCodeVerifier,
  expectedState: state,
  expectedNonce: nonce,
})
const claims = tokens.claims()
const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token)
const before = await oidc.tokenIntrospection(config, refreshed.access_token)
await oidc.tokenRevocation(config, refreshed.refresh_token)
const afterRevocation = await oidc.refreshTokenGrant(config, refreshed.refresh_token).catch((error) => error.error)
const logout = oidc.buildEndSessionUrl(config, {
  id_token_hint: refreshed.id_token,
  post_logout_redirect_uri: POST_LOGOUT_REDIRECT_URI,
  state,
})
const goodbye = (await visit(logout.href)).headers.get('location')
const afterLogout = await oidc.tokenIntrospection(config, refreshed.access_token)

console.log(
  JSON.stringify({
    asked,
    alg: JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url')).alg,
    sub: claims.sub,
    email: userinfo.email,
    refreshed_sub: refreshed.claims().sub,
    rotated: refreshed.refresh_token !== tokens.refresh_token,
    active: before.active,
    after_revocation: afterRevocation,
    goodbye: goodbye.startsWith(`${POST_LOGOUT_REDIRECT_URI}?state=`),
    active_after_logout: afterLogout.active,
  }),
)
