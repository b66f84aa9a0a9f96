"""nbgrader for TypeScript notebooks; set-up puts it where every nbgrader command of the environment reads it."""

from nbgrader.preprocessors import ClearSolutions

c = get_config()  # noqa: F821

# what a student finds in place of a solution: it type-checks wherever a value has to be returned, and fails its tests
stub = "// YOUR CODE HERE\nthrow new Error('No answer yet: write your code here.');"
c.ClearSolutions.code_stub = {**ClearSolutions.class_traits()["code_stub"].default(), "typescript": stub}
