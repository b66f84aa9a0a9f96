const POLL_MS = 1000;
const parent = process.ppid;

setInterval(() => {
  // process.exit would end this thread only, and a signal handler needs the main thread, which may be in an endless loop
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, POLL_MS);
