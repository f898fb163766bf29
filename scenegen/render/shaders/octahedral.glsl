// Unit vectors as two numbers 0..1 (octahedral map with bias: signed targets would lose the sign).
vec2 encode_normal(vec3 v) {
    v /= abs(v.x) + abs(v.y) + abs(v.z);
    vec2 s = vec2(v.x >= 0.0 ? 1.0 : -1.0, v.y >= 0.0 ? 1.0 : -1.0);
    vec2 e = v.z >= 0.0 ? v.xy : (1.0 - abs(v.yx)) * s;
    return e * 0.5 + 0.5;
}

// Gives the vector on the octahedron: the right direction, not of unit length.
vec3 decode_direction(vec2 code) {
    vec2 e = code * 2.0 - 1.0;
    float z = 1.0 - abs(e.x) - abs(e.y);
    float fold = max(-z, 0.0);
    vec2 s = vec2(e.x >= 0.0 ? 1.0 : -1.0, e.y >= 0.0 ? 1.0 : -1.0);
    return vec3(e - fold * s, z);
}

vec3 decode_normal(vec2 code) { return normalize(decode_direction(code)); }
