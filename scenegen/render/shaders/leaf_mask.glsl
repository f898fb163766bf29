// The cut-out of leaf cards: one unfiltered look-up, the same for labels, colour and shadows.
uniform sampler2D leaf_mask;

bool is_leaf_hole(vec2 uv) {
    ivec2 size = textureSize(leaf_mask, 0);
    ivec2 texel = ivec2(floor(fract(uv) * vec2(size)));
    return texelFetch(leaf_mask, min(texel, size - 1), 0).r < 0.45;
}
