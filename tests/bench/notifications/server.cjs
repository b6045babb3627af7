// The notifications in the official server of Socket.IO, with nothing around: the peer of
// `cargo xtask bench notifications`. Argument: the port.

const http = require('node:http');
const { Server } = require('socket.io');

const [port] = process.argv.slice(2);
const server = http.createServer((request, response) => response.end('{"status":"OK"}'));
const io = new Server(server);

io.on('connection', (socket) => {
  socket.on('Admin_connect', (payload, answer) => {
    socket.join('admins');
    answer?.({ ok: true, admin: true });
  });
  for (const kind of ['create', 'update', 'delete']) {
    socket.on(`File_${kind}`, (change, answer) => {
      io.to(['admins', `user:${change.file.user_id}`]).emit(`Notify_File_${kind}`, change);
      answer?.({ ok: true, seq: change.seq });
    });
  }
});
server.listen(Number(port), '127.0.0.1');
