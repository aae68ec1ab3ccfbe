"""Methods of TorchJD, by name and with their own arguments."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mmmtl.registry import BALANCERS

from .base import BaseBalancer, Rows
from .find import check_arguments, find_method, missing_solver
from .random_draws import OwnDraws
from .torchjd_arguments import projector_of, smoothed_method
from .torchjd_state import changes, restore, snapshot

# What a config need not say. CAGrad and FairGrad as in LibMTL. TorchJD takes gradients shorter
# than 0.01 (the root of norm_eps) for zero: CAGrad would stop, UPGrad and DualProj not project.
# GradVac and PCD add eps to squared norms, so that 1e-8 would count at gradients of 1e-4.
_TINY = dict(type='QuadprogProjector', norm_eps=1e-12)
_DEFAULTS: dict[str, dict[str, Any]] = {
    'CAGrad': dict(c=0.5, norm_eps=1e-12),
    'FairGrad': dict(alpha=1.0),
    'UPGrad': dict(projector=_TINY),
    'DualProj': dict(projector=_TINY),
    'GradVac': dict(eps=1e-16),
    'PCD': dict(eps=1e-16),
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
    that a missing row does not reset what is known of all. A task alone gets what the method
    makes of one row: the gradient as it is, but times its weight (``Constant``) or preference
    (UPGrad, DualProj, AlignedMTL), times ``1 + c`` (CAGrad), or of length 1 (NashMTL, and
    FairGrad with ``alpha=1``). Krum and TrimmedMean take the mean of fewer rows than they need.

    Where the formulas differ from the papers or from LibMTL:

    - AlignedMTL: LibMTL sums where this takes the mean (``1/T`` of its length).
    - CAGrad: ``g₀ + c ‖g₀‖ g_w / ‖g_w‖``, as in the paper; LibMTL divides that by ``1 + c²``
      (``rescale=1``), so its step has 0.8 of this length at ``c=0.5``, and solves by SLSQP, whose
      tolerance is absolute. With a row of zeros the direction of ``g_w`` is rounding alone.
    - ExcessMTL: weights begin at ``1/T`` and sum to 1 (paper; 1 each in LibMTL); its step depends
      on the scale of the gradients.
    - FairGrad, NashMTL: the exact result has length √T whatever that of the gradients (FairGrad:
      with ``alpha=1``). Their solvers are not free of scale and stop early for short gradients:
      at norms of 1e-3 the result was 59 % (FairGrad) and 6 % (NashMTL) too short, at 1e-4 95 %
      and more; norms above 1e-2 are fine.
    - GradVac, PCD: ``eps`` is 1e-16 (TorchJD: 1e-8), since it is added to squared norms.
    - MGDA: Frank–Wolfe steps until one is shorter than ``epsilon=1e-3``, at most
      ``max_iters=100``; the point is up to 3 % off that of least norm, more for opposed tasks.
      ``dict(type='MGDA', epsilon=1e-7, max_iters=10000)`` is tight. LibMTL keeps weights between
      0.001 and 0.999; nash-mtl's result is T times as long.
    - PCGrad: the sum of the projected gradients (paper); Tseng's code takes the mean.
    - IMTLG: a pseudo-inverse for dependent rows, where others get about 0 or NaN; two opposed ones
      of lengths a and b give ``√(a² + b²) / |a − b|`` times the Jacobian's norm.
    - NashMTL: the result is shortened to ``max_norm=1`` (as in the authors' code, not in the
      paper), which is always, as it has √T; ``max_norm=0`` leaves it. The solver's
      ``optim_niter=20`` steps begin at the weights of the step before.
    - UPGrad, DualProj: ``reg_eps=1e-4`` on the diagonal of the normalised Gramian.

    Args:
        method: name in TorchJD.
        seed: of the random order or mask of methods that have one; by default the run's.
        arguments: of the method.
    """

    def __init__(self, method: str, seed: int | None = None, **arguments: Any) -> None:
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
        self._smooths = (TorchJDBalancer(**smoothed_method(self._arguments['weighting']))
                         if method == 'CRMOGM' else None)
        self._names: tuple[str, ...] = ()
        probe = self._build(None, torch.zeros(()))  # wrong arguments are found with the config
        from torchjd import aggregation
        self.weighted = isinstance(probe, aggregation.WeightedAggregator)
        self._uses_gramian = isinstance(probe, aggregation.GramianWeightedAggregator)
        self.from_gramian = self._uses_gramian or self._ruling.method in _GRAMIAN_IS_ENOUGH

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
        least = self._ruling.min_rows()
        if len(tasks) < least:
            raise ValueError(f'{self._ruling.method} with these arguments needs at least '
                             f'{least} tasks, but they are {list(tasks)}')
        self._build(tuple(range(len(tasks))), torch.zeros(()))

    def seed_draws(self, seed: int) -> None:
        """See :class:`BaseBalancer`."""
        self._draws.start(seed)

    # -- combining ----------------------------------------------------------------------------
    def weights(self, rows: Rows) -> Tensor:
        """Weights by the method, or equal ones for fewer rows than it can handle."""
        if self._too_few(rows):
            return self._ruling.weights_of_few(rows.gramian)
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

    @property
    def _ruling(self) -> 'TorchJDBalancer':
        """The method whose weights they are: for CRMOGM, the one that it smooths."""
        return self if self._smooths is None else self._smooths._ruling

    def _too_few(self, rows: Rows) -> bool:
        """Whether labels are missing for so many tasks that the method cannot be applied."""
        present = len(rows.tasks)
        return present < self.num_tasks and present < self._ruling.min_rows()

    def min_rows(self) -> int:
        """Rows that TorchJD's implementation needs."""
        if self.method == 'Krum':
            return max(self._arguments['n_byzantine'] + 3, self._arguments.get('n_selected', 1))
        if self.method == 'TrimmedMean':
            return 2 * self._arguments['trim_number'] + 1
        return 2 if self.method == 'NashMTL' else 1

    def weights_of_few(self, gramian: Tensor) -> Tensor:
        """(T,) weights of fewer rows than :meth:`min_rows`: equal, but NashMTL has a solution."""
        if self.method == 'NashMTL':  # G a = 1 / a, and its bound
            bound = self._arguments.get('max_norm', 1.0) or 1.0
            norms = gramian.diagonal().sqrt()
            return min(1.0, bound) / torch.where(norms > 0, norms, 1.0)
        return torch.full_like(gramian[0], 1 / len(gramian))

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
            if self._smooths is not None:
                return self._smoothed(arguments, tasks, like)
            return self._cls(**arguments)
        except ImportError as error:
            raise missing_solver(self.method, error) from error

    def _smoothed(self, arguments: dict, tasks: tuple[int, ...] | None, like: Tensor) -> nn.Module:
        from torchjd.aggregation import GramianWeightedAggregator, WeightedAggregator
        del arguments['weighting']
        method = self._smooths
        method._names, method.num_tasks = self._names, self.num_tasks
        aggregator = method._build(tasks, like)
        if isinstance(aggregator, GramianWeightedAggregator):
            return GramianWeightedAggregator(
                self._cls(aggregator.gramian_weighting, **arguments))
        if not isinstance(aggregator, WeightedAggregator):
            raise ValueError(f'CRMOGM smooths weights, but {method.method} has none')
        return WeightedAggregator(self._cls(aggregator.weighting, **arguments))

    def _convert(self, key: str, value: Any, tasks: tuple[int, ...] | None, like: Tensor) -> Any:
        if key == 'n_tasks':
            return len(tasks) if tasks else value or 2
        if key == 'projector':
            return projector_of(self.method, value)
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
