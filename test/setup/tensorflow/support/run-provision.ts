import { provisionTensorFlow, type ProvisionOptions } from '../../../../kernel-lib/src/setup/tensorflow/index';

/** Provisions in a process of its own, which a test can kill; tells on standard output how far it is. */
const options = JSON.parse(process.argv[2] ?? '') as Omit<ProvisionOptions, 'report'>;
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
void provisionTensorFlow({
  ...options,
  report: {
    start: (step) => {
      say(`start ${step}`);
    },
    progress: (done) => {
      say(`progress ${done}`);
    },
    note: (line) => {
      say(`note ${line}`);
    },
    done: (summary) => {
      say(`done ${summary}`);
    },
  },
});
