"""The language at full length: samples a second, and mutated YAML that must give a scenario or a named error.

    python benchmarks/sampling.py [--samples 2000] [--mutations 10000]

Every way in which a mutation broke the rule is printed and kept in tests/scenario/spoiled/, which the tests read; exits 1 then.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from collections import Counter
from pathlib import Path

from report import at_least, at_most, say, say_machine

sys.path.insert(0, str(Path(__file__).parent.parent))

from scenegen.scenario.loading import library_folder, load_scenario
from scenegen.scenario.sampling import sample
from tests.scenario.mutations import mutated, verdict

SPOILED = Path(__file__).parent.parent / "tests" / "scenario" / "spoiled"
NAME = "jaywalker_dart_out"
SAMPLES_PER_S = 1000.0


def rate(samples: int) -> float:
    """Give samples of the dart-out drawn a second."""
    scenario = load_scenario(NAME)
    for index in range(50):
        sample(scenario, 0, index)
    started = time.process_time()
    for index in range(samples):
        sample(scenario, 1, index)
    return samples / (time.process_time() - started)


def fuzz(mutations: int, seed: int) -> Counter[str]:
    """Mutate the library's files; give how many ended as a scenario, as a named error, or as anything else."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(library_folder().glob("*.yaml"))]
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    for number in range(mutations):
        text = mutated(rng.choice(texts), rng)
        ending = verdict(text)
        counts[ending if ending in ("scenario", "named error") else "other"] += 1
        if ending not in ("scenario", "named error"):
            path = SPOILED / f"found_{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:10]}.yaml"
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            print(f"  mutation {number}: {ending}; kept as {path.name}")
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    say_machine()
    counts = fuzz(arguments.mutations, arguments.seed)
    print(f"  {counts['scenario']} mutations still are scenarios, {counts['named error']} are named errors")
    figures = (
        at_least("samples of the dart-out", rate(arguments.samples), SAMPLES_PER_S, "a second", ".0f"),
        at_most("mutations that end in anything else", float(counts["other"]), 0.0, "", ".0f"),
    )
    return 0 if say(figures, "language") else 1


if __name__ == "__main__":
    sys.exit(main())
