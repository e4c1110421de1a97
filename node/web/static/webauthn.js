// Passkey ceremonies (W3C Web Authentication, Level 3) and JSON requests, shared by every page that needs them.
// The server sends options and receives credentials in the JSON form of the specification: binary members are
// base64url strings.

import { patiently } from "/static/patience.js";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const descriptors = (list) => (list ?? []).map((item) => ({ ...item, id: toBytes(item.id) }));

const shared = (credential) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  clientExtensionResults: credential.getClientExtensionResults(),
});

/** Create a passkey. Takes PublicKeyCredentialCreationOptionsJSON, gives RegistrationResponseJSON. */
export async function createPasskey(options) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  });
  const { response } = credential;
  return {
    ...shared(credential),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** Sign with a passkey. Takes PublicKeyCredentialRequestOptionsJSON, gives AuthenticationResponseJSON. */
export async function signWithPasskey(options) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  });
  const { response } = credential;
  return {
    ...shared(credential),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : undefined,
    },
  };
}

/** POST JSON; resolves with the JSON answer, rejects with the node's {code, detail, hint}. */
export async function postJson(url, body = {}) {
  return answerOf(
    await patiently(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  );
}

/** The JSON of an answer; a refusal becomes an Error with the node's code and hint. */
export async function answerOf(response) {
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new Error(answer.detail ?? response.statusText);
  throw Object.assign(error, { code: answer.code ?? `http.${response.status}`, hint: answer.hint ?? "" });
}

/** Sign in with a discoverable passkey; the node answers with a session cookie. */
export async function signIn() {
  const { ceremony_id, options } = await postJson("/sign-in/options");
  const credential = await signWithPasskey(options);
  return postJson("/sign-in", { ceremony_id, credential });
}
