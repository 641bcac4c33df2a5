"""Write agentdojo's workspace tasks as one JSON file, for `test_dojo.py`.

Run by a Python that has agentdojo, beside our own environment, for its libraries are large and
others than ours (`make harm`). The file is not kept: the tasks are agentdojo's.
"""

import argparse
import json
from pathlib import Path
from typing import Any

VERSION = "v1.2.2"


def _calls(task: Any, environment: Any) -> list[dict[str, Any]]:
    truth = task.ground_truth(environment.model_copy(deep=True))
    return [
        {"function": one.function, "args": json.loads(json.dumps(dict(one.args), default=str))}
        for one in truth
    ]


def export(to: Path) -> None:
    """Everything that a test needs, as plain values."""
    from agentdojo.task_suite import get_suite

    suite = get_suite(VERSION, "workspace")
    environment = suite.load_and_inject_default_environment({})
    events = list(environment.calendar.events.values())
    vectors = {
        name: text
        for name, text in suite.get_injection_vector_defaults().items()
        if name.startswith("calendar")
    }
    marked = suite.load_and_inject_default_environment({name: f"[[{name}]]" for name in vectors})
    told = {
        "account": environment.calendar.account_email,
        "today": str(environment.calendar.current_day),
        "events": [json.loads(one.model_dump_json()) for one in events],
        "vectors": {
            name: [
                str(one.id_)
                for one in marked.calendar.events.values()
                if f"[[{name}]]" in one.description
            ]
            for name in vectors
        },
        "goals": [
            {"name": name, "goal": task.GOAL, "calls": _calls(task, environment)}
            for name, task in suite.injection_tasks.items()
        ],
        "tasks": [
            {
                "name": name,
                "prompt": task.PROMPT,
                "answer": task.GROUND_TRUTH_OUTPUT or "",
                "calls": _calls(task, environment),
            }
            for name, task in suite.user_tasks.items()
        ],
    }
    to.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("to", type=Path)
    export(parser.parse_args().to)
