// Flow of rigid things and of the sky, over the whole picture: the motion of a pixel's row moves the point on its ray.
layout(std430, binding = 3) readonly buffer RowMotion { vec4 row_motion[]; };  // row r: 3 lines to next, 3 to previous
#ifndef SKY_PASS
uniform sampler2D z_now_m;
uniform sampler2D normal_now;
uniform usampler2D id_now;
#endif

void main() {
    ivec2 texel = ivec2(gl_FragCoord.xy);
    vec2 pixel = vec2(texel);
#ifdef SKY_PASS
    uint at = 0u;
    float z_m = 1.0, gap = 0.0;
    vec4 point = vec4(pixel_ray(pixel), 1.0, 0.0);
    const bool is_sky = true;
#else
    uint at = (texelFetch(id_now, texel, 0).r & 0xffffu) * 6u;
    float z_m = texelFetch(z_now_m, texel, 0).r;
    vec2 ray = pixel_ray(pixel);
    vec4 point = vec4(z_m * ray, z_m, 1.0);
    float gap = slant(ray, decode_direction(texelFetch(normal_now, texel, 0).rg));
    const bool is_sky = false;
#endif
    vec3 to_next_m = vec3(dot(row_motion[at], point), dot(row_motion[at + 1u], point), dot(row_motion[at + 2u], point));
    vec3 to_prev_m = vec3(dot(row_motion[at + 3u], point), dot(row_motion[at + 4u], point), dot(row_motion[at + 5u], point));
    write_flow(pixel, z_m, to_next_m, to_prev_m, is_sky, gap);
}
