"""The process of one engine: ``python -m ntbuild.running ENGINE PLAN.json REPORT.json``.

Not for people; `process.run_engine` starts it. Exit code 0: the report is written.
"""

import json
import sys
from pathlib import Path

from .engines import ENGINES, Engine
from .plan import Plan, plan_from_json
from .process import MEMORY_EXIT


def main(name: str, asked: str, answer: str) -> int:
    """Run the engine and write its report."""
    engine = next(each for each in ENGINES if each.name == name)
    plan = plan_from_json(Path(asked).read_text(encoding="utf-8"))
    _limit(engine, plan)
    try:
        report = engine.load().run(plan)
    except MemoryError:
        return MEMORY_EXIT
    if report.why is not None or any(not each.ran for each in report.callbacks):
        from .places import named  # noqa: PLC0415 - few reports have places

        report = named(report, plan)
    Path(answer).write_text(json.dumps(report.to_json()), encoding="utf-8")
    return 0


def _limit(engine: Engine, plan: Plan) -> None:
    """Limit memory, processor time and the size of files, where the system can."""
    try:
        import resource  # noqa: PLC0415 - Unix only
    except ImportError:
        return
    limits = (
        (resource.RLIMIT_AS, engine.memory << 20),
        (resource.RLIMIT_CPU, 2 * plan.timeout + 20),
        (resource.RLIMIT_FSIZE, 256 << 20),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, value in limits:
        _, most = resource.getrlimit(kind)
        allowed = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (allowed, most))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
