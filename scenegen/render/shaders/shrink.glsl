// Four samples to one pixel, averaged as light.
uniform sampler2D picture;
layout(location = 0) out vec4 out_colour;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy) * 2;
    vec4 sum = vec4(0.0);
    for (int k = 0; k < 4; k++) {
        vec4 t = texelFetch(picture, at + ivec2(k & 1, k >> 1), 0);
        sum += t * t;
    }
    out_colour = sqrt(sum * 0.25);
}
