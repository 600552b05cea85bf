// Passkeys (WebAuthn): the only feature that needs a script. Elements that need it stay hidden until this script has run.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

class Refused extends Error {}

// Names the session of the page, as its forms do. The sign-in page has none.
const session = document.querySelector("input[name=page_session]")?.value;

async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(session && { "X-Page-Session": session }) },
    body: JSON.stringify(body ?? {}),
  });
  if (response.status === 401) throw new Refused();
  // The answer to a page of another session is a page, not a problem.
  if (response.status === 409 && response.headers.get("Content-Type")?.startsWith("text/html")) location.reload();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

async function add(form) {
  const { ceremony, publicKey } = await post("/passkeys/options");
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  publicKey.excludeCredentials = withIds(publicKey.excludeCredentials);
  const made = await navigator.credentials.create({ publicKey });
  const credential = {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
    },
  };
  await post("/passkeys", { ceremony, name: form.elements.namedItem("name").value, credential });
  location.reload();
}

async function signIn(form) {
  const { ceremony, publicKey } = await post("/sign-in/passkey/options");
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.allowCredentials = withIds(publicKey.allowCredentials);
  const shown = await navigator.credentials.get({ publicKey });
  const credential = {
    id: shown.id,
    rawId: text(shown.rawId),
    type: shown.type,
    response: {
      authenticatorData: text(shown.response.authenticatorData),
      clientDataJSON: text(shown.response.clientDataJSON),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle && text(shown.response.userHandle),
    },
  };
  const answer = await post(form.getAttribute("action"), { ceremony, credential });
  location.assign(answer.location);
}

function prepare(form, act) {
  const alert = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    alert.hidden = true;
    try {
      await act(form);
    } catch (error) {
      const known = error.name === "InvalidStateError" && alert.dataset.known;
      alert.textContent = (error instanceof Refused && alert.dataset.refused) || known || alert.dataset.failed;
      alert.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

const can = window.isSecureContext && "PublicKeyCredential" in window;
for (const [name, act] of [["add", add], ["sign-in", signIn]]) {
  for (const form of document.querySelectorAll(`form[data-passkey=${name}]`)) {
    if (can) prepare(form, act);
  }
}
for (const part of document.querySelectorAll("[data-passkeys]")) {
  part.hidden = (part.dataset.passkeys === "yes") !== can;
}
