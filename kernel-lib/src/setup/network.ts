/** Whether what a program printed says that a server could not be reached. */
export function saysNetworkFailed(output: string): boolean {
  return new RegExp(
    [
      'failed to establish a new connection',
      'temporary failure in name resolution',
      'name or service not known',
      'nodename nor servname provided',
      'connection (refused|reset|aborted|timed out|broken)',
      'network is unreachable',
      'no route to host',
      'cannot connect to proxy',
      'proxyerror',
      'read timed out',
      'connecttimeout',
      'max retries exceeded',
      // all that pip says when it made no second attempt: a pin is always at an index that answers
      'from versions: none',
    ].join('|'),
    'i',
  ).test(output);
}

/** Whether what a program printed says that a server's certificate is not trusted. */
export function saysUntrusted(output: string): boolean {
  return /certificate_verify_failed|certificate verify failed|self[- ]signed certificate/i.test(output);
}
