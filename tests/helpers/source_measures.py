"""Measures of the source, by ``ast`` alone: complexity, imports, attributes set from outside."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler)
_WITHIN_LINES = (ast.IfExp, ast.Assert, ast.Lambda)


def functions_of(tree: ast.AST) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions and methods with their names, ``Class.method``; not those within functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, FUNCTIONS):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f'{node.name}.{name}', one) for name, one in functions_of(node))
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from functions_of(node)


def complexity(function: ast.AST, within_lines: bool = True) -> int:
    """McCabe's number of a function: 1 and the branches in it, functions within it included.

    Args:
        function: its node.
        within_lines: whether ``and``, ``or``, conditional expressions, comprehensions with their
            conditions, lambdas and assertions count, as radon counts; otherwise statements alone
            do, as ruff's C901 counts.
    """
    number = 1
    for node in ast.walk(function):
        number += isinstance(node, _BRANCHES)
        number += isinstance(node, FUNCTIONS) and node is not function
        number += isinstance(node, ast.Try) and bool(node.orelse)
        if isinstance(node, ast.Match):
            number += len(node.cases)
        if within_lines:
            number += isinstance(node, _WITHIN_LINES)
            if isinstance(node, ast.BoolOp):
                number += len(node.values) - 1
            if isinstance(node, ast.comprehension):
                number += 1 + len(node.ifs)
    return number


def module_name(path: Path, root: Path) -> str:
    """``mmmtl/a/b.py`` and ``mmmtl/a/b/__init__.py`` are ``mmmtl.a.b``."""
    parts = path.relative_to(root).with_suffix('').parts
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


def imports_of(tree: ast.AST, module: str, is_package: bool,
               known: Mapping[str, object]) -> tuple[set[str], set[str]]:
    """Modules among ``known`` that a module imports: at its top level, and within functions.

    Imports for annotations (``if TYPE_CHECKING``) are at no time run, and are left out. A package
    that a module lies in is imported before it, but counts only where it is named.
    """
    top, inner = set(), set()

    def visit(node: ast.AST, found: set[str]) -> None:
        if isinstance(node, ast.If) and 'TYPE_CHECKING' in ast.unparse(node.test):
            return
        found = inner if isinstance(node, FUNCTIONS) else found
        found.update(name for name in _named(node, module, is_package, known) if name != module)
        for child in ast.iter_child_nodes(node):
            visit(child, found)

    visit(tree, top)
    return top, inner - top


def _named(node: ast.AST, module: str, is_package: bool, known: Mapping[str, object]) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in known}
    if not isinstance(node, ast.ImportFrom):
        return set()
    base = node.module or ''
    if node.level:
        parts = module.split('.') + ['__init__'] * is_package
        base = '.'.join([*parts[:-node.level], *filter(None, [base])])
    names = {f'{base}.{alias.name}' if f'{base}.{alias.name}' in known else base
             for alias in node.names}
    return names & set(known)


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of more than one module, each of which imports all others by some way."""
    reach = {start: _reached(start, edges) for start in edges}
    groups = {frozenset({start, *(other for other in reach[start] if start in reach[other])})
              for start in edges}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = set(), [start]
    while waiting:
        for other in edges[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return seen


def set_from_outside(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """``(function, target)`` of attributes set on an object that the function has not made.

    These are ``x.attribute = …`` (also ``+=``, ``del`` and as part of a tuple), ``setattr`` and
    ``delattr``, and writes to ``x.__dict__`` or ``vars(x)``. Not counted: what ``self`` and ``cls``
    have themselves (``self.part.attribute = …`` is counted), and parts of names that the function
    itself binds to what a call returns or to a display.
    """
    for name, function in functions_of(tree):
        made = {*_made_in(function)}
        for node in ast.walk(function):
            for target in _written(node):
                owner = target.value
                if isinstance(owner, ast.Name) and owner.id in ('self', 'cls'):
                    continue
                while isinstance(owner, ast.Attribute | ast.Subscript):
                    owner = owner.value
                if not (isinstance(owner, ast.Name) and owner.id in made):
                    yield name, ast.unparse(target)


def _made_in(function: ast.AST) -> Iterator[str]:
    """Names that a function binds to an object of its own: ``x = Something(…)``."""
    for node in ast.walk(function):
        targets = (node.targets if isinstance(node, ast.Assign) else
                   [node.target] if isinstance(node, ast.AnnAssign | ast.NamedExpr) else [])
        if isinstance(getattr(node, 'value', None), ast.Call | ast.Dict | ast.List | ast.Set):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _written(node: ast.AST) -> Iterator[ast.expr]:
    """Attributes that a node writes, and the objects whose dictionaries it writes to."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called in ('setattr', 'delattr', 'object.__setattr__') and node.args:
            yield ast.Attribute(node.args[0], '…', ast.Store())
        elif called.rpartition('.')[2] in ('update', 'pop', 'setdefault', 'clear'):
            yield from _dictionary(node.func.value if isinstance(node.func, ast.Attribute)
                                   else node.func)
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        yield from _dictionary(node.value)


def _dictionary(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Attribute) and node.attr == '__dict__':
        yield node
    if isinstance(node, ast.Call) and ast.unparse(node.func) == 'vars' and node.args:
        yield ast.Attribute(node.args[0], '__dict__', ast.Store())
