// The consent page: sign in, choose, sign, wait for the ledger, go back to the recipient.
import { guarded } from "/static/guarded.js";
import { postJson, signIn, signWithPasskey } from "/static/webauthn.js";

const POLL_MS = 700; // the ledger answers within a block or two
const base = `/exchange/authorize/${document.getElementById("request").dataset.id}`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const chosen = () => [...document.querySelectorAll("input[name=attribute]:checked")].map((box) => box.value);

async function untilRecorded() {
  document.getElementById("waiting").hidden = false;
  for (;;) {
    const { url } = await postJson(`${base}/outcome`);
    if (url) return url;
    await pause(POLL_MS);
  }
}

const actions = {
  "sign-in": async () => {
    await signIn();
    location.reload();
  },
  consent: async () => {
    const options = await postJson(`${base}/receipt`, { attributes: chosen() });
    await postJson(`${base}/sign`, { credential: await signWithPasskey(options) });
    location.assign(await untilRecorded());
  },
  refuse: async () => location.assign((await postJson(`${base}/refuse`)).url),
};

for (const [id, action] of Object.entries(actions)) {
  const button = document.getElementById(id);
  button?.addEventListener("click", () => guarded(button, action));
}
