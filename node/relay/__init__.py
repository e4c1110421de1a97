"""Card relay: a reader on another computer serves one case, over a WebSocket, under a one-time ticket.

Node side: `tickets` says who may connect, `line` makes a connected relay a card. Reader side: `carrier`. PIN
and logic stay with the node; the relay carries command and response APDUs and knows nothing else.

The conversation, node first. Text messages are JSON: `{"do": "open"}` and `{"do": "close"}`, each answered
with `{"ok": true}` or `{"code", "message", "hint"}`. Binary messages are a command APDU, answered with the
binary response APDU or with such an error.
"""
