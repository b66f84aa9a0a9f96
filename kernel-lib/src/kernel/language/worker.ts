import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { FromLanguage, LanguageData, ToLanguage } from '../link';
import { garbageCollector } from './garbage';
import { Language } from './language';

const { folder, messaging } = workerData as LanguageData;
const language = new Language(folder);
const collect = garbageCollector();

function serve(port: MessagePort): void {
  port.on('message', (message: ToLanguage) => {
    const answer: FromLanguage = language.answer(message);
    port.postMessage(answer);
    language.rest(collect);
  });
}

if (!parentPort) throw new Error('language/worker is the entry of a worker thread, got the main thread.');
serve(parentPort);
serve(messaging);
language.start();
// what reading the libraries has left
collect();
