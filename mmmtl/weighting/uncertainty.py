"""Weights learned from homoscedastic uncertainty."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mmmtl.registry import WEIGHTINGS

from .base import BaseLossWeighting, Tasks
from .bounded import LARGEST_EXPONENT, bounded

#: factor of the weighted loss by likelihood, and the exponent of σ² that divides it
FACTORS = {
    'paper': dict(gaussian=0.5, softmax=1.0, laplace=1.0),
    'half': dict(gaussian=0.5, softmax=0.5, laplace=1.0),
    'one': dict(gaussian=1.0, softmax=1.0, laplace=1.0),
}
EXPONENTS = dict(gaussian=1.0, softmax=1.0, laplace=0.5)
LIKELIHOODS = (*EXPONENTS, 'fixed')
_OF_KIND = dict(regression='gaussian', classification='softmax')


def uncertainty_term(loss: Tensor, log_var: Tensor, factor: float,
                     exponent: float = 1.0) -> Tensor:
    """``f · e^{-ps} L + s/2`` with ``s = log σ²``; minimal at ``s = log(2 · p · f · L) / p``."""
    return factor * torch.exp(-exponent * log_var) * loss + 0.5 * log_var


def smallest_log_var(exponent: float = 1.0) -> float:
    """The s below which ``e^{-ps}`` grows no more; see :class:`UncertaintyWeighting`."""
    return -LARGEST_EXPONENT / exponent


@WEIGHTINGS.register_module()
class UncertaintyWeighting(BaseLossWeighting):
    """Kendall, Gal, Cipolla (CVPR 2018), equation 10, in ``s = log σ²``.

    ========== ================== ========================= ================
    likelihood default of         term                      minimal at s =
    ========== ================== ========================= ================
    gaussian   ``regression``     ``½ e^{-s} L + ½ s``      ``log L``
    softmax    ``classification`` ``e^{-s} L + ½ s``        ``log 2L``
    laplace                       ``L/b + log b``           ``2 log L``
    fixed                         ``L``                     no parameter
    ========== ================== ========================= ================

    The scale b of a Laplace distribution, whose negative log-likelihood an L1 loss is, is kept as
    ``s = log b²``, so that its term is ``e^{-s/2} L + ½ s`` (its variance is ``2b²``). ``fixed``
    is for a loss that is no likelihood: weight 1 and no regulariser.

    The total may be negative: that is a likelihood, not a mistake. The log-variances are
    parameters of the model (``log_vars.<task>``) and so belong to its checkpoint;
    :class:`mmmtl.engine.MultiTaskOptimWrapperConstructor` keeps weight decay away from them
    and gives them a learning rate of their own (AdamW moves s by at most the rate per step:
    1e-2 for runs of a few hundred steps).

    ``e^{-ps}`` (p is ½ for ``laplace``, else 1) is at most e²⁰ = 4.9e8, the optimum of a loss of
    2e-9: a loss that stays at exactly zero would push s to minus infinity, and ``e^{-s} · 0`` is
    NaN then. At the limit s stays until the loss pulls it back.

    Args:
        tasks: name and kind of each task; see :class:`BaseLossWeighting`.
        factor: factor of ``e^{-s} L`` (gaussian and softmax): ``'paper'`` as above, ``'half'`` or
            ``'one'`` for both, as other implementations have it.
        init: initial log-variance, one number or one per task. The paper does not say; 0 starts
            at equal weights (up to the factor).
        likelihood: one of the above for all tasks, or by task; by default that of its kind.
    """

    def __init__(self,
                 tasks: Tasks | None = None,
                 factor: str = 'paper',
                 init: float | Mapping[str, float] = 0.0,
                 likelihood: str | Mapping[str, str] | None = None) -> None:
        super().__init__()
        if factor not in FACTORS:
            raise ValueError(
                f'UncertaintyWeighting: factor must be one of {list(FACTORS)}, got {factor!r}')
        self.factor = factor
        self.init = init
        self.likelihood = likelihood
        self.bind(tasks)

    def prepare(self) -> None:
        """A log-variance for each task whose likelihood has one."""
        self.likelihood = self._likelihoods(self.likelihood)
        learned = [task for task, name in self.likelihood.items() if name != 'fixed']
        init = self._per_task(self.init, 'init', learned)
        self.log_vars = nn.ParameterDict({
            task: nn.Parameter(torch.tensor(init[task])) for task in learned})
        for task in learned:
            self.note_exact(f'log_vars.{task}', init[task])

    def _likelihoods(self, given: str | Mapping[str, str] | None) -> dict[str, str]:
        if not isinstance(given, Mapping):
            given = dict.fromkeys(self.tasks, given) if given else {}
        self._check_names(given, 'likelihood')
        chosen = {task: given.get(task) or _OF_KIND.get(kind) for task, kind in self.tasks.items()}
        for task, name in chosen.items():
            if name is None:
                raise ValueError(
                    f'UncertaintyWeighting: the kind of task {task!r} is not known; give '
                    f"tasks=dict({task}='regression', …) or likelihood=dict({task}=…), "
                    f'one of {LIKELIHOODS}')
            if name not in LIKELIHOODS:
                raise ValueError(f'UncertaintyWeighting: likelihood of task {task!r} must be one '
                                 f'of {LIKELIHOODS}, got {name!r}')
        return chosen

    def weigh(self, losses: dict[str, Tensor]) -> dict[str, Tensor]:
        """Equation 10; a task without a loss contributes ``0 · s``, not its regulariser.

        With the regulariser but no loss, s would drift to minus infinity.
        """
        terms = {task: loss for task, loss in losses.items() if task not in self.log_vars}
        for task, log_var in self.log_vars.items():
            name = self.likelihood[task]
            power = EXPONENTS[name]
            terms[task] = 0.0 * log_var if task not in losses else uncertainty_term(
                losses[task], bounded(log_var, low=smallest_log_var(power)),
                FACTORS[self.factor][name], power)
        return terms

    def state(self) -> dict[str, dict[str, Tensor]]:
        """Factors of the raw losses, ``weight``, and log-variances, ``log_var``."""
        log_vars = {task: s.detach().clone() for task, s in self.log_vars.items()}
        weights = {}
        for task, name in self.likelihood.items():
            if name == 'fixed':
                weights[task] = torch.tensor(1.0)
                continue
            log_var = log_vars[task].clamp(min=smallest_log_var(EXPONENTS[name]))
            weights[task] = FACTORS[self.factor][name] * torch.exp(-EXPONENTS[name] * log_var)
        return {'weight': weights, 'log_var': log_vars}
