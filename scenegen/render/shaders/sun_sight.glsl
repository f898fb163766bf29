// How much of the sun's disc the camera sees, 0..1, in one pixel.
uniform sampler2D z_map;
uniform vec4 sun_place;  // px on the depth map, radius of the disc
layout(location = 0) out vec4 out_share;

void main() {
    ivec2 last = textureSize(z_map, 0) - 1;
    float open = 0.0;
    for (int k = 0; k < 25; k++) {
        ivec2 at = ivec2(floor(sun_place.xy + (vec2(k % 5, k / 5) - 2.0) * 0.5 * sun_place.z + 0.5));
        open += texelFetch(z_map, clamp(at, ivec2(0), last), 0).r == 0.0 ? 0.04 : 0.0;
    }
    out_share = vec4(open);
}
