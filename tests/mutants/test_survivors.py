"""What is said of faults that no test need notice speaks of code that is still there."""

from tests.mutants.__main__ import _file, explained
from tests.mutants.mutate import mutants


def test_every_explained_fault_can_still_be_put_in() -> None:
    reasons = explained()
    modules = {module for module, _fault in reasons}
    possible = {
        (module, mutant.fault)
        for module in modules
        for mutant in mutants(_file(module).read_text(encoding="utf-8"))
    }
    assert reasons.keys() - possible == set(), "take these out of survivors.toml"
