"""What the benches' Python processes have in common: a JSON line in, a JSON line out; see scripts/lib/bench/worker-process.ts."""

import json
import sys
import time


def timed(run, request):
    """Milliseconds of one run, the mean over `repeats`, after one that does not count where `warm` asks for it."""
    if request["warm"]:
        run()
    begin = time.perf_counter()
    for _ in range(request["repeats"]):
        run()
    return {"ms": (time.perf_counter() - begin) * 1000 / request["repeats"]}


def serve(answer):
    """Answers each line until there are no more; an error is an answer too."""
    try:
        for line in sys.stdin:
            try:
                reply = answer(json.loads(line))
            except Exception as error:
                reply = {"error": f"{type(error).__name__}: {error}"}
            print(f"reply {json.dumps(reply)}", flush=True)
    except KeyboardInterrupt:
        pass
