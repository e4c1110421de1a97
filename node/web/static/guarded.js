// Runs what a button does; tells the person what went wrong, in both languages, with the code to quote.

const FAILED = "手続きを進められませんでした。/ This did not work.";
const WORDS = {
  NotAllowedError: "許可されなかったか、取り消されました。もう一度お試しください。/ Not permitted, or cancelled. Try again.",
  NotFoundError: "カメラが見つかりません。/ No camera was found.",
  NotReadableError: "カメラがほかのアプリで使われています。/ Another app is using the camera.",
  InvalidStateError: "この端末には、すでにパスキーがあります。/ This device has a passkey for this already.",
  TypeError: "通信できませんでした。もう一度お試しください。/ No connection. Try again.",
};

const wordsFor = (error) =>
  typeof error.code === "string" // the node's own answer
    ? `${FAILED} ${error.message}. ${error.hint ?? ""} [${error.code}]`
    : (WORDS[error.name] ?? `${FAILED} ${error.message}`);

/** Run an action for a button: disabled while it runs, errors shown. */
export async function guarded(button, action) {
  const line = document.getElementById("message");
  button.disabled = true;
  line.hidden = true;
  try {
    await action();
  } catch (error) {
    line.textContent = wordsFor(error);
    line.hidden = false;
    line.scrollIntoView({ block: "nearest" });
  } finally {
    button.disabled = false;
  }
}
