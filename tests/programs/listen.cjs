// Listens for changes of documents with the official Socket.IO client, as a user or as an admin.
//
// node listen.cjs ADDRESS User_connect|Admin_connect TOKEN
//
// Writes a line for what its greeting was answered, and one for each notification: {"event": …, "data": …}.

const { io } = require('socket.io-client');

const [address, greeting, token] = process.argv.slice(2);
const write = (event, data) => console.log(JSON.stringify({ event, data }));

const socket = io(address);
for (const event of ['Notify_File_create', 'Notify_File_update', 'Notify_File_delete', 'error']) {
  socket.on(event, (data) => write(event, data));
}
// also when it comes back after a fault
socket.on('connect', () => socket.emit(greeting, { token }, (answer) => write('greeted', answer)));
socket.on('connect_error', (error) => console.error(error.message));
