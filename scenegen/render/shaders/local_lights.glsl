// Street lamps near the camera and the ego's own two head lamps. They throw no shadows.
uniform ivec2 lamp_ranges[20];  // by bin of depth, two to the octave: first and last + 1 of the lamps that reach it
uniform vec4 lamp_place[24];    // cam frame, metres; reach in metres
uniform vec3 lamp_colour[24];   // intensity in kilocandela, exposed
uniform vec3 head_lamps;        // colour of the head lamps' hot spot, exposed; zero when off
uniform vec3 up_cam;            // the world's up in the camera frame

vec3 local_light(vec3 cam_m, vec3 normal) {
    vec3 sum = vec3(0.0);
    ivec2 range = lamp_ranges[clamp(int(2.0 * log2(max(cam_m.z, 1.0))), 0, 19)];
    for (int i = range.x; i < range.y; i++) {
        vec3 to = lamp_place[i].xyz - cam_m;
        float far2 = dot(to, to);
        vec3 l = to * inversesqrt(far2);
        float share = far2 / (lamp_place[i].w * lamp_place[i].w);
        float window = clamp(1.0 - share * share, 0.0, 1.0);
        // A street lamp sends its light down and to the sides.
        float lobe = clamp(dot(l, up_cam) * 1.6 + 0.12, 0.0, 1.0);
        sum += lamp_colour[i] * (max(dot(normal, l), 0.0) * lobe * window * window / max(far2, 0.25));
    }
#ifdef DRAFT
    const int BEAMS = 1;  // both lamps as one between them
#else
    const int BEAMS = 2;
#endif
    for (int beam = 0; beam < BEAMS; beam++) {
        vec3 to = vec3(0.62 * float(beam * 2 + 1 - BEAMS), 1.0, 1.2) - cam_m;
        float far2 = dot(to, to);
        vec3 l = to * inversesqrt(far2);
        // Dipped beam: a flat fan below the horizon, a faint spill above it.
        float rise = dot(-l, up_cam);
        float aside = -l.x / max(-l.z, 0.05);
        float fan = exp(-aside * aside * 8.0) * step(0.0, -l.z);
        float dip = smoothstep(0.006, -0.016, rise) * exp(rise * 11.0) + 0.012;
        sum += head_lamps * (2.0 / float(BEAMS) * max(dot(normal, l), 0.0) * fan * dip / max(far2, 1.0));
    }
    return sum;
}
