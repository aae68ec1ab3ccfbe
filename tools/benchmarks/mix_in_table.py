"""The table of what works, by family."""

from collections.abc import Mapping, Sequence

from mix_in_check import MixInResult


def mix_in_table(groups: Mapping[str, Sequence[str]], results: Mapping[str, MixInResult]) -> str:
    """Markdown table with a row per family and a sum.

    Args:
        groups: names of the configs that each distinct model stands for, by its key
            (``family:digest``).
        results: results by key; models without one are counted, not judged.

    Returns:
        Columns: configs and distinct models; how many of the configs' models mmseg itself builds,
        trains and predicts with here; how many of them do so with three tasks; reasons.
    """
    rows: dict[str, dict] = {}
    for key, names in groups.items():
        row = rows.setdefault(key.partition(':')[0], dict(
            configs=0, models=0, alone=0, three=0, waiting=0, reasons=[]))
        row['configs'] += len(names)
        row['models'] += 1
        result = results.get(key)
        if result is None:
            row['waiting'] += len(names)
            continue
        row['alone'] += len(names) * result.works_alone
        row['three'] += len(names) * result.works
        reason = f'alone: {result.host_reason}' if result.host_reason else result.reason
        if reason and reason not in row['reasons']:
            row['reasons'].append(reason)
    lines = ['| family | configs | models | work alone | work with three tasks | why not |',
             '| --- | ---: | ---: | ---: | ---: | --- |']
    for family, row in rows.items():
        reasons = row['reasons'] + [f'{row["waiting"]} not run'] * bool(row['waiting'])
        why = '; '.join(reasons).replace('|', '\\|')
        lines.append(f'| {family} | {row["configs"]} | {row["models"]} | {row["alone"]} | '
                     f'{row["three"]} | {why} |')
    total = {key: sum(row[key] for row in rows.values())
             for key in ('configs', 'models', 'alone', 'three')}
    lines.append(f'| **{len(rows)} families** | **{total["configs"]}** | **{total["models"]}** | '
                 f'**{total["alone"]}** | **{total["three"]}** | |')
    return '\n'.join(lines) + '\n'
