// Vertex stage of the shadow maps. The row table holds light_from_row here, in metres from the middle of the cascade;
// what stands before the near face of the light's box is pressed onto it.
uniform vec2 across_and_along;  // 1 / half width, 1 / length of the light's box
#ifdef LEAF
in vec2 uv;
out vec2 v_uv;
#endif

void main() {
    vec3 light_m = vec4(position_m, 1.0) * table_lines(0u);
#ifdef LEAF
    v_uv = uv;
#endif
    gl_Position = vec4(light_m.xy * across_and_along.x, clamp(light_m.z * across_and_along.y + 0.5, 0.0, 1.0), 1.0);
}
