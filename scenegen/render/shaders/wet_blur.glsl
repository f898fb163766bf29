// Takes the dither out of the mirror picture: a tent of 5x5 over what is wet.
uniform sampler2D mirror_map;
layout(location = 0) out vec4 out_colour;

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(mirror_map, 0) - 1;
    vec4 sum = vec4(0.0);
    for (int y = -2; y <= 2; y++)
        for (int x = -2; x <= 2; x++)
            sum += float((3 - abs(x)) * (3 - abs(y))) / 81.0 * texelFetch(mirror_map, clamp(here + ivec2(x, y), ivec2(0), last), 0);
    out_colour = sum;
}
