"""The sky: a gradient with clouds."""

from street_scenes.colours import mixed
from street_scenes.compiled import compiled
from street_scenes.noise import noise

ZENITH, CLOUD = (0.22, 0.42, 0.78), (1.0, 1.01, 1.04)


@compiled
def sky(ray, elevation, light):
    """Return the colour of the sky along a world ray; elevation is its sine."""
    haze = 1 - min(1.0, max(0.0, elevation * 2.2))
    colour = mixed(ZENITH, light.haze, haze * haze)
    # Clouds lie on a plane high above; 0.12 keeps the horizon finite.
    x, z = ray[0] / (abs(ray[1]) + 0.12), ray[2] / (abs(ray[1]) + 0.12)
    seed = light.seed
    density = (0.5 * noise(x * 0.9 + seed, z * 0.5, seed) + 0.3 * noise(x * 2.1, z * 1.3, seed + 1)
               + 0.2 * noise(x * 5, z * 3, seed + 2))
    cover = min(1.0, max(0.0, (density - 0.62 + 0.5 * light.cloudiness) * 3.2))
    white = 0.80 + 0.16 * noise(x * 1.4, z, seed + 7)
    return mixed(colour, (white * CLOUD[0], white * CLOUD[1], white * CLOUD[2]), cover)
