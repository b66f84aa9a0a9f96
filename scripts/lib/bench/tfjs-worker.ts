/** A process that holds recurrences of TensorFlow.js ready; see worker-process.ts. */
import * as tf from '@tensorflow/tfjs-node';
import { hello } from './tfjs-hello.ts';
import { makeJob, type Job } from './tfjs-jobs.ts';
import { serve, type Path, type Replies, type Request } from './worker-process.ts';

const jobs = new Map<Path, Job>();

function release(): void {
  for (const job of jobs.values()) job.dispose();
  jobs.clear();
}

function answer(request: Request): Replies[Request['do']] {
  switch (request.do) {
    case 'hello':
      return hello();
    case 'prepare':
      jobs.get(request.slot)?.dispose();
      jobs.set(request.slot, makeJob(request.slot, request.cell, request.mode, request.sizes));
      return {};
    case 'block': {
      const job = jobs.get(request.slot as Path);
      if (!job) throw new Error(`${request.slot} has not been prepared.`);
      if (request.warm) job.run();
      const begin = performance.now();
      for (let k = 0; k < request.repeats; k++) job.run();
      return { ms: (performance.now() - begin) / request.repeats };
    }
    case 'memory':
      return {
        peak: process.resourceUsage().maxRSS * 1024,
        now: process.memoryUsage().rss,
        tensors: tf.memory().numTensors,
      };
    case 'release':
      release();
      return {};
  }
}

await serve(answer);
