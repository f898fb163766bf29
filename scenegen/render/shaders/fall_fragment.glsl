// Fragment stage of drops and flakes: a soft strip with round ends.
in vec2 v_at;
flat in float v_length;
flat in float v_cover;
flat in vec3 v_light;
flat in float v_snow;
layout(location = 0) out vec4 out_colour;

void main() {
    float beyond = max(abs(v_at.y) - v_length, 0.0);
    float away = length(vec2(v_at.x, beyond));
    float soft = 1.0 - smoothstep(mix(0.55, 0.35, v_snow), 1.0, away);
    // A drop is a lens: its rim shows the dark ground, its middle the sky.
    float rim = mix(0.75 + 0.35 * (1.0 - away), 1.0, v_snow);
    out_colour = vec4(developed(v_light * rim).rgb, v_cover * soft);
}
