"""Whether two sets of points have a pair within a radius."""


from mmmtl.utils.jit import jit

NO, YES, UNSURE = 0, 1, 2
SMALL = 4096  # pairs that are compared one by one rather than split


@jit
def box_squares(ax0, ax1, ay0, ay1, bx0, bx1, by0, by1):
    """Least and greatest squared distance of points in two boxes."""
    dx = max(ax0 - bx1, bx0 - ax1, 0.0)
    dy = max(ay0 - by1, by0 - ay1, 0.0)
    fx = max(ax1 - bx0, bx1 - ax0)
    fy = max(ay1 - by0, by1 - ay0)
    return dx * dx + dy * dy, fx * fx + fy * fy


@jit
def compare_all(ax, ay, bx, by, inside, outside):
    """Compare each pair, until one is within ``inside``."""
    answer = NO
    for s in range(ax.shape[0]):
        possible = 0
        for t in range(bx.shape[0]):
            dx = ax[s] - bx[t]
            dy = ay[s] - by[t]
            possible += dx * dx + dy * dy <= outside
        if possible > 0:
            for t in range(bx.shape[0]):
                dx = ax[s] - bx[t]
                dy = ay[s] - by[t]
                square = dx * dx + dy * dy
                if square <= inside:
                    return YES
                if square <= outside:
                    answer = UNSURE
    return answer


@jit
def touching(ax, ay, bx, by, inside, outside):
    """Compare the sets by halves: linear, not quadratic, for all but contrived ones.

    Args:
        ax, ay, bx, by: coordinates of the two sets.
        inside, outside: see :func:`~mmmtl.clustering.kernels.boundary.certain_squares`.

    Returns:
        YES, NO, or UNSURE: a pair is between the two squares, and none within the first.
    """
    if ax.shape[0] * bx.shape[0] <= SMALL:
        return compare_all(ax, ay, bx, by, inside, outside)
    ax, ay, bx, by = ax.copy(), ay.copy(), bx.copy(), by.copy()
    stack = [(0, ax.shape[0], 0, bx.shape[0])]
    answer = NO
    while len(stack) > 0:
        a0, a1, b0, b1 = stack.pop()
        left, right, low, high = _box(ax[a0:a1], ay[a0:a1])
        left2, right2, low2, high2 = _box(bx[b0:b1], by[b0:b1])
        least, most = box_squares(left, right, low, high, left2, right2, low2, high2)
        if least > outside:
            continue
        if most <= inside:
            return YES
        if (a1 - a0) * (b1 - b0) <= SMALL:
            found = compare_all(ax[a0:a1], ay[a0:a1], bx[b0:b1], by[b0:b1], inside, outside)
            if found == YES:
                return YES
            if found == UNSURE:
                answer = UNSURE
        elif max(right - left, high - low) >= max(right2 - left2, high2 - low2):
            if right == left and high == low:  # two points, each many times
                answer = UNSURE
                continue
            middle = a0 + _split(ax[a0:a1], ay[a0:a1], left, right, low, high)
            stack.append((a0, middle, b0, b1))
            stack.append((middle, a1, b0, b1))
        else:
            middle = b0 + _split(bx[b0:b1], by[b0:b1], left2, right2, low2, high2)
            stack.append((a0, a1, b0, middle))
            stack.append((a0, a1, middle, b1))
    return answer


@jit
def _box(x, y):
    """Bounds of points: least and greatest x, least and greatest y."""
    left = right = x[0]
    low = high = y[0]
    for i in range(1, x.shape[0]):
        left = min(left, x[i])
        right = max(right, x[i])
        low = min(low, y[i])
        high = max(high, y[i])
    return left, right, low, high


@jit
def _split(x, y, left, right, low, high):
    """Reorder points into two halves of their box; size of the first. Neither is empty."""
    by_x = right - left >= high - low
    key, least, most = (x, left, right) if by_x else (y, low, high)
    middle = least + (most - least) / 2
    if middle >= most:
        middle = least
    size = 0
    for i in range(x.shape[0]):
        if key[i] <= middle:
            x[i], x[size] = x[size], x[i]
            y[i], y[size] = y[size], y[i]
            size += 1
    return size
