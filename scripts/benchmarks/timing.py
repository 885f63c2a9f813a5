"""What the two programs share: their options, and how steps are timed and reported."""

import argparse
import json
import statistics
import sys
import time

OBJECTIVES = ["attribute-masking", "context-prediction", "infomax", "supervised"]
MISSING = 3  # exit code: a package is not installed


def options_of(program):
    parser = argparse.ArgumentParser(description=program)
    parser.add_argument("data", help="dataset file of aufbau ingest")
    parser.add_argument("--objective", choices=OBJECTIVES, default=OBJECTIVES[0])
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2, help="of PyTorch's operations")
    parser.add_argument("--workers", type=int, default=2, help="processes of the DataLoader; 0: none")
    parser.add_argument("--molecules", type=int, default=20000, help="first ones of the dataset to train on")
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--width", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--steps", type=int, default=4, help="timed in one go")
    parser.add_argument("--device", default="cpu", help="of PyTorch: cpu, cuda, cuda:0")
    parser.add_argument("--precision", choices=["float32", "tf32"], default="tf32", help="of products on a GPU")
    parser.add_argument("--check", action="store_true", help="only say whether everything it needs is installed")
    return parser.parse_args()


def require(options, *packages):
    """Imports them, or says which is not installed and ends with code 3; with code 0 when only that was asked."""
    names = {"torch": "PyTorch", "torch_geometric": "PyTorch Geometric"}
    for package in packages:
        try:
            __import__(package)
        except ImportError as problem:
            print(f"{names.get(package, package)} is not installed ({problem}); "
                  f"install the Python package {package}, or name a Python that has it with --python",
                  file=sys.stderr)
            sys.exit(MISSING)
    if options.check:
        sys.exit(0)


def moved(batch, device):
    """A batch, or what it is made of, on the device."""
    if isinstance(batch, dict):
        return {key: moved(part, device) for key, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return [moved(part, device) for part in batch]
    return batch.to(device) if hasattr(batch, "to") else batch


def measure(program, options, loader, step):
    """Runs `step(batch) -> (loss, molecules)` over the loader, epoch after epoch, and prints a line of JSON: molecules
    per second in rounds of options.steps steps, the loader's work between steps included. What is done before
    the loader's workers run at their pace is not counted."""
    uncounted = 2 * options.steps + 2 * options.workers
    rates, losses = [], []
    done = molecules = 0
    began = start = time.perf_counter()
    while time.perf_counter() - began < options.seconds or len(rates) < 3:
        for batch in loader:
            loss, count = step(batch)
            losses.append(loss)
            done += 1
            molecules += count
            if done == uncounted:
                began = start = time.perf_counter()
                molecules = 0
            elif done > uncounted and (done - uncounted) % options.steps == 0:
                now = time.perf_counter()
                rates.append(molecules / (now - start))
                start, molecules = now, 0
                if now - began >= options.seconds and len(rates) >= 3:
                    break
    print(json.dumps({"program": program, "objective": options.objective, "batch_size": options.batch_size,
                      "threads": options.threads, "workers": options.workers, "rounds": len(rates),
                      "rate": statistics.median(rates), "best": max(rates), "first_loss": losses[0],
                      "last_loss": losses[-1]}))
