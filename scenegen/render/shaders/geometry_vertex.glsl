// Vertex stage of the geometry pass.
in vec2 uv;
in vec4 tint;        // sRGB, alpha is baked ambient occlusion
in uvec2 surface;    // material, part

out vec3 v_cam_m;
out vec3 v_normal;
out vec2 v_uv;
flat out uint v_id;
#ifdef COLOUR
out vec4 v_tint;           // linear colour of material, paint and tint; baked ambient occlusion
flat out vec2 v_cloth;     // texture layer, material / 255
layout(std430, binding = 1) readonly buffer Paints { vec4 paints[]; };
layout(std430, binding = 4) readonly buffer MaterialTable { vec4 material_table[]; };  // two lines per material

// sRGB to linear light, within 0.2 % (fitted cubic).
vec3 linear_from_srgb(vec3 c) { return c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878); }
#endif

void main() {
    mat3x4 lines = table_lines(0u);
    v_cam_m = vec4(position_m, 1.0) * lines;
    v_normal = vec4(normal, 0.0) * lines;
    v_uv = uv;
    v_id = packed_id(surface.y);
#ifdef COLOUR
    vec4 base = material_table[surface.x * 2u];          // linear colour; 1 where the paint takes its place
    vec4 cloth = material_table[surface.x * 2u + 1u];    // texture layer, repeats per metre, unused, unused
    v_tint = vec4(mix(base.rgb, paints[instance.y].rgb, base.a) * linear_from_srgb(tint.rgb), tint.a);
    v_uv = uv * cloth.y;
    v_cloth = vec2(cloth.x, float(surface.x) / 255.0);
#endif
    gl_Position = clip_position(v_cam_m);
}
