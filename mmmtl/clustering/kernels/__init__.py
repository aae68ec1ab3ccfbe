"""What numba compiles. Outside this package only functions import it, since it imports numba."""
