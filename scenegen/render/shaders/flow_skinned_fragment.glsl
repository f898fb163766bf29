// Flow of skinned things, only where the geometry pass shows this very surface.
in vec3 v_cam_m;
in vec3 v_normal;
in vec3 v_to_next_m;
in vec3 v_to_prev_m;
flat in uint v_id;

uniform sampler2D z_now_m;
uniform usampler2D id_now;

const float SAME_SURFACE = 1e-5;  // share of depth; the two draws differ by rounding at most

void main() {
    ivec2 texel = ivec2(gl_FragCoord.xy);
    float z_m = texelFetch(z_now_m, texel, 0).r;
    bool is_shown = ((texelFetch(id_now, texel, 0).r ^ v_id) & 0x1ffffffu) == 0u
                    && abs(v_cam_m.z - z_m) <= SAME_SURFACE * z_m;
    if (!is_shown) discard;
    vec2 pixel = vec2(texel);
    write_flow(pixel, z_m, v_to_next_m, v_to_prev_m, false, slant(pixel_ray(pixel), normalize(v_normal)));
}
