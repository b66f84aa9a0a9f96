"""Run CELLS small cells in one kernel and print, as JSON, its memory after each fifth of them: {"failed", "memory": [{"heap",
"arrays", "rss"}...]}, all in bytes, after a collection. Each cell makes an array of KILOBYTES that nothing needs afterwards:
bound to a name that the next cell declares again, as its result, in a timer's closure, in a promise. Usage: many_cells.py
CELLS KILOBYTES.
"""

import json
import sys

from fresh_kernel import start

cells, kilobytes = map(int, sys.argv[1:])
array = f"new Float64Array({kilobytes * 128}).fill(%d)"
KINDS = [
    f"const data = {array}; function first() {{ return data[0]; }}\nfirst();",
    f"let data = {array}; data",
    f"{{ const data = {array}; setTimeout(() => {{ data.fill(0); }}, 1); }}",
    f"const made = await (async () => {{ const data = {array}; await Promise.resolve(); return data.length; }})(); made",
    f"class Holder {{ static data = {array}; }}\nconsole.log(Holder.data.length);",
    f"import {{ strict as assert }} from 'node:assert';\nassert.equal(({array})[0], %d);",
    f"try {{ throw Object.assign(new Error('expected'), {{ data: {array} }}); }} catch (error) {{ console.error(String(error)); }}",
]
FIGURES = """
const v8 = process.getBuiltinModule('node:v8'), vm = process.getBuiltinModule('node:vm');
v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;
await new Promise((done) => setTimeout(done, 200));
collect(); collect();
const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
JSON.stringify({ heap: heapUsed, arrays: arrayBuffers, rss })"""

manager, client = start(kernel_name="tslab")


def execute(code):
    result = []

    def keep(message):
        if message["msg_type"] == "execute_result":
            result.append(message["content"]["data"]["text/plain"])

    content = client.execute_interactive(code, output_hook=keep, timeout=300)["content"]
    return content, result


try:
    failed = []
    memory = []
    for index in range(cells):
        kind = KINDS[index % len(KINDS)]
        content, _ = execute(kind.replace("%d", str(index)))
        if content["status"] != "ok":
            failed.append(f"{kind}: {content.get('evalue')}")
        if (index + 1) % (cells // 5) == 0:
            content, result = execute(FIGURES)
            memory.append(json.loads(result[0].strip("'")) if result else content)
    print(json.dumps({"failed": failed[:5], "memory": memory}))
finally:
    manager.shutdown_kernel(now=True)
