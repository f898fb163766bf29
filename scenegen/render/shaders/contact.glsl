// How much of the sky the ground sees beside and below the nearest vehicles, 0..1.
uniform vec4 contact_boxes[16];  // two lines a box: middle x, y, bottom z, is used; half length, half width, cos, sin

float sky_past_vehicles(vec3 at_m) {
    float open = 1.0;
    for (int k = 0; k < 16; k += 2) {
        vec4 foot = contact_boxes[k];
        vec4 shape = contact_boxes[k + 1];
        vec2 to = at_m.xy - foot.xy;
        vec2 beside = abs(vec2(dot(to, shape.zw), dot(to, vec2(-shape.w, shape.z)))) - shape.xy;
        // Metres outside the outline, less than zero below the vehicle.
        float outside = length(max(beside, 0.0)) + min(max(beside.x, beside.y), 0.0);
        float near = clamp(0.55 - outside * 0.75, 0.0, 1.0);
        open *= 1.0 - 0.95 * near * near * (3.0 - 2.0 * near) * foot.w * step(abs(at_m.z - foot.z), 0.35);
    }
    return open;
}
