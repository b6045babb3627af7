// The official Socket.IO server, with one event for each thing that a test asks of it.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer((request, response) => response.writeHead(request.url === "/livez" ? 200 : 404).end());
const io = new Server(http, { pingInterval: 200, pingTimeout: 1000, maxHttpBufferSize: 100_000 });

io.use((socket, next) => {
  if (socket.handshake.auth.token === "good") return next();
  const refusal = new Error("not authorized");
  refusal.data = { code: 401 };
  next(refusal);
});

io.on("connection", (socket) => {
  socket.emit("welcome", { transport: socket.conn.transport.name });
  socket.on("echo", (data, answer) => answer(data));
  socket.on("two", (_, answer) => answer(1, 2));
  socket.on("none", (_, answer) => answer());
  socket.on("never", () => {});
  socket.on("tell", (data) => socket.emit("told", data, "and more"));
  socket.on("ask", (data, answer) => socket.emit("question", data, answer));
  socket.on("flood", (count) => {
    for (let number = 0; number < count; number++) socket.emit("number", number);
  });
  socket.on("send", (bytes) => socket.emit("large", "x".repeat(bytes)));
  socket.on("binary", () => socket.emit("binary", Buffer.from([1, 2, 3])));
  socket.on("leave", () => socket.disconnect());
  socket.on("end", () => socket.disconnect(true));
  socket.on("disconnect", (reason) => console.log(`left: ${reason}`));
});

http.listen(Number(process.env.PORT), "127.0.0.1");
