// Vertex stage of the flow of skinned things: the change of position is skinned like the position itself.
in uvec2 surface;    // material, part

out vec3 v_cam_m;
out vec3 v_normal;
out vec3 v_to_next_m;
out vec3 v_to_prev_m;
flat out uint v_id;

void main() {
    mat3x4 lines = table_lines(0u);
    vec4 point = vec4(position_m, 1.0);
    v_cam_m = point * lines;
    v_normal = vec4(normal, 0.0) * lines;
    v_to_next_m = point * table_lines(1u);
    v_to_prev_m = point * table_lines(2u);
    v_id = packed_id(surface.y);
    gl_Position = clip_position(v_cam_m);
}
