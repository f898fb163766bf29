// Street lamps and vehicles' lamps near the camera, and the ego's own two head lamps. They throw no shadows.
const int MAX_LAMPS = 48;
uniform ivec2 lamp_ranges[20];         // by bin of depth, two to the octave: first and last + 1 of the lamps that reach it
uniform vec4 lamp_place[MAX_LAMPS];    // cam frame, metres; reach in metres
uniform vec3 lamp_colour[MAX_LAMPS];   // intensity in kilocandela, exposed
uniform vec4 lamp_axis[MAX_LAMPS];     // cam frame, where it shines; kind: 0 street lamp, 1 dipped beam, 2 tail lamp
uniform vec3 head_lamps;               // colour of the ego's hot spots, exposed; zero when off
uniform vec3 up_cam;                   // the world's up in the camera frame

// Dipped beam: a flat fan below the horizon, a faint spill above it. `away` is the way of the light.
float dipped_beam(float aside, float rise, float ahead) {
    float fan = exp(-aside * aside * 8.0) * step(0.0, ahead);
    return fan * (smoothstep(0.006, -0.016, rise) * exp(rise * 11.0) + 0.012);
}

// Share of a lamp's intensity that goes a way `away`.
float lamp_lobe(int i, vec3 away) {
    vec4 axis = lamp_axis[i];
    float rise = dot(away, up_cam);
    // A street lamp sends its light down and to the sides.
    if (axis.w < 0.5) return clamp(-rise * 1.6 + 0.12, 0.0, 1.0);
    float ahead = dot(away, axis.xyz);
    if (axis.w > 1.5) return max(ahead, 0.0);
    float aside = dot(away, cross(axis.xyz, up_cam)) / max(ahead, 0.05);
    return dipped_beam(aside, rise, ahead);
}

vec3 local_light(vec3 cam_m, vec3 normal) {
    vec3 sum = vec3(0.0);
    ivec2 range = lamp_ranges[clamp(int(2.0 * log2(max(cam_m.z, 1.0))), 0, 19)];
    for (int i = range.x; i < range.y; i++) {
        vec3 to = lamp_place[i].xyz - cam_m;
        float far2 = dot(to, to);
        float share = far2 / (lamp_place[i].w * lamp_place[i].w);
        // A loop that runs once at most: a software rasteriser jumps over it where no pixel of a group is reached.
        for (int k = 0; k < int(share < 1.0); k++) {
            vec3 l = to * inversesqrt(far2);
            float window = 1.0 - share * share;
            sum += lamp_colour[i] * (max(dot(normal, l), 0.0) * lamp_lobe(i, -l) * window * window / max(far2, 0.25));
        }
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
        float shape = dipped_beam(-l.x / max(-l.z, 0.05), dot(-l, up_cam), -l.z);
        sum += head_lamps * (2.0 / float(BEAMS) * max(dot(normal, l), 0.0) * shape / max(far2, 1.0));
    }
    return sum;
}
