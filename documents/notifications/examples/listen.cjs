#!/usr/bin/env node
// Prints every notification, one line of JSON each, until it is stopped.
//
//   npm install socket.io-client
//   NOTIFICATIONS_TOKEN=docs_… node listen.cjs http://localhost:7001
//   NOTIFICATIONS_TOKEN=docs_… node listen.cjs http://localhost:7001 Admin_connect websocket
//
// The token is the one that a login at the documents API gives; with Admin_connect, an admin's.

const client = require(process.env.SOCKETIO_CLIENT ?? "socket.io-client");
// version 2 is the function itself
const io = client.io ?? client;

const [url, event = "User_connect", ...transports] = process.argv.slice(2);
const token = process.env.NOTIFICATIONS_TOKEN;
if (!url || !token) {
  console.error("usage: NOTIFICATIONS_TOKEN=… listen.cjs URL [User_connect|Admin_connect] [polling|websocket]");
  process.exit(2);
}

// without a choice the client polls first, and changes to a websocket when there is one
const socket = io(url, transports.length ? { transports } : {});
const print = (name, payload) => console.log(JSON.stringify([name, payload]));

// on every connection, the first and each one after a loss: who has connected anew has shown nothing yet
const logIn = () => socket.connected && socket.emit(event, { token }, (answer) => {
  print("answer", answer);
  // it cannot be said now; not all at the same moment again
  if (answer.retry_after) setTimeout(logIn, answer.retry_after * 1000 * (1 + Math.random()));
});
socket.on("connect", logIn);
for (const kind of ["create", "update", "delete"]) {
  const name = `Notify_File_${kind}`;
  socket.on(name, (payload) => print(name, payload));
}
// what was refused, and that a login has ended
socket.on("error", (refusal) => print("error", refusal));
socket.on("disconnect", (reason) => console.error(`disconnected: ${reason}`));
