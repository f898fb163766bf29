// Fragment stage of the shadow maps: leaf cards have the same holes as in labels and colour.
#ifdef LEAF
in vec2 v_uv;
#endif

void main() {
#ifdef LEAF
    if (is_leaf_hole(v_uv)) discard;
#endif
}
