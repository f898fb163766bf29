// Vertex stage: brings a vertex of any instance into the camera frame by the transform table.
// Row r of the table has nine lines: cam_from_row now, its change to the next frame, its change to the previous one.
layout(std430, binding = 0) readonly buffer RowTable { vec4 row_table[]; };

invariant gl_Position;  // every pass over the same vertex lands on the same place, to the bit

in vec3 position_m;
in vec3 normal;
in uvec4 joints;     // counted from the instance's first row
#ifdef SKINNED
in vec4 weights;
#endif
in uvec2 instance;   // first row, number of the instance

uniform vec4 projection;  // 2 fx / W, 2 fy / H, 2 (cx + 0.5) / W - 1, 2 (cy + 0.5) / H - 1
uniform float near_m;

// Gives three lines of the table for this vertex; time 0 is now, 1 the change to next, 2 the change to previous.
mat3x4 table_lines(uint time) {
    uvec4 at = (uvec4(instance.x) + joints) * 9u + time * 3u;
#ifdef SKINNED
    mat3x4 sum = mat3x4(0.0);
    for (int i = 0; i < 4; i++)
        sum += weights[i] * mat3x4(row_table[at[i]], row_table[at[i] + 1u], row_table[at[i] + 2u]);
    return sum;
#else
    return mat3x4(row_table[at.x], row_table[at.x + 1u], row_table[at.x + 2u]);
#endif
}

// Projects a cam-frame point: v points down, so rows come back top first; depth is reversed, near / z.
vec4 clip_position(vec3 point_cam_m) {
    return vec4(point_cam_m.x * projection.x + point_cam_m.z * projection.z,
                point_cam_m.y * projection.y + point_cam_m.z * projection.w, near_m, point_cam_m.z);
}

// Packs what the id image holds: row (16 bits), part (8), and bit 24 for skinned things.
uint packed_id(uint part) {
#ifdef SKINNED
    return instance.x | (part << 16) | (1u << 24);
#else
    return (instance.x + joints.x) | (part << 16);
#endif
}
