import type { Request } from './wire';

// a timer of a cell may print long after: its request must still be known, but not for ever
const KEPT = 4096;

/** Requests whose output may still come, by the id under which the main thread knows them. */
export class Parents {
  private readonly requests = new Map<string, Request>();

  /** The id: the request's own, or another where an unsigned client used one twice. */
  add(request: Request): string {
    let id = request.id;
    for (let n = 2; this.requests.has(id); n++) id = `${request.id} (${n})`;
    this.requests.set(id, strip(request));
    const [oldest] = this.requests.keys();
    if (this.requests.size > KEPT && oldest !== undefined) this.requests.delete(oldest);
    return id;
  }

  get(id: string): Request | undefined {
    const request = this.requests.get(id);
    if (request) {
      // whoever still prints is kept
      this.requests.delete(id);
      this.requests.set(id, request);
    }
    return request;
  }
}

// the code of thousands of cells and the buffers of a slider are nothing to keep; what is kept is copied, because a small frame
// of zeromq's may be a view of a block in which many arrived
function strip(request: Request): Request {
  const header = Uint8Array.from(request.header);
  const identities = request.identities.map((frame) => Uint8Array.from(frame));
  return { ...request, header, identities, parent: {}, metadata: {}, content: {}, buffers: [] };
}
