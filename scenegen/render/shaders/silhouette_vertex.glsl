// Vertex stage of silhouettes: every object has one bit of the target.
layout(std430, binding = 7) readonly buffer Slots { uint slot_of_instance[]; };

flat out uvec4 v_bits;

void main() {
    uint slot = slot_of_instance[instance.y];
    v_bits = uvec4(0u);
    v_bits[slot >> 5] = 1u << (slot & 31u);
    gl_Position = clip_position(vec4(position_m, 1.0) * table_lines(0u));
}
