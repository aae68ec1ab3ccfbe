"""Turn every config that MMSegmentation publishes multi-task and see what works.

Each distinct model is built as published, trained for one step and asked for one prediction;
then again with the same three lines that add an instance and a depth task. Nothing is downloaded.
Results are appended to a file of records as they come; what is there is not run again.

    python tools/benchmarks/mix_in_sweep.py --first-per-family --out docs/mix_in_first.md
    python tools/benchmarks/mix_in_sweep.py --workers 2 --out table.md
    python tools/benchmarks/mix_in_sweep.py --limit 0 --out table.md    # table of what is recorded
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch

from mix_in_check import MixInResult, check_mix_in, quiet
from mix_in_table import mix_in_table
from mmmtl.testing.isolation import run_isolated
from mmmtl.testing.mix_in import architecture_key, load_model_cfg, published_configs


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--first-per-family', action='store_true', help='one config per family')
    parser.add_argument('--families', help='comma-separated families, such as fcn,pidnet')
    parser.add_argument('--limit', type=int, help='run at most so many models')
    parser.add_argument('--workers', type=int, default=1, help='processes at a time')
    parser.add_argument('--timeout', type=float, default=600, help='seconds per model')
    parser.add_argument('--memory', type=float, default=16, help='GiB of address space per model')
    parser.add_argument(
        '--records', type=Path, default=Path('work_dirs/mix_in_sweep.jsonl'),
        help='results so far, one JSON object a line; delete it to start anew')
    parser.add_argument('--out', type=Path, help='write the table (Markdown) here')
    return parser.parse_args()


def select_configs(args: argparse.Namespace) -> dict[str, Path]:
    """Published configs that the command line asks for."""
    configs = published_configs()
    families = {name.partition('/')[0] for name in configs}
    if args.families:
        wanted = set(args.families.split(','))
        if wanted - families:
            raise SystemExit(f'no such families: {sorted(wanted - families)}; '
                             f'there are {sorted(families)}')
        configs = {n: p for n, p in configs.items() if n.partition('/')[0] in wanted}
    if args.first_per_family:
        first = {name.partition('/')[0]: name for name in reversed(configs)}
        configs = {name: configs[name] for name in reversed(first.values())}
    return configs


def group_by_model(configs: dict[str, Path]) -> dict[str, list[str]]:
    """Names of the configs that share a family and a model, by the model's key."""
    groups: dict[str, list[str]] = {}
    with quiet():
        for number, (name, path) in enumerate(configs.items(), 1):
            family = name.partition('/')[0]
            try:
                key = f'{family}:{architecture_key(load_model_cfg(path)[0])}'
            except Exception as error:  # not to be loaded here: one group per family and reason
                key = f'{family}:{type(error).__name__}'
            groups.setdefault(key, []).append(name)
            if number % 50 == 0 or number == len(configs):
                print(f'read {number}/{len(configs)} configs: {len(groups)} models', flush=True)
    return groups


def main() -> None:
    """Run what is not recorded yet, then print the table."""
    args = parse_args()
    torch.set_num_threads(1)
    configs = select_configs(args)
    groups = group_by_model(configs)
    done: dict[str, MixInResult] = {}
    if args.records.is_file():
        for line in args.records.read_text(encoding='utf-8').splitlines():
            record = json.loads(line)
            key = record.pop('key')
            done[key] = MixInResult(**record)
    jobs = [(key, names[0]) for key, names in groups.items() if key not in done][:args.limit]
    args.records.parent.mkdir(parents=True, exist_ok=True)

    def check(key: str, name: str) -> MixInResult:
        return check_mix_in(name, configs[name])

    with args.records.open('a', encoding='utf-8') as records:
        finished = run_isolated(check, jobs, args.workers, args.timeout, args.memory)
        for number, ((key, name), result, reason) in enumerate(finished, 1):
            result = result or MixInResult(name, host_reason=reason)
            done[key] = result
            records.write(json.dumps(dict(asdict(result), key=key)) + '\n')
            records.flush()
            state = result.host_reason and 'not alone' or result.reason and 'FAILS' or 'works'
            print(f'[{number}/{len(jobs)}] {state}: {name} ({len(groups[key])} configs, '
                  f'{result.seconds:g} s) {result.host_reason or result.reason}', flush=True)
    table = mix_in_table(groups, done)
    print(table)
    if args.out:
        args.out.write_text(table, encoding='utf-8')


if __name__ == '__main__':
    main()
