"""From the config of a loss weighting to its class, with what is wrong said in words."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from mmmtl.registry import WEIGHTINGS
from mmmtl.utils.arguments import explained
from mmmtl.utils.class_options import options_of
from mmmtl.utils.did_you_mean import did_you_mean


def known_weightings() -> list[str]:
    """Names that ``dict(type=...)`` of a loss weighting may have, here and now."""
    WEIGHTINGS.import_from_location()
    return sorted(WEIGHTINGS.module_dict)


@WEIGHTINGS.completes
def check_weighting(cfg: Any) -> Any:
    """Check that the class is known.

    Args:
        cfg: ``type`` (a name or a class) and options.

    Returns:
        The config as it is.

    Raises:
        KeyError: there is no type, or no such weighting; with the known ones.
    """
    if not isinstance(cfg, Mapping) or 'type' not in cfg:
        raise KeyError('loss_weighting must be a dict with a type, such as '
                       f"dict(type='mmmtl.UncertaintyWeighting'); got {cfg!r}")
    known, cls = known_weightings(), cfg['type']
    if isinstance(cls, str):
        cls = WEIGHTINGS.get(cls)
    if cls is None:
        raise KeyError(f'there is no loss weighting {cfg["type"]!r}; '
                       f'{_hint(cfg["type"].rpartition(".")[2], known)}The known ones are {known} '
                       "(TorchJD's: type='ScalarizerWeighting', scalarizer=NAME). One of your own "
                       'must be imported: custom_imports=dict(imports=["mmmtl", "my_module"])')
    return cfg


@WEIGHTINGS.explains
def explain_weighting(cls: Any, options: list[str], error: TypeError) -> ValueError | None:
    """What is wrong with the options of a weighting that could not be built.

    Args:
        cls: its class, or what else was called.
        options: their names.
        error: of the call.
    """
    said = explained(error, cls, options, name=f'loss weighting {getattr(cls, "__name__", cls)}',
                     filled=['tasks'])
    return said and ValueError(
        f'{said}. {_of_others(cls, options, known_weightings())}If they are left of the config '
        'that yours inherits, begin loss_weighting=dict(_delete_=True, type=...)')


def _of_others(cls: type, options: list[str], known: list[str]) -> str:
    """Which other weighting takes an option, or one that is close."""
    own = options_of(cls)
    owners = {option: name for name in known
              if isinstance(other := WEIGHTINGS.get(name), type)  # and not a function
              for option in options_of(other) if option not in own}
    for option in options:
        close = get_close_matches(option, list(owners), n=1, cutoff=0.8)
        if close and option not in own:
            return f'{close[0]!r} is an option of {owners[close[0]]}. '
    return ''


def _hint(name: str, known: list[str]) -> str:
    """``did you mean`` the closest name, or that of which ``name`` is the capitals."""
    by_lower = {one.lower(): one for one in known}
    close = [one for one in known if ''.join(filter(str.isupper, one)) == name]
    close += [by_lower[whole] for whole in [f'{name.lower()}weighting'] if whole in by_lower]
    return (f'did you mean {close[0]!r}? ' if close
            else did_you_mean(name.lower(), by_lower))
