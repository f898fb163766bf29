// Vertex stage of silhouettes: every object has one bit of the target.
layout(std430, binding = 7) readonly buffer Slots { uint slot_of_instance[]; };

flat out uint v_bit;

void main() {
    v_bit = 1u << slot_of_instance[instance.y];
    gl_Position = clip_position(vec4(position_m, 1.0) * table_lines(0u));
}
