// Fragment stage of silhouettes: the target collects bits by logical or.
flat in uvec4 v_bits;
layout(location = 0) out uvec4 out_bits;

void main() { out_bits = v_bits; }
