// Vertex stage of the geometry pass.
in vec2 uv;
in vec4 tint;        // sRGB, alpha is baked ambient occlusion
in uvec2 surface;    // material, part

out vec3 v_cam_m;
out vec3 v_normal;
out vec2 v_uv;
flat out uint v_id;
#ifdef COLOUR
out vec4 v_tint;
flat out uvec2 v_surface;  // material, number of the instance
#endif

void main() {
    mat3x4 lines = table_lines(0u);
    v_cam_m = vec4(position_m, 1.0) * lines;
    v_normal = vec4(normal, 0.0) * lines;
    v_uv = uv;
    v_id = packed_id(surface.y);
#ifdef COLOUR
    v_tint = tint;
    v_surface = uvec2(surface.x, instance.y);
#endif
    gl_Position = clip_position(v_cam_m);
}
