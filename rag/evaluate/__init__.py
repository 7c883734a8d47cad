"""Evaluating answers against a question set: numbers, intervals, comparisons and a report.

from rag import Assistant
from rag.evaluate import evaluate, load_questions

run = evaluate(Assistant.open(), load_questions("tests/questions.jsonl"))
print(run.figures["right"])
"""

from rag.evaluate.formats import load_questions
from rag.evaluate.questions import Evidence, Question, QuestionSet
from rag.evaluate.run import Run, evaluate

__all__ = ["Evidence", "Question", "QuestionSet", "Run", "evaluate", "load_questions"]
