"""Print the grades of an assignment as JSON, {student: {cell: points}}: DATABASE ASSIGNMENT."""

import json
import sys

from nbgrader.api import Gradebook

database, assignment = sys.argv[1:]
with Gradebook(f"sqlite:///{database}") as gradebook:
    submissions = gradebook.assignment_submissions(assignment)
    print(
        json.dumps(
            {
                submission.student.id: {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}
                for submission in submissions
            }
        )
    )
