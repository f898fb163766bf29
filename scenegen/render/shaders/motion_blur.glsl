// Light gathered while the shutter is open: along the longest way near the pixel, each sample of it counts if it passes the
// pixel in that time, or if the pixel passes it. What does not count leaves the pixel its own light.
uniform sampler2D picture;     // sqrt of light
uniform sampler2D z_map;
uniform sampler2D motion_map;  // way to one tick later and one tick before, px
uniform sampler2D tile_map;
uniform float open_ticks;
layout(location = 0) out vec4 out_colour;

vec2 way_at(ivec2 at) {
    vec4 flow = texelFetch(motion_map, at, 0);
    return (flow.xy - flow.zw) * (0.5 * open_ticks);
}

float depth_at(ivec2 at) {
    float z = texelFetch(z_map, at, 0).r;
    return z == 0.0 ? 1e9 : z;
}

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(picture, 0) - 1;
    vec4 own = texelFetch(picture, here, 0);
    vec2 longest = texelFetch(tile_map, here / TILE, 0).xy;
    vec3 light = own.rgb * own.rgb;
    // A loop that runs once at most: a software rasteriser jumps over it where nothing moves.
    for (int once = 0; once < int(dot(longest, longest) > LEAST * LEAST); once++) {
        vec2 way = way_at(here);
        float reach2 = dot(way, way) * 0.25;
        vec2 along = dot(way, way) > 0.1 * dot(longest, longest) ? way : longest;
        float z = depth_at(here);
        vec3 sum = vec3(0.0);
        float far = length(along);
        int samples = clamp(int(far) + 2, 3, SAMPLES);
        // Interleaved gradient noise (Jimenez 2014) moves samples that lie far apart, so that few look like many.
        float shift = (fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5)
                    * clamp(far / float(samples) - 1.0, 0.0, 1.0);
        for (int k = 0; k < samples; k++) {
            vec2 off = along * ((float(k) + 0.5 + shift) / float(samples) - 0.5);
            ivec2 there = clamp(ivec2(floor(gl_FragCoord.xy + off)), ivec2(0), last);
            vec2 their_way = way_at(there);
            float their_reach2 = dot(their_way, their_way) * 0.25;
            float counts_to = depth_at(there) < z * 0.95 ? their_reach2 : reach2;
            vec3 code = texelFetch(picture, dot(off, off) <= counts_to * 1.02 + 0.25 ? there : here, 0).rgb;
            sum += code * code;
        }
        light = sum / float(samples);
    }
    out_colour = developed(light);
}
