// Fragment stage of silhouettes: the target collects bits by logical or.
flat in uint v_bit;
layout(location = 0) out uint out_bits;

void main() { out_bits = v_bit; }
