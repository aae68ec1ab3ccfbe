"""Methods of TorchJD, by name and with their own arguments."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mmmtl.registry import BALANCERS
from mmmtl.torchjd.arguments import RowsOf, converted, smooth, smoothed_method
from mmmtl.torchjd.methods import missing_solver, quirks_of
from mmmtl.torchjd.state import changes, restore, snapshot
from mmmtl.utils.arguments import check_options

from .balancer_by_name import find_method
from .base import BaseBalancer, Rows
from .random_draws import OwnDraws


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
        self._arguments = {**quirks_of(method).defaults, **arguments}
        self._draws = OwnDraws(seed)
        self._aggregators: dict[tuple[int, ...], nn.Module] = {}
        self._built: dict[tuple[int, ...], dict] = {}
        self._loaded: dict[str, dict] = {}
        check_options(self._cls, self._arguments, name=f'balancer {method}')
        self._smooths = (TorchJDBalancer(**smoothed_method(self._arguments['weighting']))
                         if method == 'CRMOGM' else None)
        self._names: tuple[str, ...] = ()
        probe = self._build(None, torch.zeros(()))  # wrong arguments are found with the config
        from torchjd import aggregation
        self.weighted = isinstance(probe, aggregation.WeightedAggregator)
        self._uses_gramian = isinstance(probe, aggregation.GramianWeightedAggregator)
        self.from_gramian = self._uses_gramian or (
            quirks_of(self._ruling.method).gramian_is_enough)

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
        return quirks_of(self.method).min_rows(self._arguments)

    def weights_of_few(self, gramian: Tensor) -> Tensor:
        """(T,) weights of fewer rows than :meth:`min_rows`: equal, but NashMTL has a solution."""
        return quirks_of(self.method).weights_of_few(gramian, self._arguments)

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
        return self._build_for(RowsOf(self._names, self.num_tasks, tasks, like))

    def _build_for(self, rows: RowsOf) -> nn.Module:
        try:
            arguments = {key: converted(self.method, key, value, rows)
                         for key, value in self._arguments.items() if key != 'weighting'}
            if self._smooths is None:
                return self._cls(**arguments)
            return smooth(self._cls, self._smooths.method, self._smooths._build_for(rows),
                          arguments)
        except ImportError as error:
            raise missing_solver(self.method, error) from error

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
