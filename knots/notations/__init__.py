"""Links in and out: planar-diagram, Dowker–Thistlethwaite and Gauss codes, objects, files."""

__all__: list[str] = []
