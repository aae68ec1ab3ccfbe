"""Methods of TorchJD, by name and with their own arguments."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mmmtl.registry import BALANCERS

from .base import BaseBalancer, Rows
from .find import check_arguments, find_method, missing_solver
from .random_draws import OwnDraws
from .torchjd_state import changes, restore, snapshot

# What a config need not say. CAGrad and FairGrad as in LibMTL. TorchJD takes gradients shorter
# than 0.01 (the root of norm_eps) for zero: CAGrad would stop, UPGrad and DualProj not project.
_TINY = dict(type='QuadprogProjector', norm_eps=1e-12)
_DEFAULTS: dict[str, dict[str, Any]] = {
    'CAGrad': dict(c=0.5, norm_eps=1e-12),
    'FairGrad': dict(alpha=1.0),
    'UPGrad': dict(projector=_TINY),
    'DualProj': dict(projector=_TINY),
}
#: arguments with one number per task
_PER_TASK = ('weights', 'pref_vector', 'leak', 'initial_weights')
#: not Gramian-weighted in TorchJD, though the Gramian determines their weights
_GRAMIAN_IS_ENOUGH = ('Constant', 'Mean', 'NashMTL', 'Random', 'Sum')


@BALANCERS.register_module()
class TorchJDBalancer(BaseBalancer):
    """A method of ``torchjd.aggregation``.

    A config names the method itself: ``dict(type='CAGrad', c=0.4)``. Vectors of one number per
    task may be lists, or dicts by the tasks' names; a dual cone projector is a dict with its type.
    ``CRMOGM`` smooths the weights of another method: ``dict(type='CRMOGM',
    weighting=dict(type='UPGrad'))``. NashMTL's ``n_tasks`` is filled in.

    When a task has no labels, its row is missing. Methods that remember something (a moving
    average, previous weights) do so separately for each set of tasks that occurs together, so
    that a missing row does not reset what is known of all.

    Args:
        method: name in TorchJD.
        seed: of the random order or mask of methods that have one.
        arguments: of the method.
    """

    def __init__(self, method: str, seed: int = 0, **arguments: Any) -> None:
        super().__init__()
        self.method = method
        self._cls = find_method(method)
        self._arguments = {**_DEFAULTS.get(method, {}), **arguments}
        self._draws = OwnDraws(seed)
        self._aggregators: dict[tuple[int, ...], nn.Module] = {}
        self._built: dict[tuple[int, ...], dict] = {}
        self._loaded: dict[str, dict] = {}
        if method == 'NashMTL':
            self._arguments.setdefault('n_tasks', None)
        check_arguments(method, self._cls, self._arguments)
        self._names: tuple[str, ...] = ()
        probe = self._build(None, torch.zeros(()))  # wrong arguments are found with the config
        from torchjd import aggregation
        self.weighted = isinstance(probe, aggregation.WeightedAggregator)
        self._uses_gramian = isinstance(probe, aggregation.GramianWeightedAggregator)
        inner = self._inner_method()
        self.from_gramian = self._uses_gramian or inner in _GRAMIAN_IS_ENOUGH

    @property
    def name(self) -> str:
        """The method's name."""
        return self.method

    def bind(self, tasks: Sequence[str]) -> None:
        """Check vectors and counts against the number of tasks."""
        super().bind(tasks)
        self._names = tuple(tasks)
        number = self._arguments.get('n_tasks')
        if number not in (None, len(tasks)):
            raise ValueError(f'{self.method}: n_tasks is {number}, but the tasks are '
                             f'{list(tasks)}; leave n_tasks out')
        if len(tasks) < self._min_rows():
            raise ValueError(f'{self.method} with these arguments needs at least '
                             f'{self._min_rows()} tasks, but they are {list(tasks)}')
        self._build(tuple(range(len(tasks))), torch.zeros(()))

    # -- combining ----------------------------------------------------------------------------
    def weights(self, rows: Rows) -> Tensor:
        """Weights by the method; a task alone, or fewer than it can handle, have equal ones."""
        if self._too_few(rows):
            return torch.full_like(rows.gramian[0], 1 / len(rows.tasks))
        aggregator = self._aggregator(rows)
        with self._draws.global_generator(rows.gramian.device), torch.no_grad():
            if self._uses_gramian:
                return aggregator.gramian_weighting(rows.gramian)
            jacobian = rows.jacobian
            return aggregator.weighting(_root(rows.gramian) if jacobian is None else jacobian)

    def combine(self, rows: Rows) -> Tensor:
        """What the method makes of the whole Jacobian."""
        if self._too_few(rows):
            return rows.jacobian.mean(dim=0)
        aggregator = self._aggregator(rows)
        with self._draws.global_generator(rows.gramian.device), torch.no_grad():
            return aggregator(rows.jacobian)

    def _too_few(self, rows: Rows) -> bool:
        """Whether labels are missing for so many tasks that nothing is left to balance."""
        present = len(rows.tasks)
        return present < self.num_tasks and present < max(2, self._min_rows())

    def _min_rows(self) -> int:
        if self.method == 'Krum':
            return max(self._arguments['n_byzantine'] + 3, self._arguments.get('n_selected', 1))
        if self.method == 'TrimmedMean':
            return 2 * self._arguments['trim_number'] + 1
        return 1

    # -- building -----------------------------------------------------------------------------
    def _aggregator(self, rows: Rows) -> nn.Module:
        if rows.tasks not in self._aggregators:
            aggregator = self._build(rows.tasks, rows.gramian)
            self._built[rows.tasks] = snapshot(aggregator)
            state = self._loaded.pop(_key(rows.tasks), None)
            if state is not None:
                restore(aggregator, state, rows.gramian.device)
            self._aggregators[rows.tasks] = aggregator
        return self._aggregators[rows.tasks]

    def _build(self, tasks: tuple[int, ...] | None, like: Tensor) -> nn.Module:
        """The aggregator for some of the tasks; ``None`` only to see whether it builds."""
        try:
            arguments = {key: self._convert(key, value, tasks, like)
                         for key, value in self._arguments.items()}
            if self.method == 'CRMOGM':
                return self._smoothed(arguments, tasks, like)
            return self._cls(**arguments)
        except ImportError as error:
            raise missing_solver(self.method, error) from error

    def _smoothed(self, arguments: dict, tasks: tuple[int, ...] | None, like: Tensor) -> nn.Module:
        from torchjd.aggregation import GramianWeightedAggregator, WeightedAggregator
        inner = dict(arguments.pop('weighting'))
        method = TorchJDBalancer(method=inner.pop('type').removesuffix('Weighting'), **inner)
        method._names, method.num_tasks = self._names, self.num_tasks
        aggregator = method._build(tasks, like)
        if isinstance(aggregator, GramianWeightedAggregator):
            return GramianWeightedAggregator(
                self._cls(aggregator.gramian_weighting, **arguments))
        if not isinstance(aggregator, WeightedAggregator):
            raise ValueError(f'CRMOGM smooths weights, but {method.method} has none')
        return WeightedAggregator(self._cls(aggregator.weighting, **arguments))

    def _inner_method(self) -> str:
        inner = self._arguments.get('weighting') if self.method == 'CRMOGM' else None
        return inner['type'].removesuffix('Weighting') if inner else self.method

    def _convert(self, key: str, value: Any, tasks: tuple[int, ...] | None, like: Tensor) -> Any:
        if key == 'n_tasks':
            return len(tasks) if tasks else value or 2
        if key == 'projector' and isinstance(value, Mapping):
            from torchjd import linalg
            value = dict(value)
            return getattr(linalg, value.pop('type'))(**value)
        if key in _PER_TASK and value is not None:
            return self._vector(key, value, tasks, like)
        if key == 'tau' and isinstance(value, list | tuple | Tensor):  # of all but the first task
            first = [1.0, *(float(number) for number in value)]
            return self._vector(key, first, tasks, like)[1:]
        return value

    def _vector(self, key: str, value: Any, tasks: tuple[int, ...] | None, like: Tensor) -> Tensor:
        if isinstance(value, Mapping):
            if tasks is None:
                return torch.ones(2)
            wrong = set(value) ^ set(self._names)
            if wrong:
                raise ValueError(f'{self.method}: {key} has values for {list(value)}, but the '
                                 f'tasks are {list(self._names)}')
            value = [value[name] for name in self._names]
        vector = torch.as_tensor(value, dtype=like.dtype, device=like.device)
        if tasks is None:
            return vector
        if self.num_tasks is not None and len(vector) != self.num_tasks:
            raise ValueError(f'{self.method}: {key} has {len(vector)} values for '
                             f'{self.num_tasks} tasks {list(self._names)}')
        return vector[list(tasks)]

    # -- state --------------------------------------------------------------------------------
    def state_dict(self) -> dict[str, Any]:
        """State of the aggregator of each set of tasks, and of the random numbers."""
        methods = {_key(tasks): changes(aggregator, self._built[tasks])
                   for tasks, aggregator in self._aggregators.items()}
        return dict(draws=self._draws.state(), methods={**self._loaded, **methods})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from :meth:`state_dict`."""
        self._draws.set_state(state['draws'])
        self._aggregators.clear()
        self._built.clear()
        self._loaded = dict(state['methods'])


def _key(tasks: tuple[int, ...]) -> str:
    return ','.join(map(str, tasks))


def _root(gramian: Tensor) -> Tensor:
    """(T, T) matrix R with ``R Rᵀ`` the Gramian: stands for a Jacobian that was not kept."""
    values, vectors = torch.linalg.eigh(gramian)
    return vectors * values.clamp(min=0).sqrt()
