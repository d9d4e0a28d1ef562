"""The order in which files of tests are handed to processes that work side by side.

A file stays in one process, for its tests share what they start. So the long ones come first: one
that came last would leave the other processes idle. What is not named here takes seconds, and comes
after them in random order. `pytest --durations=20` says what has become long; an entry that is no
longer true costs waiting, and nothing else.
"""

WITHOUT_A_BROKER = (
    "tests/pathway/test_laws.py",
    "tests/prometheus/test_rules.py",
    "tests/simulate/test_feed.py",
    "tests/metrics/test_topic_figures.py",
    "tests/bench/test_workload.py",
    "tests/pathway/test_stage_changes.py",
    "tests/engine/test_retire.py",
    "tests/pathway/test_corrections_of_every_type.py",
    "tests/engine/test_reference_laws.py",
    "tests/docs/test_pages.py",
    "tests/simulate/test_sepsis_alerts.py",
    "tests/bench/test_memory.py",
)
ON_BROKERS = (
    "tests/deploy/test_image.py",
    "tests/system/test_faults.py",
    "tests/system/test_references.py",
    "tests/deploy/test_stack.py",
    "tests/system/test_services.py",
    "tests/cli/test_with_a_worker.py",
    "tests/system/test_sepsis.py",
    "tests/dashboards/test_on_the_demo_feed.py",
    "tests/simulate/test_calibration.py",
    "tests/engine/test_worker_stop.py",
    "tests/system/test_bad_input.py",
    "tests/engine/test_transport.py",
    "tests/security/test_secured_worker.py",
    "tests/brokers/test_kafka.py",
    "tests/security/test_permissions.py",
    "tests/system/test_figures.py",
    "tests/deploy/test_demo.py",
)
LONGEST_FIRST = (*WITHOUT_A_BROKER, *ON_BROKERS)


def place_of(file: str) -> int:
    """Its place in the order; all that are not named share the last one."""
    return LONGEST_FIRST.index(file) if file in LONGEST_FIRST else len(LONGEST_FIRST)
