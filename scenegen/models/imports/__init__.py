"""Models that a person brings along: glTF, GLB or OBJ, each with a card of a few lines. Every file is taken as hostile."""
