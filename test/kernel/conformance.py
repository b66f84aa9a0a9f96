"""Run jupyter_kernel_test against a kernel and print, as one JSON object, how each test and each of its subtests went.

Usage: conformance.py KERNEL. {"tests": {name: {"outcome": "passed" | "failed" | "skipped", "why": [text...]}}}
"""

import json
import logging
import signal
import sys
import unittest

import jupyter_kernel_test
from fresh_kernel import start

KERNEL = sys.argv[1]
# some waits of jupyter_kernel_test have no end, and a kernel may leave a request without an answer
SECONDS = 120 if KERNEL == "tslab" else 10
jupyter_kernel_test.start_new_kernel = start
SINK = "(globalThis as any)[Symbol.for('kernel-lib.display-sink')]"


# each kernel by its own words for a display
DISPLAYS = (
    {
        "text/html": "import { display } from 'tslab'; display.html('<b>x</b>')",
        "image/svg+xml": "display.svg('<svg/>')",
        "application/json": "display.raw('application/json', '{}')",
    }
    if KERNEL == "stock-tslab"
    else {
        "text/html": f"{SINK}.display({{ 'text/plain': 'x', 'text/html': '<b>x</b>' }})",
        "image/svg+xml": f"{SINK}.display({{ 'image/svg+xml': '<svg/>' }})",
        "application/json": f"{SINK}.display({{ 'application/json': {{ a: 1 }} }})",
    }
)


class TypeScriptKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"

    completion_samples = [
        {"text": "Math.cbr", "matches": {"cbrt"}},
        {"text": "const total = 1; tota", "matches": {"total"}},
        {"text": "JSON.pars", "matches": {"parse"}},
        {"text": "nothingHasThisName"},
    ]

    complete_code_samples = ["1", "const a = 1", "function f(): number {\n  return 1;\n}\n", "await Promise.resolve(1)", ""]
    incomplete_code_samples = ["function f() {", "const a = [1,", "const text = `open", "if (true) {\n  f(", "/* open"]
    invalid_code_samples = ["const = 1", "let a = ;", "1 +* 2", "function ( {}"]

    code_generate_error = "throw new RangeError('generated')"

    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2].map((x) => 2 * x)", "result": "[ 2, 4 ]"},
        {"code": "({ loss: 0.5 })", "result": "{ loss: 0.5 }"},
        {"code": "await Promise.resolve(7)", "result": "7"},
        {"code": "({ toMimeBundle: () => ({ 'text/html': '<b>x</b>', 'text/plain': 'x' }) })", "mime": "text/html"},
    ]
    code_display_data = [{"code": code, "mime": mime} for mime, code in DISPLAYS.items()]
    code_inspect_sample = "parseInt"
    code_clear_output = f"{SINK}.clear(false)"

    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6 ? 7"


class TypeScriptWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


class Table(unittest.TestResult):
    """The outcome of each test; a subtest that fails or is skipped tells of itself in its test's line."""

    def __init__(self):
        super().__init__()
        self.tests = {}

    def startTest(self, test):
        super().startTest(test)
        signal.setitimer(signal.ITIMER_REAL, SECONDS, SECONDS)
        self.tests[test._testMethodName] = {"outcome": "passed", "why": []}

    def stopTest(self, test):
        signal.setitimer(signal.ITIMER_REAL, 0)
        super().stopTest(test)

    def note(self, test, outcome, why):
        row = self.tests.setdefault(getattr(test, "test_case", test)._testMethodName, {"outcome": outcome, "why": []})
        row["outcome"] = "failed" if "failed" in (outcome, row["outcome"]) else outcome
        row["why"].append(why)

    def addFailure(self, test, error):
        self.note(test, "failed", reason(error))

    def addError(self, test, error):
        self.note(test, "failed", reason(error))

    def addSkip(self, test, why):
        self.note(test, "skipped", why)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            parameters = ", ".join(f"{key}={value}" for key, value in subtest.params.items())
            self.note(test, "failed", f"{parameters}: {reason(error)}")


def give_up(*_):
    raise TimeoutError(f"no answer within {SECONDS} s")


def reason(error):
    kind, value, _ = error
    lines = str(value).strip().splitlines()
    return f"{kind.__name__}: {lines[0] if lines else ''}"


signal.signal(signal.SIGALRM, give_up)
logging.disable(logging.CRITICAL)
loader = unittest.defaultTestLoader
suite = unittest.TestSuite(map(loader.loadTestsFromTestCase, [TypeScriptKernelTests, TypeScriptWelcomeTests]))
table = Table()
suite.run(table)
print(json.dumps({"tests": table.tests}))
